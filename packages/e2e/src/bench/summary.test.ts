import { drawLatency, drawRatios, drawThroughput } from './figures.js';
import { ratiosOf } from './ratios.js';
import { bestThroughput, idleLatencies, summarise } from './summary.js';
import { aMeasurement, MEASUREMENTS } from '../../test/bench-measurements.js';

describe('summarise', () => {
  it('takes the rounds of one contender, photo and concurrency together', () => {
    const row = summarise(MEASUREMENTS).find((one) => one.contender === 'ours' && one.concurrency === 4);
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

  it('knows the highest throughput of one photo', () => {
    const rows = summarise(MEASUREMENTS);
    expect(bestThroughput(rows, 'ours', 'small')).toBe(21);
    expect(bestThroughput(rows, 'int8', 'small')).toBeUndefined();
  });
});

describe('idleLatencies', () => {
  it('divide the median of lone requests by that of their stages, where a service names them', () => {
    const one = (round: number, concurrency: number, durationsMs: number[], stagesMs: number[]) => ({
      ...aMeasurement('ours', concurrency, round, 10),
      durationsMs,
      stagesMs,
    });
    const latencies = idleLatencies([
      one(0, 1, [50, 60, 400], [40, 50, 50]),
      one(1, 1, [60, 70], [50, 60]),
      one(0, 4, [900], [50]),
      aMeasurement('peer', 1, 0, 10),
    ]);
    expect(latencies).toEqual([{ scenario: 'small', contender: 'ours', p50Ms: 60, stagesMs: 50, idleVsStages: 1.2 }]);
  });
});

describe('the figures', () => {
  const rows = summarise(MEASUREMENTS);

  it.each([
    ['throughput', drawThroughput(rows, 'note'), 2],
    ['latency', drawLatency(rows, 'note'), 2],
    ['ratios', drawRatios(ratiosOf(MEASUREMENTS), 'note'), 2],
  ])('of %s have a chart for each photo or each ratio, without a value that is not a number', (_, svg, charts) => {
    expect(svg.match(/chart-title" x/g)).toHaveLength(charts);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('name in the legend only what was measured', () => {
    const svg = drawThroughput(rows, 'note');
    expect(svg).toContain('>Python peer<');
    expect(svg).not.toContain('int8');
  });
});
