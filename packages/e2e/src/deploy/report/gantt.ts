import { renderFigure, type BarSeries, type Colour } from '../../plot/figure.js';
import { linearAxis, type Axis } from '../../plot/scale.js';
import type { Timeline } from './engine-results.js';

/** What is shorter and not critical is counted and not drawn. */
const SHORT_SECONDS = 5;

const ROW_PX = 17;
const FRAME_PX = 76;

/**
 * A Gantt chart: a row for each resource that takes time, in the order in which they start, those of the critical path in a
 * colour of their own.
 *
 * @param promiseSeconds a line at the time that was promised; none unless given
 */
export function drawGantt({ program, command, seconds, spans }: Timeline, promiseSeconds?: number): string {
  const drawn = spans
    .filter((span) => span.isCritical || span.endSeconds - span.startSeconds >= SHORT_SECONDS)
    .toSorted((a, b) => a.startSeconds - b.startSeconds || a.endSeconds - b.endSeconds);
  const bars = (name: string, colour: Colour, isCritical: boolean): BarSeries => ({
    name,
    colour,
    kind: 'bars',
    bars: drawn.flatMap((span, row) =>
      span.isCritical === isCritical
        ? [
            [
              span.startSeconds / 60,
              span.endSeconds / 60,
              rowCentre(drawn.length, row) - 0.35,
              rowCentre(drawn.length, row) + 0.35,
            ] as const,
          ]
        : [],
    ),
  });
  // Room for the label of the promise.
  const end = Math.max(seconds, 1.15 * (promiseSeconds ?? 0)) / 60;
  const hidden = spans.length - drawn.length;
  return renderFigure({
    title: `infra/${program}: ${command === 'up' ? 'pulumi up' : 'pulumi destroy'}, ${minutes(seconds)}`,
    note: `By the dependencies of the state and a time for each type of resource; ${hidden} resources of less than ${SHORT_SECONDS} s are not drawn.`,
    columns: 1,
    chartWidthPx: 940,
    chartHeightPx: FRAME_PX + ROW_PX * drawn.length,
    leftPx: 330,
    charts: [
      {
        title: '',
        x: linearAxis('minutes', 0, end),
        y: rowAxis(drawn.map(({ name }) => name)),
        series: [bars('longest path', 'orange', true), bars('beside it', 'blue', false)],
        references:
          promiseSeconds === undefined
            ? []
            : [{ x: promiseSeconds / 60, label: `promised: ${promiseSeconds / 60} min` }],
      },
    ],
  });
}

/** The first row is the uppermost. */
function rowCentre(rows: number, row: number): number {
  return rows - row - 0.5;
}

function rowAxis(names: readonly string[]): Axis {
  return {
    label: '',
    kind: 'linear',
    min: 0,
    max: names.length,
    ticks: names.map((text, row) => ({ at: rowCentre(names.length, row), text })),
  };
}

/** 512 as "8 min 32 s". */
export function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
