import type { VectorOrigin } from '../service/face-client.js';
import type { Machine } from '../service/machine.js';
import { machineLine } from '../service/machine.js';
import type { Interval } from '../statistics/summary.js';
import { markdownTable } from '../terminal/table.js';
import type { Evaluation, OperatingPoint } from './evaluate.js';

/** How the figures came about. */
export interface AccuracyRun {
  readonly origin: VectorOrigin;
  readonly machine: Machine;
  /** Pictures asked of the service; the others were in the cache. */
  readonly posted: number;
  readonly collectedMs: number;
  readonly evaluatedMs: number;
}

/** The report as Markdown, as docs/benchmarks shows it. */
export function formatReport(evaluation: Evaluation, run: AccuracyRun): string {
  const { kFold } = evaluation;
  const folds = kFold.folds.map((fold) => fold.accuracy.toFixed(4)).join(', ');
  const rateS = run.collectedMs / 1000;
  return `
- model ${run.origin.modelVersion}, embedding space ${run.origin.embeddingSpace}
- ${machineLine(run.machine)}
- pictures: ${count(evaluation.pictures)} of ${count(evaluation.people)} people, ${evaluation.picturesWithoutFace.length} without a face${list(evaluation.picturesWithoutFace)}, ${evaluation.picturesWithSeveralFaces} with several
- pairs: ${count(evaluation.genuinePairs)} of one person, ${count(evaluation.impostorPairs)} of strangers; ${count(evaluation.crossPersonPairs.count)} across all people
- **${kFold.folds.length}-fold accuracy: ${kFold.accuracy.toFixed(4)} +- ${kFold.standardError.toFixed(4)}** (folds: ${folds})

${markdownTable(
  ['FAR', 'strangers', 'TAR', '95 % interval', 'cosine'],
  [...rows('listed pairs', evaluation.listed), ...rows('all pairs across people', evaluation.crossPerson)],
)}

${markdownTable(
  ['similarity', 'cosine', 'strangers at or above', '95 % interval', 'one person at or above'],
  evaluation.calibration.map((row) => [
    String(row.similarity),
    row.cosine.toFixed(4),
    rate(row.falseAcceptRate),
    `${rate(row.falseAcceptInterval.low)} to ${rate(row.falseAcceptInterval.high)}`,
    row.trueAcceptRate.toFixed(4),
  ]),
)}

${run.posted} pictures posted, the others from the cache: ${rateS.toFixed(1)} s (${(run.posted / rateS).toFixed(1)} a second); figures: ${(run.evaluatedMs / 1000).toFixed(1)} s`.trim();
}

function rows(strangers: string, points: readonly OperatingPoint[]): string[][] {
  return points.map((point) => [
    point.far.toExponential(0),
    strangers,
    point.tar.toFixed(4),
    interval(point.interval),
    point.cosine.toFixed(4),
  ]);
}

function interval({ low, high }: Interval): string {
  return `${low.toFixed(4)} to ${high.toFixed(4)}`;
}

function rate(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function list(pictures: readonly string[]): string {
  if (pictures.length === 0) return '';
  const shown = pictures.slice(0, 10).join(', ');
  return ` (${shown}${pictures.length > 10 ? ', ...' : ''})`;
}

/** The report for programs; rates in 0..1. */
export function reportJson(evaluation: Evaluation, run: AccuracyRun): unknown {
  return {
    ...run,
    pictures: evaluation.pictures,
    people: evaluation.people,
    picturesWithoutFace: evaluation.picturesWithoutFace,
    picturesWithSeveralFaces: evaluation.picturesWithSeveralFaces,
    pairs: {
      genuine: evaluation.genuinePairs,
      impostor: evaluation.impostorPairs,
      crossPerson: evaluation.crossPersonPairs.count,
    },
    kFold: evaluation.kFold,
    tarAtFar: { listed: evaluation.listed, crossPerson: evaluation.crossPerson },
    calibration: evaluation.calibration,
    hardest: evaluation.hardest,
  };
}
