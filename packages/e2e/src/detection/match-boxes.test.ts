import { intersectionOverUnion, matchBoxes } from './match-boxes.js';

const box = (
  left: number,
  top: number,
  side: number,
): { left: number; top: number; width: number; height: number } => ({
  left,
  top,
  width: side,
  height: side,
});
const truth = (
  left: number,
  top: number,
  side: number,
  ignore = false,
): ReturnType<typeof box> & { ignore: boolean } => ({
  ...box(left, top, side),
  ignore,
});

describe('intersectionOverUnion', () => {
  it.each([
    ['the same box', box(0, 0, 10), 1],
    ['half of it', { left: 0, top: 0, width: 10, height: 5 }, 0.5],
    ['a box that only touches', box(10, 0, 10), 0],
    ['a box shifted by half a side', box(5, 0, 10), 1 / 3],
  ])('of a box with %s', (_, other, expected) => {
    expect(intersectionOverUnion(box(0, 0, 10), other)).toBeCloseTo(expected, 12);
  });
});

describe('matchBoxes', () => {
  it('takes a larger outline of the same face as found', () => {
    expect(matchBoxes([truth(10, 10, 10)], [box(5, 5, 20)])).toMatchObject({ found: 1, falsePositives: [] });
  });

  it('does not count one detection for two faces', () => {
    const result = matchBoxes([truth(0, 0, 10), truth(4, 0, 10)], [box(0, 0, 10)]);
    expect(result).toMatchObject({ annotated: 2, found: 1, missed: [truth(4, 0, 10)] });
  });

  it('counts a second detection of one face as false', () => {
    expect(matchBoxes([truth(0, 0, 10)], [box(0, 0, 10), box(1, 1, 10)]).falsePositives).toEqual([box(1, 1, 10)]);
  });

  it('gives each face the detection that fits it best', () => {
    const result = matchBoxes([truth(0, 0, 10), truth(6, 0, 10)], [box(5, 0, 10), box(1, 0, 10)]);
    expect(result).toMatchObject({ found: 2, falsePositives: [] });
  });

  it('counts neither a hit nor a miss on a box to be ignored', () => {
    expect(matchBoxes([truth(0, 0, 10, true)], [box(0, 0, 10)])).toEqual({
      annotated: 0,
      found: 0,
      missed: [],
      falsePositives: [],
    });
    expect(matchBoxes([truth(0, 0, 10, true)], []).missed).toEqual([]);
  });
});
