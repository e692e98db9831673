import { realVectors } from '../../test/kit/golden.js';
import { InvalidInputError } from '../errors/client-errors.js';
import { EmbeddingSpaceMismatchError } from '../generated/errors.js';
import { cosine, similarity } from './similarity.js';
import type { StoredFace } from './stored-face.js';

const A = 'aaaaaaaaaaaaaaaa';
const B = 'bbbbbbbbbbbbbbbb';
const calibration = { slope: 50, midpoint: 0.42 };

const face = (vector: Iterable<number>, embeddingSpace = A): StoredFace => ({
  vector: Float32Array.from(vector),
  modelVersion: '2.0.0',
  embeddingSpace,
});

describe('cosine', () => {
  it('is that of the angle between the vectors, whatever their length', () => {
    expect(cosine(face([3, 0]), face([5, 5]))).toBeCloseTo(Math.SQRT1_2, 6);
    expect(cosine(face([1, 2, 3]), face([-1, -2, -3]))).toBe(-1);
  });

  it('is 1 for a real vector and itself', () => {
    for (const vector of realVectors()) expect(cosine(face(vector), face(vector))).toBeCloseTo(1, 12);
  });

  it('refuses vectors of different spaces, naming both and their versions', () => {
    const compare = (): number => cosine(face([1]), { ...face([1], B), modelVersion: '3.0.0' });
    expect(compare).toThrow(EmbeddingSpaceMismatchError);
    expect(compare).toThrow(new RegExp(`${A} \\(version 2.0.0\\) .* ${B} \\(version 3.0.0\\)`));
  });

  it('compares vectors of different spaces when both are said to be comparable, and only then', () => {
    expect(cosine(face([1]), face([1], B), { comparableSpaces: [A, B] })).toBe(1);
    expect(() => cosine(face([1]), face([1], B), { comparableSpaces: [B] })).toThrow(EmbeddingSpaceMismatchError);
  });

  it.each([
    ['different lengths', [1, 2], [1, 2, 3], 'vectors of 2 and 3 numbers cannot be compared'],
    ['a vector of zeros', [0, 0], [1, 1], 'a vector of zeros'],
    ['a number that is none', [NaN, 0], [1, 1], 'not finite'],
    ['no numbers', [], [], 'a vector of zeros'],
  ])('refuses %s', (_what, a, b, message) => {
    expect(() => cosine(face(a), face(b))).toThrow(InvalidInputError);
    expect(() => cosine(face(a), face(b))).toThrow(message);
  });

  it('refuses a face whose vector was not asked for', () => {
    const bare = {
      boundingBox: { left: 0, top: 0, width: 1, height: 1 },
      confidence: 0.99,
      modelVersion: '2.0.0',
      embeddingSpace: A,
    };
    expect(() => cosine(bare, face([1]))).toThrow(/ask for it with faceHash: true/);
  });
});

describe('similarity', () => {
  const at = (value: number): StoredFace => face([value, Math.sqrt(1 - value * value)]);

  it('is 50 at the midpoint and follows the logistic curve', () => {
    expect(similarity(face([1, 0]), at(0.42), calibration)).toBeCloseTo(50, 4);
    expect(similarity(face([1, 0]), at(0.452), calibration)).toBeCloseTo(100 / (1 + Math.exp(-1.6)), 4);
  });

  it('refuses vectors of different spaces unless they are comparable', () => {
    expect(() => similarity(face([1]), face([1], B), calibration)).toThrow(EmbeddingSpaceMismatchError);
    expect(similarity(face([1]), face([1], B), calibration, { comparableSpaces: [A, B] })).toBeCloseTo(100, 6);
  });
});
