import { samplePoints } from './sample.js';

describe('points of a sweep', () => {
  it('are all of them without a seed', () => {
    expect(samplePoints(4, undefined)).toEqual([1, 2, 3, 4]);
  });

  it('are the first, the last, and the one between them that the seed draws', () => {
    expect(samplePoints(74, 20_261_129)).toEqual([1, 43, 74]);
    expect(samplePoints(74, 20_261_130)).toEqual([1, 44, 74]);
  });

  it('are all of them over as many seeds in a row as there are points between the ends', () => {
    const drawn = Array.from({ length: 27 }, (_, day) => samplePoints(29, 20_261_101 + day));
    expect(new Set(drawn.flat()).size).toBe(29);
  });

  it('are there once each where there are few', () => {
    expect(samplePoints(2, 7)).toEqual([1, 2]);
    expect(samplePoints(3, 7)).toEqual([1, 2, 3]);
  });
});
