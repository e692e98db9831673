import fc from 'fast-check';
import type { CalibrationSpec } from '@face-comparison/bundle';
import { cosine, similarity } from './similarity.js';

const calibration: CalibrationSpec = {
  kind: 'logistic',
  slope: 50,
  midpoint: 0.42,
  defaultThreshold: 80,
  measuredOn: 'nothing',
  operatingPoints: [],
};

/** A unit vector at an angle with a given cosine to [1, 0]. */
const at = (value: number): number[] => [value, Math.sqrt(1 - value * value)];

describe('cosine', () => {
  it('is that of the angle between the vectors, whatever their length', () => {
    expect(cosine([3, 0], [5, 5])).toBeCloseTo(Math.SQRT1_2, 12);
    expect(cosine([1, 2, 3], [-1, -2, -3])).toBe(-1);
    expect(cosine(Float32Array.of(0.6, 0.8), [0.6, 0.8])).toBeCloseTo(1, 12);
  });

  it('is within -1..1 and symmetric', () => {
    const vector = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(vector, vector, (a, b) => {
        fc.pre(Math.hypot(...a) > 1e-6 && Math.hypot(...b) > 1e-6);
        const value = cosine(a, b);
        expect(Math.abs(value)).toBeLessThanOrEqual(1);
        expect(cosine(b, a)).toBe(value);
      }),
    );
  });

  it('refuses vectors of different lengths, naming both', () => {
    expect(() => cosine([1, 2], [1, 2, 3])).toThrow(new RangeError('vectors of 2 and 3 numbers cannot be compared'));
  });

  it('refuses vectors without a direction', () => {
    for (const bad of [[0, 0], [Number.NaN, 1], [Number.POSITIVE_INFINITY, 1], []]) {
      expect(() => cosine(bad, bad.length === 0 ? [] : [1, 1])).toThrow(RangeError);
    }
  });
});

describe('similarity', () => {
  it('is 50 at the midpoint and follows the logistic curve', () => {
    expect(similarity([1, 0], at(0.42), calibration)).toBeCloseTo(50, 9);
    expect(similarity([1, 0], at(0.452), calibration)).toBeCloseTo(100 / (1 + Math.exp(-1.6)), 9);
  });

  it('grows with the cosine and stays within 0..100', () => {
    const values = [-1, 0, 0.3, 0.42, 0.5, 0.7, 1].map((value) => similarity([1, 0], at(value), calibration));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values[0]).toBeGreaterThanOrEqual(0);
    expect(values.at(-1)).toBeLessThanOrEqual(100);
  });
});
