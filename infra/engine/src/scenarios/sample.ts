/**
 * Points of a sweep over 1 to `count`.
 *
 * @param seed takes three of them: the first, the last and one between them, which seeds in a row go through; undefined takes
 *   every point
 * @returns the points in ascending order
 */
export function samplePoints(count: number, seed: number | undefined): number[] {
  if (seed === undefined || count <= 3) return Array.from({ length: count }, (_, index) => index + 1);
  return [1, 2 + (seed % (count - 2)), count];
}
