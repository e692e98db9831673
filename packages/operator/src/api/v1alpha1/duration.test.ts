import fc from 'fast-check';

import { formatDuration, parseDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['0s', 0],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1h1m1s1ms', 3_661_001],
    ['90m', 5_400_000],
    ['8760h', 31_536_000_000],
  ])('reads %s as %i ms', (text, durationMs) => expect(parseDuration(text)).toBe(durationMs));

  it.each(['', '5', 'h', '-5s', '1.5h', '5 m', '5d', '1m1h', '1s1s', ' 1s', '1S', '9999999h'])(
    'refuses %j and says what a duration looks like',
    (text) => expect(() => parseDuration(text)).toThrow(`such as 500ms, 30s, 5m or 1h30m, got ${JSON.stringify(text)}`),
  );
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [90_000, '1m30s'],
    [86_400_000, '24h'],
    [61_001, '1m1s1ms'],
  ])('writes %i ms as %s', (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));

  it('writes what parseDuration reads back', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 365 * 86_400_000 }), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      }),
    ));

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %p', (durationMs) =>
    expect(() => formatDuration(durationMs)).toThrow(RangeError),
  );
});
