import fc from 'fast-check';
import {
  accuracyAt,
  bestThreshold,
  countAccepted,
  kFoldAccuracy,
  rocCurve,
  thresholdAtFar,
  type ScoredPair,
} from './verification.js';

const same = (cosine: number): ScoredPair => ({ samePerson: true, cosine });
const strangers = (cosine: number): ScoredPair => ({ samePerson: false, cosine });

describe('bestThreshold', () => {
  it('lies in the middle of the gap between strangers and one person', () => {
    expect(bestThreshold([strangers(0.1), strangers(0.3), same(0.5), same(0.9)])).toBeCloseTo(0.4, 12);
  });

  it('gives up the one pair that cannot be judged right', () => {
    const pairs = [strangers(0.1), strangers(0.95), same(0.5), same(0.6), same(0.9)];
    expect(accuracyAt(pairs, bestThreshold(pairs))).toBe(0.8);
  });

  it('does not part pairs of equal cosine', () => {
    const pairs = [strangers(0.5), same(0.5), same(0.5)];
    expect(accuracyAt(pairs, bestThreshold(pairs))).toBeCloseTo(2 / 3, 12);
  });

  it('is never beaten by any other threshold', () => {
    const anyPair = fc.record({ samePerson: fc.boolean(), cosine: fc.integer({ min: -8, max: 8 }).map((n) => n / 8) });
    fc.assert(
      fc.property(fc.array(anyPair, { minLength: 1, maxLength: 30 }), (pairs) => {
        const best = accuracyAt(pairs, bestThreshold(pairs));
        for (let threshold = -1.05; threshold < 1.2; threshold += 1 / 16) {
          expect(accuracyAt(pairs, threshold)).toBeLessThanOrEqual(best);
        }
      }),
    );
  });
});

describe('kFoldAccuracy', () => {
  it('judges a fold with the threshold of the others, not with its own', () => {
    // In the last fold everything is shifted: its own best threshold (0.75) would judge every pair right.
    const usual = [strangers(0.2), strangers(0.25), same(0.4), same(0.45)];
    const shifted = [strangers(0.6), strangers(0.7), same(0.8), same(0.9)];
    const result = kFoldAccuracy([usual, usual, usual, shifted]);
    expect(result.folds[3]).toEqual({ threshold: 0.325, accuracy: 0.5 });
    expect(result.accuracy).toBeCloseTo((1 + 1 + 1 + 0.5) / 4, 12);
    expect(result.standardError).toBeCloseTo(0.125, 12);
  });

  it('needs two folds', () => {
    expect(() => kFoldAccuracy([[same(1)]])).toThrow('at least 2 folds, got 1');
  });
});

describe('thresholdAtFar', () => {
  const impostors = { top: Array.from({ length: 1000 }, (_, i) => 1 - i / 1000), count: 1000 };

  it('accepts as many strangers as the rate allows and not one more', () => {
    for (const far of [0.001, 0.01, 0.5]) {
      const threshold = thresholdAtFar(impostors, far) ?? NaN;
      expect(countAccepted(impostors.top, threshold)).toBe(far * 1000);
    }
  });

  it('refuses all strangers that are equally similar when it may not accept them all', () => {
    const tied = { top: [0.9, 0.8, 0.8, 0.8, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], count: 10 };
    expect(countAccepted(tied.top, thresholdAtFar(tied, 0.2) ?? NaN)).toBe(1);
  });

  it('gives no figure where the rate allows not one stranger', () => {
    expect(thresholdAtFar(impostors, 1e-4)).toBeUndefined();
  });

  it('says so when the strangers at that rate were not kept', () => {
    expect(() => thresholdAtFar({ top: [0.9, 0.8], count: 1000 }, 0.01)).toThrow('needs the 11 most similar strangers');
  });
});

describe('rocCurve', () => {
  it('starts at the most similar stranger and never falls', () => {
    const curve = rocCurve([0.95, 0.5, 0.05], { top: [0.9, 0.6, 0.4, 0.1], count: 4 });
    expect(curve).toEqual([
      { far: 0.25, tar: 1 / 3 },
      { far: 0.5, tar: 1 / 3 },
      { far: 0.75, tar: 2 / 3 },
      { far: 1, tar: 2 / 3 },
    ]);
  });
});
