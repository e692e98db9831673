import { renderFigure, type Chart, type Series } from '../plot/figure.js';
import { linearAxis, type Axis } from '../plot/scale.js';
import type { Contender } from './rounds.js';
import type { Row } from './summary.js';

function concurrencyAxis(concurrencies: readonly number[]): Axis {
  return {
    label: 'requests at a time',
    kind: 'log',
    // A little room, so that the outer points do not lie on the frame.
    min: 0.85 * Math.min(...concurrencies),
    max: 1.18 * Math.max(...concurrencies),
    ticks: concurrencies.map((at) => ({ at, text: String(at) })),
  };
}

function byScenario(rows: readonly Row[], chartOf: (scenario: string, rows: readonly Row[]) => Chart): Chart[] {
  const scenarios = [...new Set(rows.map((row) => row.scenario))];
  return scenarios.map((scenario) =>
    chartOf(
      scenario,
      rows.filter((row) => row.scenario === scenario),
    ),
  );
}

function figure(title: string, note: string, charts: readonly Chart[]): string {
  return renderFigure({
    title,
    note,
    columns: Math.min(2, charts.length),
    chartWidthPx: 440,
    chartHeightPx: 270,
    charts,
  });
}

const NAMES = { ours: 'this service', peer: 'Python peer', raw: 'raw onnxruntime limit' } as const satisfies Record<
  Contender,
  string
>;

/** Requests a second over concurrency, a chart for each kind of photo; bars from the slowest round to the fastest. */
export function drawThroughput(rows: readonly Row[], concurrencies: readonly number[], note: string): string {
  const x = concurrencyAxis(concurrencies);
  return figure(
    'Throughput',
    note,
    byScenario(rows, (scenario, all) => {
      const line = (contender: 'ours' | 'peer', colour: 'blue' | 'orange'): Series => {
        const own = all.filter((row) => row.contender === contender);
        // Beside each other, so that the bars of both can be seen.
        const aside = contender === 'ours' ? 0.98 : 1.02;
        return {
          name: NAMES[contender],
          colour,
          kind: 'line',
          points: own.map((row) => [aside * row.concurrency, row.requestsPerSecond.median]),
          ranges: own.map((row) => [aside * row.concurrency, row.requestsPerSecond.min, row.requestsPerSecond.max]),
        };
      };
      const raw = all.find((row) => row.contender === 'raw')?.requestsPerSecond.median;
      return {
        title: scenario,
        x,
        y: linearAxis('requests a second', 0, Math.max(...all.map((row) => row.requestsPerSecond.max))),
        series: [
          line('ours', 'blue'),
          line('peer', 'orange'),
          {
            name: NAMES.raw,
            colour: 'green',
            kind: 'line',
            dashed: true,
            points: raw === undefined ? [] : [x.min, x.max].map((at) => [at, raw] as const),
          },
        ],
      };
    }),
  );
}

/** Latency over concurrency, a chart for each kind of photo: the median and the 95th percentile. */
export function drawLatency(rows: readonly Row[], concurrencies: readonly number[], note: string): string {
  const x = concurrencyAxis(concurrencies);
  return figure(
    'Latency',
    note,
    byScenario(
      rows.filter((row) => row.latencyMs !== undefined),
      (scenario, all) => {
        const line = (contender: 'ours' | 'peer', which: 'p50' | 'p95', colour: 'blue' | 'orange'): Series => ({
          name: `${NAMES[contender]}, ${which}`,
          colour,
          kind: 'line',
          dashed: which === 'p95',
          points: all.flatMap((row) =>
            row.contender === contender && row.latencyMs !== undefined
              ? [[row.concurrency, row.latencyMs[which] / 1000] as const]
              : [],
          ),
        });
        return {
          title: scenario,
          x,
          y: linearAxis('seconds', 0, Math.max(...all.map((row) => (row.latencyMs?.p95 ?? 0) / 1000))),
          series: [
            line('ours', 'p50', 'blue'),
            line('ours', 'p95', 'blue'),
            line('peer', 'p50', 'orange'),
            line('peer', 'p95', 'orange'),
          ],
        };
      },
    ),
  );
}
