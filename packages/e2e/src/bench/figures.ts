import { renderFigure, type Chart, type Colour, type LineSeries, type Series } from '../plot/figure.js';
import { linearAxis, type Axis } from '../plot/scale.js';
import { RATIOS, type Contender, type RatioName, type RawName, type ServiceName } from './contenders.js';
import type { Ratios } from './ratios.js';
import type { Row } from './summary.js';

const NAMES = {
  ours: 'this service',
  int8: 'this service, int8',
  peer: 'Python peer',
  raw: 'onnxruntime alone',
  'raw-int8': 'onnxruntime alone, int8',
} as const satisfies Record<Contender, string>;

const SERVICES = ['ours', 'int8', 'peer'] as const satisfies readonly ServiceName[];
const RAWS = ['raw', 'raw-int8'] as const satisfies readonly RawName[];

/** onnxruntime alone has the colour of the service on the same files. */
const COLOURS = {
  ours: 'blue',
  int8: 'green',
  peer: 'orange',
  raw: 'blue',
  'raw-int8': 'green',
} as const satisfies Record<Contender, Colour>;

/** Room beside the outer points of a logarithmic axis, so that they do not lie on the frame. */
const ROOM = 1.18;

function concurrencyAxis(rows: readonly Row[]): Axis {
  const concurrencies = [...new Set(rows.filter(isOfService).map((row) => row.concurrency))];
  return {
    label: 'requests at a time',
    kind: 'log',
    min: Math.min(...concurrencies) / ROOM,
    max: Math.max(...concurrencies) * ROOM,
    ticks: concurrencies.map((at) => ({ at, text: String(at) })),
  };
}

/** A logarithmic axis with ticks at 1, 2 and 5 of each decade. */
function secondsAxis(secondsOf: readonly number[]): Axis {
  const [min, max] = [Math.min(...secondsOf) / ROOM, Math.max(...secondsOf) * ROOM];
  const all = [-3, -2, -1, 0, 1, 2].flatMap((exponent) => [1, 2, 5].map((digit) => digit * 10 ** exponent));
  const ticks = all.filter((at) => at >= min && at <= max).map((at) => ({ at, text: String(Number(at.toFixed(3))) }));
  return { label: 'seconds', kind: 'log', min, max, ticks };
}

function isOfService(row: Row): boolean {
  return row.latencyMs !== undefined;
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
    // Photos of the same faces in three sizes stand beside each other.
    columns: Math.min(3, charts.length),
    chartWidthPx: 380,
    chartHeightPx: 260,
    charts,
  });
}

/** Requests a second over concurrency, a chart for each photo; bars from the slowest round to the fastest. */
export function drawThroughput(rows: readonly Row[], note: string): string {
  return figure(
    'Throughput',
    note,
    byScenario(rows, (scenario, all) => {
      const x = concurrencyAxis(all);
      // Beside each other, so that the bars of all can be seen.
      const asides = { ours: 0.97, int8: 1, peer: 1.03 };
      const lines = SERVICES.map((contender): Series => {
        const own = all.filter((row) => row.contender === contender);
        const at = (row: Row): number => asides[contender] * row.concurrency;
        return {
          name: NAMES[contender],
          colour: COLOURS[contender],
          kind: 'line',
          points: own.map((row) => [at(row), row.requestsPerSecond.median]),
          ranges: own.map((row) => [at(row), row.requestsPerSecond.min, row.requestsPerSecond.max]),
        };
      });
      const limits = RAWS.map((contender): Series => {
        const limit = all.find((row) => row.contender === contender)?.requestsPerSecond.median;
        return {
          name: NAMES[contender],
          colour: COLOURS[contender],
          kind: 'line',
          dashed: true,
          points: limit === undefined ? [] : [x.min, x.max].map((at) => [at, limit] as const),
        };
      });
      return {
        title: scenario,
        x,
        y: linearAxis('requests a second', 0, Math.max(...all.map((row) => row.requestsPerSecond.max))),
        series: [...lines, ...limits].filter(hasPoints),
      };
    }),
  );
}

/** Latency over concurrency, a chart for each photo: the median and the 95th percentile. */
export function drawLatency(rows: readonly Row[], note: string): string {
  return figure(
    'Latency',
    note,
    byScenario(rows.filter(isOfService), (scenario, all) => {
      const line = (contender: ServiceName, which: 'p50' | 'p95'): Series => ({
        name: `${NAMES[contender]}, ${which}`,
        colour: COLOURS[contender],
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
        x: concurrencyAxis(all),
        y: secondsAxis(
          all.flatMap(({ latencyMs }) => [latencyMs?.p50 ?? [], latencyMs?.p95 ?? []].flat()).map((ms) => ms / 1000),
        ),
        series: SERVICES.flatMap((contender) => [line(contender, 'p50'), line(contender, 'p95')]).filter(hasPoints),
      };
    }),
  );
}

/** A legend names only what is drawn. */
function hasPoints(series: Series): boolean {
  return series.kind === 'bars' || series.points.length > 0;
}

/** Ratios of throughput photo by photo, to the peer and to onnxruntime alone; bars from the lowest round to the highest. */
export function drawRatios(ratios: Ratios, note: string): string {
  const photos = [...new Set(Object.values(ratios).flatMap(({ byPhoto }) => Object.keys(byPhoto)))];
  const x: Axis = {
    label: 'photo: size, faces',
    kind: 'linear',
    min: -0.5,
    max: photos.length - 0.5,
    ticks: photos.map((photo, at) => ({ at, text: photo.replace(/ faces?$/, '') })),
  };
  const chart = (title: string, names: readonly RatioName[]): Chart => {
    const series = names.map((name, i): LineSeries => {
      const { of } = RATIOS[name];
      const at = (photo: number): number => photo + (i - (names.length - 1) / 2) * 0.16;
      const found = photos.flatMap((photo, index) => {
        const ratio = ratios[name]?.byPhoto[photo];
        return ratio === undefined ? [] : [{ x: at(index), ratio }];
      });
      return {
        name: NAMES[of],
        colour: COLOURS[of],
        kind: 'points',
        points: found.map(({ x: left, ratio }) => [left, ratio.median]),
        ranges: found.map(({ x: left, ratio }) => [left, ratio.min, ratio.max]),
      };
    });
    const highest = Math.max(1, ...series.flatMap(({ ranges }) => (ranges ?? []).map(([, , high]) => high)));
    const asFast: LineSeries = {
      name: 'equally fast',
      colour: 'purple',
      kind: 'line',
      dashed: true,
      points: [x.min, x.max].map((at) => [at, 1]),
    };
    return { title, x, y: linearAxis('times as fast', 0, highest), series: [asFast, ...series].filter(hasPoints) };
  };
  return renderFigure({
    title: 'Throughput, compared',
    note,
    columns: 1,
    chartWidthPx: 1000,
    chartHeightPx: 240,
    charts: [
      chart('with the Python peer', ['fp32_vs_peer', 'int8_vs_peer']),
      chart('with onnxruntime alone on the same files', ['fp32_vs_raw', 'int8_vs_raw']),
    ],
  });
}
