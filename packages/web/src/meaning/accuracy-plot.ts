import { oneIn, ratesAt, strictestLast, type OperatingPoint } from './similarity-meaning.js';

/** Where things are in the plot, in its own units. */
export interface AccuracyPlot {
  readonly widthPx: number;
  readonly heightPx: number;
  /** The rectangle between the axes. */
  readonly area: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly xTicks: readonly { readonly x: number; readonly label: string }[];
  readonly yTicks: readonly { readonly y: number; readonly label: string }[];
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly label: string;
    /** Where the label goes so that it stays inside. */
    readonly anchor: 'start' | 'middle' | 'end';
  }[];
  readonly curve: string;
  /** Where a similarity lies, when one is given that is not below what was measured; at the last point beyond it. */
  readonly marker?: { readonly x: number; readonly y: number; readonly beyond: boolean };
}

const WIDTH_PX = 460;
const HEIGHT_PX = 260;
const AREA = { left: 52, top: 30, right: 436, bottom: 208 };

/**
 * Lays out how many pairs of one person are found (up) against how many strangers are let through (right, a logarithmic
 * scale, stricter to the right), for the operating points of any model.
 *
 * @returns undefined when there are fewer than two points to draw
 */
export function layOutAccuracy(
  operatingPoints: readonly OperatingPoint[],
  similarity?: number,
): AccuracyPlot | undefined {
  const points = strictestLast(operatingPoints).filter(({ far }) => far > 0);
  const loosest = points[0];
  const strictest = points.at(-1);
  if (loosest === undefined || strictest === undefined || loosest.far <= strictest.far) return undefined;

  const decades = { from: Math.log10(loosest.far), to: Math.log10(strictest.far) };
  const xOf = (far: number): number =>
    AREA.left + ((Math.log10(far) - decades.from) / (decades.to - decades.from)) * (AREA.right - AREA.left);
  const { floor, step } = verticalScale(Math.min(...points.map(({ tar }) => tar)));
  const yOf = (tar: number): number => AREA.bottom - ((tar - floor) / (1 - floor)) * (AREA.bottom - AREA.top);

  const placed = points.map((point, index) => ({
    x: round(xOf(point.far)),
    y: round(yOf(point.tar)),
    label: `${point.similarity}`,
    anchor: index === 0 ? ('start' as const) : index === points.length - 1 ? ('end' as const) : ('middle' as const),
  }));
  const rates = similarity === undefined ? undefined : ratesAt(similarity, points);
  return {
    widthPx: WIDTH_PX,
    heightPx: HEIGHT_PX,
    area: AREA,
    xTicks: points.map(({ far }, index) => ({ x: placed[index]?.x ?? 0, label: oneIn(far).replace(' in ', ':') })),
    yTicks: Array.from({ length: Math.round((1 - floor) / step) + 1 }, (_, index) => floor + index * step).map(
      (tar) => ({ y: round(yOf(tar)), label: `${Number((tar * 100).toFixed(1))} %` }),
    ),
    points: placed,
    curve: placed.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'} ${x} ${y}`).join(' '),
    ...(rates === undefined || similarity === undefined
      ? {}
      : {
          marker: {
            x: round(xOf(rates.far)),
            y: round(yOf(rates.tar)),
            beyond: similarity > strictest.similarity,
          },
        }),
  };
}

/** A round share below the lowest one, and steps of at most five to 100 %. */
function verticalScale(lowest: number): { readonly floor: number; readonly step: number } {
  for (const step of [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]) {
    const floor = Math.floor((lowest - step / 4) / step) * step;
    if (1 - floor <= step * 5.5) return { floor: Math.max(0, floor), step };
  }
  return { floor: 0, step: 0.2 };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
