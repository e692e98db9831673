/** A seed that differs from day to day: 20261129 on 29 November 2026 (UTC). */
export function seedOf(date: Date): number {
  return Number(date.toISOString().slice(0, 10).replaceAll('-', ''));
}

/** Of scenarios that are alike a seed draws one in so many. */
const ONE_IN = 4;

/** Whether a seed draws the scenario at this place of a list: `ONE_IN` seeds in a row draw each once. */
export function isDrawn(index: number, seed: number): boolean {
  return index % ONE_IN === seed % ONE_IN;
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
