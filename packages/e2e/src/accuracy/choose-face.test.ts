import type { Face } from '../service/face-client.js';
import { chooseFace } from './choose-face.js';

const face = (centreX: number, centreY: number, side: number): Face => ({
  BoundingBox: { Left: centreX - side / 2, Top: centreY - side / 2, Width: side, Height: side },
  Confidence: 0.9,
});

describe('chooseFace', () => {
  it('takes the face in the middle before a bystander of the same size', () => {
    const middle = face(0.5, 0.5, 0.3);
    expect(chooseFace([face(0.15, 0.5, 0.3), middle])).toBe(middle);
  });

  it('takes the large face a little off the middle before a small one in it', () => {
    const large = face(0.45, 0.55, 0.4);
    expect(chooseFace([face(0.5, 0.5, 0.05), large])).toBe(large);
  });

  it('takes the only face wherever it is', () => {
    const corner = face(0.05, 0.05, 0.1);
    expect(chooseFace([corner])).toBe(corner);
  });

  it('takes none where there is none', () => {
    expect(chooseFace([])).toBeUndefined();
  });
});
