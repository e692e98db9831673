import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import type { AlignmentSpec } from '@face-comparison/bundle';
import { DEFAULT_MODEL, fivePoints, goldenPhotos, readModel } from '../test/default-model.js';
import { drawnPicture } from '../test/pictures.js';
import { alignFace, estimateSimilarity, type SimilarityTransform } from './align.js';
import type { FivePoints, Point } from './geometry.js';
import { decodeImage, type Picture } from './image/decode-image.js';

const FIXTURES = resolve(import.meta.dirname, '../test/alignment');

interface Cases {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly template: AlignmentSpec['template'];
  readonly cases: readonly { readonly name: string; readonly antialias: boolean; readonly points: number[][] }[];
}

const template: AlignmentSpec['template'] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

const apply = ({ a, b, tx, ty }: SimilarityTransform, { x, y }: Point): Point => ({
  x: a * x - b * y + tx,
  y: b * x + a * y + ty,
});

/** The points that a transform takes to the template. */
function pointsBefore({ a, b, tx, ty }: SimilarityTransform): FivePoints {
  const s = a * a + b * b;
  return fivePoints(
    template.map(([x, y]) => [(a * (x - tx) + b * (y - ty)) / s, (a * (y - ty) - b * (x - tx)) / s] as const),
  );
}

/** Largest and mean difference, in grey levels. */
function difference(actual: Uint8Array, expected: Uint8Array): { max: number; mean: number } {
  expect(actual).toHaveLength(expected.length);
  let max = 0;
  let sum = 0;
  for (let i = 0; i < expected.length; i++) {
    const levels = Math.abs((expected[i] ?? 0) - (actual[i] ?? 0));
    if (levels > max) max = levels;
    sum += levels;
  }
  return { max, mean: sum / expected.length };
}

/** A crop by the definition: each pixel bilinear at its place in the picture, black outside. */
function plainCrop(picture: Picture, { a, b, tx, ty }: SimilarityTransform, size: number): Uint8Array {
  const s = a * a + b * b;
  const level = (x: number, y: number, channel: number): number =>
    x < 0 || y < 0 || x >= picture.width || y >= picture.height
      ? 0
      : (picture.data[(y * picture.width + x) * 3 + channel] ?? 0);
  return Uint8Array.from({ length: size * size * 3 }, (_, i) => {
    const x = (Math.floor(i / 3) % size) - tx;
    const y = Math.floor(i / 3 / size) - ty;
    const u = (a * x + b * y) / s;
    const v = (a * y - b * x) / s;
    const [left, top] = [Math.floor(u), Math.floor(v)];
    const across = (row: number): number =>
      level(left, row, i % 3) * (1 - u + left) + level(left + 1, row, i % 3) * (u - left);
    return Math.round(across(top) * (1 - v + top) + across(top + 1) * (v - top));
  });
}

describe('estimateSimilarity', () => {
  it('recovers the transform that points were made with', () => {
    const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        number(0.02, 50),
        number(-180, 180),
        number(-4000, 4000),
        number(-4000, 4000),
        (scale, degrees, tx, ty) => {
          const radians = (degrees * Math.PI) / 180;
          const known = { a: scale * Math.cos(radians), b: scale * Math.sin(radians), tx, ty };
          const found = estimateSimilarity(pointsBefore(known), template);
          expect(found.a / scale).toBeCloseTo(known.a / scale, 8);
          expect(found.b / scale).toBeCloseTo(known.b / scale, 8);
          expect(found.tx).toBeCloseTo(tx, 5);
          expect(found.ty).toBeCloseTo(ty, 5);
        },
      ),
    );
  });

  it('is the closest of all similarity transforms where no transform is exact', () => {
    const points = fivePoints([
      [40, 52],
      [70, 55],
      [58, 70],
      [40, 95],
      [72, 90],
    ]);
    const distance = (transform: SimilarityTransform): number =>
      points.reduce((sum, point, i) => {
        const { x, y } = apply(transform, point);
        const [wantedX, wantedY] = template[i] ?? [Number.NaN, Number.NaN];
        return sum + (x - wantedX) ** 2 + (y - wantedY) ** 2;
      }, 0);
    const best = estimateSimilarity(points, template);
    for (const step of [-0.01, 0.01]) {
      for (const key of ['a', 'b', 'tx', 'ty'] as const) {
        expect(distance({ ...best, [key]: best[key] + step })).toBeGreaterThan(distance(best));
      }
    }
  });

  it('never mirrors: mirrored points are turned as well as they can be', () => {
    const [leftEye, rightEye, nose, leftMouth, rightMouth] = pointsBefore({ a: 1, b: 0, tx: 0, ty: 0 });
    const { a, b } = estimateSimilarity([rightEye, leftEye, nose, rightMouth, leftMouth], template);
    expect(a * a + b * b).toBeLessThan(1);
  });

  it('stays finite for points that all lie in one place', () => {
    const point = { x: 7, y: 9 };
    const { a, b, tx, ty } = estimateSimilarity([point, point, point, point, point], template);
    expect([a, b, tx, ty].every(Number.isFinite)).toBe(true);
  });
});

describe('alignFace', () => {
  let cases: Cases;
  beforeAll(async () => {
    cases = JSON.parse(await readFile(join(FIXTURES, 'cases.json'), 'utf8')) as Cases;
  });

  // The names are those of make-crops.py, which draws the same picture.
  it.each([
    'same-size',
    'turned-and-noisy',
    'upside-down',
    'tiny',
    'two-samples',
    'three-samples',
    'two-samples-switched-off',
    'partly-outside-top-left',
    'partly-outside-bottom-right',
    'outside',
    'fills-the-picture',
    'larger-than-the-picture',
  ])('cuts the crop that the reference implementation cuts: %s', async (name) => {
    const { width, height, size, template: wanted, cases: all } = cases;
    const found = all.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`cases.json has no ${name}`);
    const picture = drawnPicture(width, height, (x, y) => [
      (x * 37 + y * 17) % 256,
      (x * y) % 256,
      (Math.floor((x * x) / 7) + y * 3) % 256,
    ]);
    const out = new Uint8Array(size * size * 3);
    alignFace(picture, fivePoints(found.points), { size, template: wanted, antialias: found.antialias }, out);
    const expected = await decodeImage(await readFile(join(FIXTURES, `${name}.png`)));
    expect(difference(out, expected.data).max).toBeLessThanOrEqual(1);
  });

  it('cuts the same crop in whole numbers as in floating point, to a grey level', () => {
    const picture = drawnPicture(300, 200, (x, y) => [(x * 37) % 256, (y * 23) % 256, (x * y) % 256]);
    const size = 112;
    const out = new Uint8Array(size * size * 3);
    fc.assert(
      fc.property(
        fc.double({ min: 0.7, max: 4, noNaN: true }),
        fc.integer({ min: -180, max: 180 }),
        fc.integer({ min: -400, max: 400 }),
        fc.integer({ min: -400, max: 400 }),
        (scale, degrees, tx, ty) => {
          const radians = (degrees * Math.PI) / 180;
          const transform = { a: scale * Math.cos(radians), b: scale * Math.sin(radians), tx, ty };
          alignFace(picture, pointsBefore(transform), { size, template, antialias: false }, out);
          expect(difference(out, plainCrop(picture, transform, size)).max).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('gives a black crop for points that are farther off than any picture', () => {
    const picture = drawnPicture(64, 64, () => [255, 255, 255]);
    const out = new Uint8Array(112 * 112 * 3).fill(1);
    for (const offset of [40_000, -40_000, 1e12]) {
      const far = pointsBefore({ a: 1, b: 0, tx: offset, ty: offset });
      alignFace(picture, far, { size: 112, template, antialias: true }, out);
      expect(out.every((level) => level === 0)).toBe(true);
    }
  });

  it('cuts the golden crops out of the golden photos', async () => {
    const { manifest } = await readModel(DEFAULT_MODEL);
    const { alignment, golden } = manifest;
    const photos = await goldenPhotos(768);
    for (const path of golden.crops) {
      const [, name = '', index = ''] = /([^/]+)-(\d+)\.png$/.exec(path) ?? [];
      const photo = photos.find((candidate) => candidate.name === `${name}.jpg`);
      const face = photo?.faces[Number(index)];
      if (photo === undefined || face === undefined) throw new Error(`no expected face for ${path}`);
      const out = new Uint8Array(alignment.size ** 2 * 3);
      alignFace(await decodeImage(photo.bytes), face.landmarks, alignment, out);
      const expected = await decodeImage(await readFile(join(DEFAULT_MODEL, path)));
      // The expected points are rounded to a hundredth of a pixel, so an edge may be another level off.
      const { max, mean } = difference(out, expected.data);
      expect(mean).toBeLessThan(0.1);
      expect(max).toBeLessThanOrEqual(2);
    }
  });
});
