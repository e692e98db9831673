import { drawLatency, drawThroughput } from './figures.js';
import type { Contender, Measurement } from './rounds.js';
import { ratiosTo, summarise } from './summary.js';

const measured = (
  contender: Contender,
  concurrency: number,
  round: number,
  requestsPerSecond: number,
  scenario = 'small',
): Measurement => ({
  scenario,
  contender,
  concurrency,
  round,
  requestsPerSecond,
  durationsMs: contender === 'raw' ? [] : [10 * (round + 1), 20],
  failures: 1,
  cpuMsPerRequest: contender === 'ours' ? 30 + round : contender === 'peer' ? 62 : undefined,
  eventLoopStallMs: contender === 'ours' ? 4 * (round + 1) : undefined,
  idleStallMs: contender === 'ours' ? 3 - round : undefined,
});

const measurements = [
  ...[0, 1, 2].flatMap((round) => [
    measured('ours', 1, round, 10),
    measured('ours', 4, round, 20 + round),
    measured('peer', 1, round, 10 + round),
    measured('peer', 4, round, 8),
    measured('raw', 2, round, 25),
  ]),
  measured('ours', 4, 0, 5, 'large'),
];

describe('summarise', () => {
  it('takes the rounds of one contender, photo and concurrency together', () => {
    const row = summarise(measurements).find((one) => one.contender === 'ours' && one.concurrency === 4);
    expect(row).toEqual({
      scenario: 'small',
      contender: 'ours',
      concurrency: 4,
      requestsPerSecond: { median: 21, min: 20, max: 22 },
      latencyMs: { p50: 20, p95: 30, p99: 30 },
      requests: 6,
      failures: 3,
      cpuMsPerRequest: 31,
      eventLoopStallMs: 12,
      idleStallMs: 1,
    });
  });
});

describe('ratiosTo', () => {
  it('compares the best of each within each round, and names the worst photo', () => {
    const ratios = ratiosTo(measurements, 'peer');
    expect(ratios?.byScenario).toEqual([{ scenario: 'small', ratio: { median: 21 / 11, min: 22 / 12, max: 20 / 10 } }]);
    expect(ratios?.lowest).toBe(21 / 11);
  });

  it('says how much more CPU time the other needs, where both were measured', () => {
    expect(ratiosTo(measurements, 'peer')?.cpuByScenario).toEqual([{ scenario: 'small', ratio: 2 }]);
    expect(ratiosTo(measurements, 'raw')?.cpuByScenario).toEqual([]);
  });

  it('is left out for a contender that was not measured', () => {
    expect(
      ratiosTo(
        measurements.filter((one) => one.contender !== 'peer'),
        'peer',
      ),
    ).toBeUndefined();
  });
});

it('draws a chart for each photo without a value that is not a number', () => {
  const rows = summarise(measurements);
  for (const svg of [drawThroughput(rows, [1, 4], 'note'), drawLatency(rows, [1, 4], 'note')]) {
    expect(svg.match(/chart-title" x/g)).toHaveLength(2);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  }
});
