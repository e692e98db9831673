import type { Box } from './geometry.js';
import { referenceFace } from './reference-face.js';

const photo = { width: 1000, height: 600 };

/** A face of a share of the largest area, whose middle is at a share of the width. */
function face(areaShare: number, across: number): { readonly box: Box } {
  const side = 100 * Math.sqrt(areaShare);
  const x = across * photo.width;
  return { box: { x1: x - side / 2, x2: x + side / 2, y1: 300 - side / 2, y2: 300 + side / 2 } };
}

describe('the reference face', () => {
  it('is none where there is none', () => {
    const nobody: ReturnType<typeof face>[] = [];
    expect(referenceFace(nobody, photo)).toBeUndefined();
  });

  it('is the only face, wherever it is', () => {
    const corner = { box: { x1: -10, y1: -10, x2: 10, y2: 10 } };
    expect(referenceFace([corner], photo)).toBe(corner);
  });

  it.each([0.81, 0.9, 1])('is the most central of faces within 20 %% of the largest: %f', (share) => {
    const faces = [face(1, 0.2), face(share, 0.45), face(0.95, 0.7)];
    expect(referenceFace(faces, photo)).toBe(faces[1]);
    expect(referenceFace(faces.toReversed(), photo)).toBe(faces[1]);
  });

  it('is the largest where a more central face is clearly smaller', () => {
    const faces = [face(1, 0.1), face(0.59, 0.5)];
    expect(referenceFace(faces, photo)).toBe(faces[0]);
  });

  it('changes to the largest gradually, not at one share of its area', () => {
    const near = face(1, 0.42);
    expect(referenceFace([near, face(0.78, 0.5)], photo)).toEqual(face(0.78, 0.5));
    expect(referenceFace([near, face(0.7, 0.5)], photo)).toBe(near);
    const far = face(1, 0.15);
    expect(referenceFace([far, face(0.7, 0.5)], photo)).toEqual(face(0.7, 0.5));
  });

  it('does not depend on the unit of the boxes', () => {
    const faces = [face(1, 0.2), face(0.9, 0.6)];
    const asShares = faces.map(({ box }) => ({
      box: { x1: box.x1 / 2, y1: box.y1 / 2, x2: box.x2 / 2, y2: box.y2 / 2 },
    }));
    expect(referenceFace(asShares, { width: 500, height: 300 })).toBe(asShares[1]);
  });
});
