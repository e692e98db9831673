import { ORIGINAL_DOLLARS_PER_MILLION } from '@face-comparison/costs';
import { renderFigure } from '../plot/figure.js';
import { decadeAxis } from '../plot/scale.js';
import type { CostCases } from './cases.js';

const EXPONENTS = { from: 4, to: 9, steps: 100 } as const;

/** Dollars for a million images over images a month, as an SVG document. */
export function drawCosts(cases: CostCases): string {
  const loads = Array.from(
    { length: EXPONENTS.steps + 1 },
    (_, i) => 10 ** (EXPONENTS.from + ((EXPONENTS.to - EXPONENTS.from) * i) / EXPONENTS.steps),
  );
  const line = (dollars: (images: number) => number) => loads.map((images) => [images, dollars(images)] as const);
  return renderFigure({
    title: 'Dollars for a million images',
    note: `List prices of ${cases.region}; everything that is paid in the month is in it.`,
    columns: 1,
    chartWidthPx: 760,
    chartHeightPx: 380,
    charts: [
      {
        title: 'over images a month',
        x: decadeAxis('images a month', EXPONENTS.from, EXPONENTS.to),
        y: decadeAxis('dollars', 0, 5),
        series: [
          { name: 'the original', colour: 'orange', kind: 'line', points: line(() => ORIGINAL_DOLLARS_PER_MILLION) },
          { name: 'on AWS, platform and gateway included', colour: 'blue', kind: 'line', points: line(cases.atOnAws) },
          { name: 'on a cluster that is there', colour: 'green', kind: 'line', points: line(cases.atOnCluster) },
        ],
      },
    ],
  });
}
