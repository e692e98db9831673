import { DEFAULT_MODEL, fivePoints, goldenPhotos, readModel, type GoldenPhoto } from '../test/default-model.js';
import { blurred, cut, drawnPicture, mirrored, plainPicture } from '../test/pictures.js';
import type { AlignmentSpec } from '@face-comparison/bundle';
import { alignFace } from './align.js';
import type { FivePoints, Point } from './geometry.js';
import { decodeImage, type Picture } from './image/decode-image.js';
import { assessQuality, type FaceQuality } from './quality.js';

/** A head that looks straight ahead, with the nose tip before the face; x to the right, y down, z to the viewer. */
const HEAD = [
  [-1, -1, 0],
  [1, -1, 0],
  [0, -1 + 2 * 0.556, 0.9],
  [-0.85, 1, 0],
  [0.85, 1, 0],
] as const;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The points of the head as seen from far away: first nodding up, then turned to the right, then tilted clockwise. */
function seen({ roll = 0, yaw = 0, pitch = 0 }, sizePx = 40): FivePoints {
  return fivePoints(
    HEAD.map(([x, y, z]) => {
      const up = y * Math.cos(radians(pitch)) - z * Math.sin(radians(pitch));
      const forward = y * Math.sin(radians(pitch)) + z * Math.cos(radians(pitch));
      const right = x * Math.cos(radians(yaw)) + forward * Math.sin(radians(yaw));
      return [
        300 + sizePx * (right * Math.cos(radians(roll)) - up * Math.sin(radians(roll))),
        200 + sizePx * (right * Math.sin(radians(roll)) + up * Math.cos(radians(roll))),
      ];
    }),
  );
}

/** A crop of 64 pixels with the face in its middle. */
const small: Pick<AlignmentSpec, 'size' | 'template'> = {
  size: 64,
  template: [
    [24, 26],
    [40, 26],
    [32, 34],
    [26, 42],
    [38, 42],
  ],
};

const poseOf = (points: FivePoints): FaceQuality['pose'] =>
  assessQuality(new Uint8Array(64 * 64 * 3), small, points).pose;

function mapPoints([a, b, c, d, e]: FivePoints, map: (point: Point) => Point): FivePoints {
  return [map(a), map(b), map(c), map(d), map(e)];
}

/** The points as they are marked in the mirrored picture: left and right are those of the picture. */
function mirrorPoints(points: FivePoints, width: number): FivePoints {
  const [leftEye, rightEye, nose, leftMouth, rightMouth] = mapPoints(points, ({ x, y }) => ({ x: width - 1 - x, y }));
  return [rightEye, leftEye, nose, rightMouth, leftMouth];
}

describe('the pose', () => {
  it('is zero for a face that looks straight ahead, wherever it is and however large', () => {
    for (const size of [4, 40, 700]) {
      const { roll, yaw, pitch } = poseOf(seen({}, size));
      for (const angle of [roll, yaw, pitch]) expect(angle).toBeCloseTo(0, 6);
    }
  });

  it.each([-60, -30, -10, 10, 30, 60])('tells a turn of %i degrees to the side', (yaw) => {
    expect(poseOf(seen({ yaw })).yaw).toBeCloseTo(yaw, 6);
  });

  it.each([-40, -20, 20, 40])('tells nodding by %i degrees', (pitch) => {
    const found = poseOf(seen({ pitch })).pitch;
    expect(Math.sign(found)).toBe(Math.sign(pitch));
    expect(Math.abs(found - pitch)).toBeLessThan(10);
  });

  it.each([-170, -90, -25, 25, 90, 170])('tells tilting by %i degrees, clockwise positive', (roll) => {
    expect(poseOf(seen({ roll })).roll).toBeCloseTo(roll, 6);
  });

  it('tells all three of a head that is tilted, turned and nodding', () => {
    const { roll, yaw, pitch } = poseOf(seen({ roll: 20, yaw: -25, pitch: 15 }));
    expect(Math.abs(roll - 20)).toBeLessThan(10);
    expect(Math.abs(yaw + 25)).toBeLessThan(10);
    expect(Math.abs(pitch - 15)).toBeLessThan(10);
  });

  it('stays within -90..90 and finite for points that make no face', () => {
    const point = { x: 5, y: 5 };
    expect(poseOf([point, point, point, point, point])).toEqual({ roll: 0, yaw: 0, pitch: 0 });
    const line = fivePoints([
      [0, 0],
      [1, 0],
      [500, 0],
      [0, 0],
      [1, 0],
    ]);
    const far = fivePoints([
      [0, 0],
      [1, 0],
      [0, 900],
      [0, 1],
      [1, 1],
    ]);
    for (const points of [line, far]) {
      const { yaw, pitch } = poseOf(points);
      expect(Math.abs(yaw)).toBeLessThanOrEqual(90);
      expect(Math.abs(pitch)).toBeLessThanOrEqual(90);
    }
  });
});

describe('quality of the golden photos', () => {
  let photos: GoldenPhoto[];
  let alignment: AlignmentSpec;
  beforeAll(async () => {
    photos = await goldenPhotos(768);
    ({ alignment } = (await readModel(DEFAULT_MODEL)).manifest);
  });

  function assess(picture: Picture, points: FivePoints): FaceQuality {
    const crop = new Uint8Array(alignment.size ** 2 * 3);
    alignFace(picture, points, alignment, crop);
    return assessQuality(crop, alignment, points);
  }

  it('finds every face sharp, and less so the more it is blurred', async () => {
    for (const photo of photos) {
      const whole = await decodeImage(photo.bytes);
      for (const { box, landmarks } of photo.faces) {
        // The face and what is around it: blurring the whole photo takes ten times as long.
        const margin = (box[2] - box[0]) / 2;
        const [left, top] = [Math.max(0, Math.floor(box[0] - margin)), Math.max(0, Math.floor(box[1] - margin))];
        const right = Math.min(whole.width, Math.floor(box[2] + margin));
        const bottom = Math.min(whole.height, Math.floor(box[3] + margin));
        const near = cut(whole, left, top, right - left, bottom - top);
        const points = mapPoints(landmarks, ({ x, y }) => ({ x: x - left, y: y - top }));
        const values = [assess(near, points).sharpness];
        for (const sigma of [1, 2.5, 5]) values.push(assess(await blurred(near, sigma), points).sharpness);
        expect(values).toEqual([...values].sort((a, b) => b - a));
        expect(new Set(values).size).toBe(values.length);
        expect(values[0]).toBeGreaterThan(30);
        expect(values[3]).toBeLessThan(20);
      }
    }
  });

  // Looked up in the photos: where each head is turned to.
  it.each([
    ['sample1.jpg', 2, 'left'],
    ['sample2.jpg', 1, 'left'],
    ['sample4.jpg', 1, 'right'],
    ['sample4.jpg', 2, 'left'],
    ['sample5.jpg', 0, 'left'],
    ['sample5.jpg', 2, 'right'],
  ])('sees in %s that face %i is turned to the %s', (name, index, side) => {
    const face = photos.find((photo) => photo.name === name)?.faces[index];
    if (face === undefined) throw new Error(`${name} has no face ${index}`);
    const yaw = poseOf(face.landmarks).yaw * (side === 'right' ? 1 : -1);
    expect(yaw).toBeGreaterThan(20);
    expect(yaw).toBeLessThan(75);
  });

  it('sees that the woman of sample2.jpg at the right looks down', () => {
    const [face] = photos.find(({ name }) => name === 'sample2.jpg')?.faces ?? [];
    if (face === undefined) throw new Error('no face');
    expect(poseOf(face.landmarks).pitch).toBeLessThan(-5);
  });

  it.each([
    ['sample1.jpg', 0, -20],
    ['sample1.jpg', 1, 25],
    ['sample2.jpg', 0, -16],
    ['sample4.jpg', 3, 17],
  ])('sees in %s how far the head of face %i is tilted', (name, index, degrees) => {
    const face = photos.find((photo) => photo.name === name)?.faces[index];
    if (face === undefined) throw new Error(`${name} has no face ${index}`);
    expect(Math.abs(poseOf(face.landmarks).roll - degrees)).toBeLessThan(10);
  });

  it('turns yaw and roll round in a mirrored photo and keeps everything else', async () => {
    for (const photo of photos.slice(0, 2)) {
      const picture = await decodeImage(photo.bytes);
      const mirror = mirrored(picture);
      for (const { landmarks } of photo.faces) {
        const straight = assess(picture, landmarks);
        const flipped = assess(mirror, mirrorPoints(landmarks, picture.width));
        expect(flipped.pose.yaw).toBeCloseTo(-straight.pose.yaw, 6);
        expect(flipped.pose.roll).toBeCloseTo(-straight.pose.roll, 6);
        expect(flipped.pose.pitch).toBeCloseTo(straight.pose.pitch, 6);
        // Not exactly: the template of the crop is not quite symmetric.
        expect(Math.abs(flipped.sharpness - straight.sharpness)).toBeLessThan(3);
        expect(Math.abs(flipped.brightness - straight.brightness)).toBeLessThan(1);
      }
    }
  });
});

describe('brightness', () => {
  const straight = seen({});

  it.each([
    ['black', [0, 0, 0], 0],
    ['white', [255, 255, 255], 100],
    ['green', [0, 255, 0], 58.7],
  ] as const)('of %s is its luma', (_name, colour, expected) => {
    const { brightness, sharpness } = assessQuality(plainPicture(64, 64, colour).data, small, straight);
    expect(brightness).toBeCloseTo(expected, 6);
    expect(sharpness).toBeCloseTo(0, 6);
  });

  it('looks only at the part of the crop that the points of the face span', () => {
    const lit = drawnPicture(64, 64, (x, y) => (x >= 17 && x < 48 && y >= 19 && y < 50 ? [255, 255, 255] : [0, 0, 0]));
    expect(assessQuality(lit.data, small, straight).brightness).toBeCloseTo(100, 6);
    const dark = drawnPicture(64, 64, (x, y) => (x >= 24 && x < 40 && y >= 26 && y < 42 ? [0, 0, 0] : [255, 255, 255]));
    expect(assessQuality(dark.data, small, straight).brightness).toBeLessThan(80);
  });

  it('works for templates whose points lie at the edge of the crop, or beyond it', () => {
    for (const [dx, dy] of [
      [-30, 0],
      [60, 60],
      [-90, 500],
    ] as const) {
      const template = small.template.map(([x, y]) => [x + dx, y + dy]) as typeof small.template;
      const white = plainPicture(64, 64, [255, 255, 255]).data;
      expect(assessQuality(white, { size: 64, template }, straight).brightness).toBeCloseTo(100, 6);
    }
  });
});
