import { parseRetryAfter, retryDelayMs } from './retry.js';

describe('the wait before the next attempt', () => {
  it('is anything up to a limit that doubles, to at most 8 s', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((attempt) => retryDelayMs(attempt, undefined, 1))).toEqual([
      250, 500, 1000, 2000, 4000, 8000, 8000,
    ]);
    expect(retryDelayMs(3, undefined, 0)).toBe(0);
    expect(retryDelayMs(3, undefined, 0.5)).toBe(1000);
  });

  it('is never shorter than the service asks for, and spread beyond that', () => {
    expect(retryDelayMs(0, 12_000, 0)).toBe(12_000);
    expect(retryDelayMs(0, 12_000, 1)).toBe(12_250);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T12:00:00Z');

  it.each([
    ['12', 12_000],
    ['0', 0],
    [' 3 ', 3000],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j is %j ms', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });
});
