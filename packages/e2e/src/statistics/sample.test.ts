import { isDrawn, samplePoints, seedOf } from './sample.js';

describe('the seed of a day', () => {
  it('is its date, wherever the machine is', () => {
    expect(seedOf(new Date('2026-11-29T23:59:59.999Z'))).toBe(20_261_129);
  });
});

describe('scenarios that are alike', () => {
  it('are drawn once each in four days', () => {
    for (const index of [0, 1, 6]) {
      const draws = [0, 1, 2, 3].map((day) => isDrawn(index, 20_261_120 + day));
      expect(draws.filter(Boolean)).toHaveLength(1);
    }
  });
});

describe('a sample of points', () => {
  it('has the first, the last, and one of so many between them', () => {
    expect(samplePoints(27, 7, 20_261_129)).toEqual([1, 7, 14, 21, 27]);
  });

  it('is the same for the same seed, and another for the next', () => {
    expect(samplePoints(27, 7, 5)).toEqual(samplePoints(27, 7, 5));
    expect(samplePoints(27, 7, 6)).not.toEqual(samplePoints(27, 7, 5));
  });

  it('takes every point in as many seeds in a row', () => {
    const week = Array.from({ length: 7 }, (_, day) => seedOf(new Date(Date.UTC(2026, 10, 20 + day))));
    const taken = new Set(week.flatMap((seed) => samplePoints(27, 7, seed)));
    expect(taken.size).toBe(27);
  });

  it('of few points has each of them once', () => {
    expect(samplePoints(1, 7, 0)).toEqual([1]);
    expect(samplePoints(2, 7, 1)).toEqual([1, 2]);
    expect(samplePoints(0, 7, 1)).toEqual([]);
  });
});
