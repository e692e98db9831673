/** A mark on an axis. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** One axis of a chart, from `min` to `max` in data units. */
export interface Axis {
  readonly label: string;
  readonly kind: 'linear' | 'log';
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
}

/** Where a value lies on the axis: 0 at `min`, 1 at `max`; values outside are moved to the nearer end. */
export function positionOn(axis: Axis, value: number): number {
  const at = axis.kind === 'log' ? Math.log : (x: number): number => x;
  const share =
    (at(Math.max(value, axis.kind === 'log' ? axis.min : -Infinity)) - at(axis.min)) / (at(axis.max) - at(axis.min));
  return Math.min(1, Math.max(0, share));
}

/** A linear axis with four to nine ticks on round numbers; the ends are widened to the outer ticks. */
export function linearAxis(label: string, min: number, max: number, format: (value: number) => string = String): Axis {
  const span = max - min || 1;
  const rough = span / 7;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * ([1, 2, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10);
  const first = Math.floor(min / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(max / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => {
    // Multiplying keeps 0.30000000000000004 out of the labels.
    const at = Number(((first + i) * step).toPrecision(12));
    return { at, text: format(at) };
  });
  return { label, kind: 'linear', min: ticks[0]?.at ?? min, max: ticks.at(-1)?.at ?? max, ticks };
}

/** A logarithmic axis over whole powers of ten, a tick at each. */
export function decadeAxis(label: string, minExponent: number, maxExponent: number): Axis {
  const ticks = Array.from({ length: maxExponent - minExponent + 1 }, (_, i) => {
    const exponent = minExponent + i;
    return { at: 10 ** exponent, text: exponent === 0 ? '1' : `1e${exponent}` };
  });
  return { label, kind: 'log', min: 10 ** minExponent, max: 10 ** maxExponent, ticks };
}
