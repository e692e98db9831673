import { isDrawn, ONE_IN, samplePoints } from './sample.js';

describe('similar scenarios', () => {
  it('are drawn once each by as many seeds in a row', () => {
    for (const index of [0, 1, 6]) {
      const draws = Array.from({ length: ONE_IN }, (_, day) => isDrawn(index, 20_261_129 + day));
      expect(draws.filter(Boolean)).toHaveLength(1);
    }
  });
});

describe('points of a sweep', () => {
  it('are all of them without a seed', () => {
    expect(samplePoints(4, undefined)).toEqual([1, 2, 3, 4]);
  });

  it('are the first, the last, and the one between them that the seed draws', () => {
    expect(samplePoints(74, 400)).toEqual([1, 30, 74]);
    expect(samplePoints(74, 404)).toEqual([1, 31, 74]);
  });

  it('are all of them over the seeds that draw one sweep', () => {
    const seeds = Array.from({ length: 27 }, (_, turn) => 20_261_129 + ONE_IN * turn);
    expect(new Set(seeds.flatMap((seed) => samplePoints(29, seed))).size).toBe(29);
  });

  it('are there once each where there are few', () => {
    expect(samplePoints(2, 7)).toEqual([1, 2]);
    expect(samplePoints(3, 7)).toEqual([1, 2, 3]);
  });
});
