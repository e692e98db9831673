import { renderFigure, type BarSeries, type Chart, type Colour } from '../../plot/figure.js';
import { linearAxis, type Axis } from '../../plot/scale.js';
import { isAnswer, outcomeOf } from '../analysis/outcome.js';
import { isUnavailable } from '../analysis/pinned.js';
import type { ScenarioRun } from '../run-record.js';

const COLOURS: readonly Colour[] = ['blue', 'orange', 'green', 'purple'];
const OTHERS = 'other versions';

/** Runs up to this long are shown in buckets of half a second, longer ones in buckets of a second. */
const SHORT_RUN_MS = 120_000;

interface Bucket {
  /** Seconds since the start of the run. */
  readonly from: number;
  readonly to: number;
  /** Answers by version. */
  readonly answers: ReadonlyMap<string, number>;
  readonly failures: number;
}

/**
 * Who answered, and what failed, over the time of a run, as an SVG document: the share of each version among the answers
 * that clients received who insist on none, beneath it the requests of all clients of the Service that failed, and a
 * line for each mark.
 *
 * @param note at the foot, e.g. the machine
 */
export function drawTimeline(run: ScenarioRun, note: string): string {
  const bucketMs = run.endedMs - run.startedMs <= SHORT_RUN_MS ? 500 : 1000;
  const versions = versionsOf(run);
  const buckets = bucketsOf(run, bucketMs);
  const x = timeAxis((run.endedMs - run.startedMs) / 1000);
  const marks = run.marks.map(({ atMs, label }) => ({ x: (atMs - run.startedMs) / 1000, label }));
  const shares: Chart = {
    title: 'Versions that answered clients who insist on none',
    x,
    y: linearAxis('% of answers', 0, 100),
    marks,
    series: sharesOf(buckets, versions),
  };
  const failures: Chart = {
    title: failuresTitle(run),
    x,
    y: countAxis('failed', Math.max(1, ...buckets.map((bucket) => bucket.failures))),
    heightPx: 150,
    references: marks.map((mark) => ({ ...mark, label: '' })),
    series: [
      {
        name: 'failed requests',
        colour: 'red',
        kind: 'bars',
        bars: buckets.filter((bucket) => bucket.failures > 0).map(({ from, to, failures: n }) => [from, to, 0, n]),
      },
    ],
  };
  return renderFigure({
    title: `${run.name}: who answered`,
    note: `buckets of ${bucketMs / 1000} s; ${note}`,
    columns: 1,
    chartWidthPx: 960,
    chartHeightPx: 260,
    charts: [shares, failures],
  });
}

function failuresTitle({ records }: ScenarioRun): string {
  const sent = records.filter(({ route }) => route !== 'pod');
  const failed = sent.filter((record) => outcomeOf(record, isUnavailable) === 'failed').length;
  if (sent.length === 0) return 'No request was sent';
  return failed === 0 ? 'No request failed' : `${failed} requests failed`;
}

/** Ends where the run ends, not at the next round number, so that no time is shown that was not measured. */
function timeAxis(lengthSeconds: number): Axis {
  const max = Math.max(lengthSeconds, 1);
  const axis = linearAxis('seconds since the start', 0, max);
  return { ...axis, max, ticks: axis.ticks.filter(({ at }) => at <= max) };
}

/** From nothing to a round number, with ticks at these two: the chart is low. */
function countAxis(label: string, most: number): Axis {
  const axis = linearAxis(label, 0, most);
  return { ...axis, ticks: axis.ticks.filter(({ at }) => at === axis.min || at === axis.max) };
}

/** Versions that answered clients who insist on none, in the order of their first answers; what no colour is left for is pooled. */
function versionsOf(run: ScenarioRun): string[] {
  const answers = run.records.filter(isAnswer).filter(({ route }) => route === 'service');
  const names = [...new Set(answers.sort((a, b) => a.receivedMs - b.receivedMs).map(({ version }) => version))];
  return names.length <= COLOURS.length ? names : [...names.slice(0, COLOURS.length - 1), OTHERS];
}

function bucketsOf(run: ScenarioRun, bucketMs: number): Bucket[] {
  const count = Math.ceil((run.endedMs - run.startedMs) / bucketMs);
  const buckets = Array.from({ length: count }, () => ({ answers: new Map<string, number>(), failures: 0 }));
  for (const record of run.records) {
    const bucket = buckets[Math.floor((record.receivedMs - run.startedMs) / bucketMs)];
    if (bucket === undefined || record.route === 'pod') continue;
    if (outcomeOf(record, isUnavailable) === 'failed') bucket.failures++;
    if (record.route === 'service' && isAnswer(record)) {
      bucket.answers.set(record.version, (bucket.answers.get(record.version) ?? 0) + 1);
    }
  }
  const lengthSeconds = (run.endedMs - run.startedMs) / 1000;
  return buckets.map((bucket, i) => ({
    from: (i * bucketMs) / 1000,
    to: Math.min(((i + 1) * bucketMs) / 1000, lengthSeconds),
    ...bucket,
  }));
}

/** The shares of versions in percent, on one another; a bucket without answers stays empty. */
function sharesOf(buckets: readonly Bucket[], versions: readonly string[]): BarSeries[] {
  const bars = versions.map((): [number, number, number, number][] => []);
  for (const { from, to, answers } of buckets) {
    const all = [...answers.values()].reduce((sum, n) => sum + n, 0);
    const named = versions.reduce((sum, name) => sum + (answers.get(name) ?? 0), 0);
    let low = 0;
    for (const [i, version] of versions.entries()) {
      const own = version === OTHERS ? all - named : (answers.get(version) ?? 0);
      const high = low + (all === 0 ? 0 : (100 * own) / all);
      if (high > low) extend(bars[i] ?? [], [from, to, low, high]);
      low = high;
    }
  }
  return versions.map((name, i) => ({ name, colour: COLOURS[i] ?? 'purple', kind: 'bars', bars: bars[i] ?? [] }));
}

/** Adds a bar, or widens the last one when it goes on at the same height. */
function extend(
  bars: [number, number, number, number][],
  [from, to, low, high]: [number, number, number, number],
): void {
  const last = bars.at(-1);
  if (last !== undefined && last[1] === from && last[2] === low && last[3] === high) last[1] = to;
  else bars.push([from, to, low, high]);
}
