import { holds } from './difference.js';

it.each<[string, unknown, unknown, boolean]>([
  ['the same', { a: [1, { b: 'x' }] }, { a: [1, { b: 'x' }] }, true],
  ['what others added', { a: 1 }, { a: 1, b: 2 }, true],
  ['defaults within lists', [{ port: 80 }], [{ port: 80, protocol: 'TCP' }], true],
  ['an empty object that is not stored', { podSelector: {} }, {}, true],
  ['another value', { a: 1 }, { a: 2 }, false],
  ['a missing member', { a: 1 }, {}, false],
  ['a list with more', [1], [1, 2], false],
  ['a list with less', [1, 2], [1], false],
  ['another order', [1, 2], [2, 1], false],
  ['a list for an object', { a: {} }, { a: [] }, false],
])('%s', (_what, wanted, found, expected) => {
  expect(holds(wanted, found)).toBe(expected);
});
