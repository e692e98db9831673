import { GLYPH_HEIGHT, GLYPH_WIDTH, isDot } from './digits.js';
import { drawFaces, type Pixels } from './draw-faces.js';

const grey = (width: number, height: number): Pixels => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(128),
});
const at = ({ data, width }: Pixels, x: number, y: number): number[] =>
  Array.from(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3));
const BOX = { left: 0.25, top: 0.5, width: 0.5, height: 0.25 };
const MATCH = [0, 158, 115];
const OTHER = [213, 94, 0];

describe('a drawn face', () => {
  it('has a box where it is, of a colour that says whether it matches, and stays as it was inside', () => {
    for (const [isMatch, colour] of [
      [true, MATCH],
      [false, OTHER],
    ] as const) {
      const picture = grey(200, 200);
      drawFaces(picture, [{ boundingBox: BOX, label: '1', isMatch }]);
      expect(at(picture, 100, 100)).toEqual(colour);
      expect(at(picture, 50, 120)).toEqual(colour);
      expect(at(picture, 149, 149)).toEqual(colour);
      expect(at(picture, 100, 125)).toEqual([128, 128, 128]);
      expect(at(picture, 20, 20)).toEqual([128, 128, 128]);
    }
  });

  it('has its label in white above the box', () => {
    const picture = grey(200, 200);
    drawFaces(picture, [{ boundingBox: BOX, label: '1', isMatch: true }]);
    // The digit 1 in dots of 2 pixels, 18 high, begins at the left of the box.
    const dots = Array.from({ length: GLYPH_HEIGHT }, (_, y) =>
      Array.from({ length: GLYPH_WIDTH }, (_, x) => at(picture, 50 + 2 + 2 * x, 82 + 2 + 2 * y)[0] === 255),
    );
    expect(dots).toEqual(
      Array.from({ length: GLYPH_HEIGHT }, (_, y) => Array.from({ length: GLYPH_WIDTH }, (_, x) => isDot('1', x, y))),
    );
  });

  it('may reach the edges, or be tiny, in a tiny picture', () => {
    for (const [width, height] of [
      [1, 1],
      [3, 400],
      [50, 10],
    ] as const) {
      const picture = grey(width, height);
      expect(() =>
        drawFaces(picture, [
          { boundingBox: { left: 0, top: 0, width: 1, height: 1 }, label: '100.0', isMatch: true },
          { boundingBox: { left: 0.999, top: 0.999, width: 0, height: 0 }, label: '2', isMatch: false },
        ]),
      ).not.toThrow();
      expect(picture.data).toHaveLength(width * height * 3);
    }
  });

  it('has digits that differ from each other', () => {
    const shapes = Array.from('0123456789.').map((character) =>
      Array.from({ length: GLYPH_WIDTH * GLYPH_HEIGHT }, (_, i) =>
        isDot(character, i % GLYPH_WIDTH, Math.floor(i / GLYPH_WIDTH)),
      ).join(),
    );
    expect(new Set(shapes).size).toBe(11);
  });
});
