import type { CalibrationSpec } from '@face-comparison/bundle';
import { renderFigure } from '../plot/figure.js';
import { decadeAxis, linearAxis } from '../plot/scale.js';
import { cosineOf } from '../service/manifest.js';
import { HISTOGRAM_BINS } from '../statistics/cross-pairs.js';
import { rocCurve } from '../statistics/verification.js';
import type { Evaluation } from './evaluate.js';

/** The receiver operating characteristic over a logarithmic false accept rate, as SVG. */
export function drawRoc(evaluation: Evaluation, note: string): string {
  const across = rocCurve(evaluation.genuineCosines, evaluation.crossPersonPairs).filter(({ far }) => far >= 1e-6);
  const listed = rocCurve(evaluation.genuineCosines, evaluation.listedImpostors);
  const lowest = Math.min(0.98, ...across.map(({ tar }) => tar));
  return renderFigure({
    title: 'True accepts against false accepts',
    note,
    columns: 1,
    chartWidthPx: 760,
    chartHeightPx: 400,
    charts: [
      {
        title: `${count(evaluation.genuinePairs)} pairs of one person`,
        x: decadeAxis('false accept rate', -6, 0),
        y: linearAxis('true accept rate', lowest, 1),
        series: [
          {
            name: `strangers: all ${count(evaluation.crossPersonPairs.count)} pairs across people`,
            colour: 'blue',
            kind: 'line',
            points: across.map(({ far, tar }) => [far, tar]),
          },
          {
            name: `strangers: the ${count(evaluation.impostorPairs)} listed pairs`,
            colour: 'orange',
            kind: 'line',
            dashed: true,
            points: listed.map(({ far, tar }) => [far, tar]),
          },
          {
            name: '95 % interval',
            colour: 'blue',
            kind: 'points',
            points: evaluation.crossPerson.map(({ far, tar }) => [far, tar]),
            ranges: evaluation.crossPerson.map(({ far, interval }) => [far, interval.low, interval.high]),
          },
        ],
      },
    ],
  });
}

/** How the cosines of one person's pairs and of strangers are spread, as SVG. */
export function drawHistogram(evaluation: Evaluation, calibration: CalibrationSpec, note: string): string {
  const genuine = new Float64Array(HISTOGRAM_BINS);
  for (const cosine of evaluation.genuineCosines) {
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor(((cosine + 1) / 2) * HISTOGRAM_BINS));
    genuine[bin] = (genuine[bin] ?? 0) + 1;
  }
  const share = (histogram: Float64Array, count: number): [number, number][] => {
    // Four bins together are 0.02 wide: fine enough to see the shape, coarse enough for a few hundred pairs.
    const points: [number, number][] = [];
    for (let bin = 0; bin < HISTOGRAM_BINS; bin += 4) {
      const sum = histogram.subarray(bin, bin + 4).reduce((total, value) => total + value, 0);
      points.push([((bin + 2) / HISTOGRAM_BINS) * 2 - 1, (100 * sum) / count]);
    }
    return points.filter(([x]) => x >= -0.4);
  };
  const ofStrangers = share(evaluation.crossPersonPairs.histogram, evaluation.crossPersonPairs.count);
  const ofOne = share(genuine, evaluation.genuineCosines.length);
  const highest = Math.max(...ofStrangers.map(([, y]) => y), ...ofOne.map(([, y]) => y));
  return renderFigure({
    title: 'How far one person and strangers are apart',
    note,
    columns: 1,
    chartWidthPx: 760,
    chartHeightPx: 360,
    charts: [
      {
        title: `${count(evaluation.genuinePairs)} pairs of one person, ${count(evaluation.crossPersonPairs.count)} pairs of strangers`,
        x: linearAxis('cosine of the two vectors', -0.4, 1),
        y: linearAxis('% of pairs in each 0.02', 0, highest),
        series: [
          { name: 'strangers', colour: 'orange', kind: 'area', points: ofStrangers },
          { name: 'one person', colour: 'blue', kind: 'area', points: ofOne },
        ],
        references: [
          {
            x: cosineOf(calibration.defaultThreshold, calibration),
            label: `similarity ${calibration.defaultThreshold}`,
          },
        ],
      },
    ],
  });
}

function count(value: number): string {
  return value.toLocaleString('en');
}
