import { InvalidInputError } from '../errors/client-errors.js';
import type { Face } from '../faces.js';
import { EmbeddingSpaceMismatchError } from '../generated/errors.js';
import type { Calibration } from '../generated/models.js';
import { vectorOf, type StoredFace } from './stored-face.js';

/** Which vectors may be compared. */
export interface CosineOptions {
  /**
   * Spaces whose vectors can be compared with each other: `parameters.comparableWith` of a model. Without it, only
   * vectors of the same space can.
   */
  readonly comparableSpaces?: readonly string[] | undefined;
}

/**
 * Cosine of the angle between the embeddings of two faces, -1 to 1.
 *
 * @param a - a face with its embedding, or a stored face
 * @param b - another
 * @param options - which embedding spaces may be compared with each other
 * @returns -1 to 1; 1 for the same direction
 * @throws EmbeddingSpaceMismatchError when they belong to different embedding spaces
 * @throws InvalidInputError when a face has no embedding, the lengths differ, or an embedding has no direction
 * @example
 * ```ts
 * if (largest && second) console.log('cosine of two of them', cosine(largest, second).toFixed(3));
 * ```
 */
export function cosine(a: Face | StoredFace, b: Face | StoredFace, options: CosineOptions = {}): number {
  const [left, right] = [vectorOf(a), vectorOf(b)];
  requireComparable(a, b, options.comparableSpaces ?? []);
  if (left.length !== right.length) {
    throw new InvalidInputError(`vectors of ${left.length} and ${right.length} numbers cannot be compared`);
  }
  let dot = 0;
  let leftSquare = 0;
  let rightSquare = 0;
  left.forEach((x, index) => {
    const y = right[index] ?? 0;
    dot += x * y;
    leftSquare += x * x;
    rightSquare += y * y;
  });
  const norm = Math.sqrt(leftSquare) * Math.sqrt(rightSquare);
  if (!(norm > 0 && Number.isFinite(norm))) {
    throw new InvalidInputError('a vector of zeros, or with a number that is not finite, cannot be compared');
  }
  return Math.min(1, Math.max(-1, dot / norm));
}

/**
 * How certain it is that two faces are of the same person, 0 to 100: the same number that `compare` answers for their
 * vectors. What a number means is in `calibration.operatingPoints`.
 *
 * @param a - a face with its embedding, or a stored face
 * @param b - another
 * @param calibration - `parameters.calibration` of the model that made the embeddings
 * @param options - which embedding spaces may be compared with each other
 * @returns 0 to 100
 * @throws EmbeddingSpaceMismatchError when they belong to different embedding spaces
 * @throws InvalidInputError when a face has no embedding, the lengths differ, or an embedding has no direction
 * @example
 * ```ts
 * const percent = similarity(face, parse(text), parameters.calibration);
 * ```
 */
export function similarity(
  a: Face | StoredFace,
  b: Face | StoredFace,
  calibration: Pick<Calibration, 'slope' | 'midpoint'>,
  options: CosineOptions = {},
): number {
  return 100 / (1 + Math.exp(-calibration.slope * (cosine(a, b, options) - calibration.midpoint)));
}

function requireComparable(a: Face | StoredFace, b: Face | StoredFace, comparable: readonly string[]): void {
  if (a.embeddingSpace === b.embeddingSpace) return;
  if (comparable.includes(a.embeddingSpace) && comparable.includes(b.embeddingSpace)) return;
  throw new EmbeddingSpaceMismatchError(
    `a vector of space ${a.embeddingSpace} (version ${a.modelVersion}) cannot be compared with one of space ` +
      `${b.embeddingSpace} (version ${b.modelVersion}); make one of them again from its photo with the other's version`,
  );
}
