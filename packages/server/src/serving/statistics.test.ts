import { VersionStatistics } from './statistics.js';

it('counts requests, errors and their time', () => {
  const statistics = new VersionStatistics();
  statistics.record(10, false);
  statistics.record(30, true);
  expect(statistics).toMatchObject({ requests: 2, errors: 1, latencySumMs: 40 });
});

it('has no percentiles before the first request', () => {
  expect(new VersionStatistics().percentileMs(0.5)).toBeNull();
});

it.each([
  [0.5, 50],
  [0.95, 95],
  [0.99, 99],
  [1, 100],
])('takes the smallest latency that a share of %d does not exceed', (share, expected) => {
  const statistics = new VersionStatistics();
  for (let ms = 100; ms >= 1; ms--) statistics.record(ms, false);
  expect(statistics.percentileMs(share)).toBe(expected);
});

it('forgets what is long ago in its percentiles, and not in its sums', () => {
  const statistics = new VersionStatistics();
  for (let i = 0; i < 5000; i++) statistics.record(i < 3000 ? 1000 : 1, false);
  expect(statistics.percentileMs(0.99)).toBe(1);
  expect(statistics.requests).toBe(5000);
  expect(statistics.latencySumMs).toBe(3000 * 1000 + 2000);
});
