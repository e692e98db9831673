import type { AlignmentSpec } from '@face-comparison/bundle';
import { fivePoints, goldenPicture } from '../test/default-model.js';
import { cut, plainPicture, resized } from '../test/pictures.js';
import { alignFace } from './align.js';
import type { FivePoints } from './geometry.js';
import type { Picture } from './image/decode-image.js';
import { shrinkToFace } from './shrink-to-face.js';

const alignment: AlignmentSpec = {
  size: 96,
  template: [
    [34.7, 44.8],
    [61.1, 44.6],
    [48, 59.8],
    [37.2, 75.3],
    [59, 75.2],
  ],
  antialias: true,
};

/** Points of a face whose crop covers `width` pixels, turned by some degrees about (x, y). */
function faceAt(x: number, y: number, width: number, degrees = 0): FivePoints {
  const k = width / alignment.size;
  const c = k * Math.cos((degrees * Math.PI) / 180);
  const s = k * Math.sin((degrees * Math.PI) / 180);
  return fivePoints(
    alignment.template.map(([u, v]) => [x + c * (u - 48) - s * (v - 48), y + s * (u - 48) + c * (v - 48)]),
  );
}

function crop(picture: Picture, points: FivePoints): Uint8Array {
  const out = new Uint8Array(alignment.size ** 2 * 3);
  alignFace(picture, points, alignment, out);
  return out;
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

describe('shrinkToFace', () => {
  let portrait: Picture;
  beforeAll(async () => {
    portrait = await resized(cut(await goldenPicture('sample6.jpg'), 1400, 220, 360, 360), 1440, 1440);
  });

  it.each([
    ['twice the crop', 720, 720, 194, 0],
    ['almost three times the crop', 720, 720, 280, 0],
    ['five times the crop', 720, 720, 490, 0],
    ['the whole photo', 720, 720, 1400, 4],
    ['turned by 50 degrees', 700, 740, 900, 50],
    ['partly outside', 300, 1200, 1000, -15],
  ])(
    'changes the crop of a large face by little more than a grey level on average: %s',
    async (_what, x, y, width, degrees) => {
      const points = faceAt(x, y, width, degrees);
      const near = await shrinkToFace(portrait, points, alignment);
      expect(near.picture.data.length).toBeLessThan(portrait.data.length / 4);
      expect(meanDifference(crop(near.picture, near.points), crop(portrait, points))).toBeLessThan(1.5);
    },
  );

  it('leaves smaller faces, and alignments without antialiasing, as they are', async () => {
    const small = faceAt(720, 720, 190);
    const near = await shrinkToFace(portrait, small, alignment);
    expect(near.picture === portrait && near.points === small).toBe(true);
    const large = faceAt(720, 720, 1400);
    const plain = { ...alignment, antialias: false };
    expect((await shrinkToFace(portrait, large, plain)).picture === portrait).toBe(true);
  });

  it('copes with points far outside of the photo, and with photos thinner than a step', async () => {
    for (const [picture, x, y] of [
      [portrait, -9000, 200],
      [portrait, 200, 90000],
      [plainPicture(1, 4096), 0, 2000],
      [plainPicture(4096, 1), 2000, 0],
    ] as const) {
      const near = await shrinkToFace(picture, faceAt(x, y, 2000), alignment);
      expect(crop(near.picture, near.points).every((value) => value === 0)).toBe(true);
    }
  });
});
