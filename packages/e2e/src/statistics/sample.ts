/** A seed that differs from day to day: 20261129 on 29 November 2026 (UTC). */
export function seedOf(date: Date): number {
  return Number(date.toISOString().slice(0, 10).replaceAll('-', ''));
}

/**
 * Draws points of a sweep over 1 to `count`: the first, the last, and one of `every` between them.
 *
 * Evenly spread, so that no part of the sweep is left out, and complete after `every` seeds in a row.
 *
 * @returns the points in ascending order
 */
export function samplePoints(count: number, every: number, seed: number): number[] {
  const points = Array.from({ length: count }, (_, index) => index + 1);
  return points.filter((point) => point === 1 || point === count || point % every === seed % every);
}
