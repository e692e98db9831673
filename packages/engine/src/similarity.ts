import type { CalibrationSpec } from '@face-comparison/bundle';

/**
 * Cosine of the angle between two vectors, -1..1.
 *
 * Vectors that were rounded when they were stored need not be of unit length.
 * @throws RangeError when the lengths differ, or a vector has no direction: such numbers mean nothing
 */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`vectors of ${a.length} and ${b.length} numbers cannot be compared`);
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  const norm = Math.sqrt(aa) * Math.sqrt(bb);
  if (!(norm > 0 && Number.isFinite(norm)))
    throw new RangeError('a vector of zeros, or with a number that is not finite, cannot be compared');
  return Math.min(1, Math.max(-1, dot / norm));
}

/**
 * Similarity of two vectors of one embedding space, 0..100, by the logistic curve of the manifest's calibration, which
 * was fitted to pairs of known identity: equal numbers mean equal odds whatever the model.
 */
export function similarity(a: ArrayLike<number>, b: ArrayLike<number>, calibration: CalibrationSpec): number {
  return 100 / (1 + Math.exp(-calibration.slope * (cosine(a, b) - calibration.midpoint)));
}
