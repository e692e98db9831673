import { parseRange } from './range.js';

it.each([
  ['bytes=2-', { first: 2, last: 9 }],
  ['bytes=2-5', { first: 2, last: 5 }],
  ['bytes=2-50', { first: 2, last: 9 }],
  ['bytes=-3', { first: 7, last: 9 }],
  ['bytes=-30', { first: 0, last: 9 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=5-2', 'unsatisfiable'],
  ['bytes=-', undefined],
  ['bytes=0-1,3-4', undefined],
  [undefined, undefined],
])('reads %s of ten bytes as %j', (header, range) => {
  expect(parseRange(header, 10)).toEqual(range);
});
