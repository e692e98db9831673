/** Of similar scenarios a seed draws one in so many. */
export const ONE_IN = 4;

/** Whether a seed draws the scenario at this place of a list: `ONE_IN` seeds in a row draw each once. */
export function isDrawn(index: number, seed: number): boolean {
  return index % ONE_IN === seed % ONE_IN;
}

/**
 * Points of a sweep over 1 to `count`.
 *
 * @param seed takes three of them: the first, the last and one between them, another each time that the sweep is drawn;
 *   undefined takes every point
 * @returns the points in ascending order
 */
export function samplePoints(count: number, seed: number | undefined): number[] {
  if (seed === undefined || count <= 3) return Array.from({ length: count }, (_, index) => index + 1);
  return [1, 2 + (Math.floor(seed / ONE_IN) % (count - 2)), count];
}
