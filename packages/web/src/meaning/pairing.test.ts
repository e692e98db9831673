import { pairFaces } from './pairing.js';

const table = [
  [10, 40, 20],
  [30, 95, 30],
];
const similarity = (source: number, target: number): number => table[source]?.[target] ?? Number.NaN;

describe('which faces belong together', () => {
  it('is the most similar pair of all', () => {
    expect(pairFaces(2, 3, similarity)).toEqual({
      source: 1,
      target: 1,
      similarity: 95,
      ranking: [
        { index: 1, similarity: 95 },
        { index: 0, similarity: 30 },
        { index: 2, similarity: 30 },
      ],
      pairCount: 6,
    });
  });

  it('is the most similar target of a source face that was chosen', () => {
    expect(pairFaces(2, 3, similarity, { source: 0 })).toMatchObject({
      source: 0,
      target: 1,
      similarity: 40,
      pairCount: 3,
    });
  });

  it('is what was chosen on both sides', () => {
    expect(pairFaces(2, 3, similarity, { source: 0, target: 2 })).toMatchObject({
      source: 0,
      target: 2,
      similarity: 20,
      pairCount: 1,
    });
  });

  it('is the most similar source face when only the target was chosen', () => {
    expect(pairFaces(2, 3, similarity, { target: 0 })).toMatchObject({
      source: 1,
      target: 0,
      similarity: 30,
      pairCount: 2,
    });
  });

  it.each([
    [0, 3],
    [2, 0],
    [0, 0],
  ])('is nothing with %s and %s faces', (sources, targets) => {
    expect(pairFaces(sources, targets, similarity)).toBeUndefined();
  });
});
