import type { AlignmentSpec } from '@face-comparison/bundle';
import type { FivePoints, Point } from './geometry.js';
import type { Picture } from './image/decode-image.js';

/** A similarity transform without mirror: (x, y) -> (a x - b y + tx, b x + a y + ty). */
export interface SimilarityTransform {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/** A face larger than the crop is averaged over at most this many samples a side and pixel. */
const MAX_SAMPLES_PER_SIDE = 8;

/** Places in a picture as whole numbers of 1/65536 pixel: 32 bits hold 32,767 pixels. */
const PLACE_BITS = 16;
const PLACE_UNIT = 1 << PLACE_BITS;
const MAX_PLACE_PX = 32_767;

/** The shares of a pixel's neighbours are whole numbers of 1/1024 along each side, so that the weighted sum stays in 32 bits. */
const SHARE_BITS = 10;
const SHARE_UNIT = 1 << SHARE_BITS;

/** Along each side: four samples of 2^20 x 255 are the most that 32 bits hold. */
const MAX_QUICK_SAMPLES = 2;

type Template = AlignmentSpec['template'];

/**
 * The rotation, scale and shift that take the five points closest to the template, in the sense of least squares
 * (the closed form of Umeyama 1991 in two dimensions without reflection).
 */
export function estimateSimilarity(points: FivePoints, template: Template): SimilarityTransform {
  let sx = 0;
  let sy = 0;
  let dx = 0;
  let dy = 0;
  points.forEach((point, i) => {
    const target = template[i] ?? [0, 0];
    sx += point.x / 5;
    sy += point.y / 5;
    dx += target[0] / 5;
    dy += target[1] / 5;
  });
  let dot = 0;
  let cross = 0;
  let norm = 0;
  points.forEach((point, i) => {
    const target = template[i] ?? [0, 0];
    const x = point.x - sx;
    const y = point.y - sy;
    dot += x * (target[0] - dx) + y * (target[1] - dy);
    cross += x * (target[1] - dy) - y * (target[0] - dx);
    norm += x * x + y * y;
  });
  // Five points in one place have no rotation or scale; any finite transform will do, the vector is meaningless anyway.
  const a = norm > 0 ? dot / norm : 1;
  const b = norm > 0 ? cross / norm : 0;
  return { a, b, tx: dx - a * sx + b * sy, ty: dy - b * sx - a * sy };
}

/** The way back of a similarity transform: from points of the crop to those of the picture. */
export function inverse({ a, b, tx, ty }: SimilarityTransform): (point: Point) => Point {
  const determinant = Math.max(a * a + b * b, 1e-12);
  return ({ x, y }) => ({
    x: (a * (x - tx) + b * (y - ty)) / determinant,
    y: (a * (y - ty) - b * (x - tx)) / determinant,
  });
}

/**
 * Cuts the aligned face out of a picture: RGB bytes, `alignment.size` squared, row-major.
 *
 * Each output pixel takes the picture at the inverse map of its coordinates, bilinear, black outside. With
 * `alignment.antialias`, a face larger than the crop is averaged over n x n samples a pixel, n = round(1 / scale)
 * within 1..8, so that it does not alias. Written to be within one grey level of OpenCV's warpAffine (n = 1).
 */
export function alignFace(picture: Picture, points: FivePoints, alignment: AlignmentSpec, out: Uint8Array): void {
  const { a, b, tx, ty } = estimateSimilarity(points, alignment.template);
  const determinant = Math.max(a * a + b * b, 1e-12);
  const wanted = Math.floor(1 / Math.sqrt(determinant) + 0.5);
  const samples = alignment.antialias ? Math.min(MAX_SAMPLES_PER_SIDE, Math.max(1, wanted)) : 1;
  const { size } = alignment;
  const source: Source = { picture, ia: a / determinant, ib: b / determinant, tx, ty, samples, size };
  const isQuick = samples <= MAX_QUICK_SAMPLES && fitsPlaces(source);
  for (let row = 0; row < size; row++) {
    if (isQuick) cutRow(source, row, out);
    else for (let column = 0; column < size; column++) cutPixel(source, row, column, out);
  }
}

/** A picture and the way from the crop to it: (x, y) -> (ia x + ib y, -ib x + ia y), after the shift is taken away. */
interface Source {
  readonly picture: Picture;
  readonly ia: number;
  readonly ib: number;
  readonly tx: number;
  readonly ty: number;
  /** Samples a pixel, along each side. */
  readonly samples: number;
  /** Side of the crop. */
  readonly size: number;
}

/** Whether no corner of the crop lies farther off than a place can say. */
function fitsPlaces({ ia, ib, tx, ty, size }: Source): boolean {
  return [-tx, size - tx].every((x) =>
    [-ty, size - ty].every((y) => Math.max(Math.abs(ia * x + ib * y), Math.abs(ia * y - ib * x)) < MAX_PLACE_PX),
  );
}

/** A row of pixels in whole numbers: a third of the time that `cutPixel` takes, to which it leaves the edges. */
function cutRow(source: Source, row: number, out: Uint8Array): void {
  const { ia, ib, tx, ty, samples, size } = source;
  const { width, height, data } = source.picture;
  const stride = width * 3;
  // The samples of a pixel lie between the first and the last, `spread` away from it.
  const spread = samples - 1;
  const du = Math.round((ia * PLACE_UNIT) / samples);
  const dv = Math.round((-ib * PLACE_UNIT) / samples);
  const count = samples * samples;
  const bits = 2 * SHARE_BITS + 2 * spread;
  const half = 1 << (bits - 1);
  const x = 0.5 / samples - 0.5 - tx;
  const y = row + 0.5 / samples - 0.5 - ty;
  let u = Math.round((ib * y + ia * x) * PLACE_UNIT) | 0;
  let v = Math.round((ia * y - ib * x) * PLACE_UNIT) | 0;
  // Down by one sample is right by one, turned by a quarter.
  const [minU, maxU] = inside(width, spread * du, -spread * dv);
  const [minV, maxV] = inside(height, spread * dv, spread * du);
  const stepU = samples * du;
  const stepV = samples * dv;
  let at = row * size * 3;
  for (let column = 0; column < size; column++) {
    if (u >= minU && v >= minV && u < maxU && v < maxV) {
      let red = half;
      let green = half;
      let blue = half;
      for (let sample = 0; sample < count; sample++) {
        const i = sample & spread;
        const j = sample >> spread;
        const su = (u + Math.imul(i, du) - Math.imul(j, dv)) | 0;
        const sv = (v + Math.imul(i, dv) + Math.imul(j, du)) | 0;
        const fu = (su >> (PLACE_BITS - SHARE_BITS)) & (SHARE_UNIT - 1);
        const fv = (sv >> (PLACE_BITS - SHARE_BITS)) & (SHARE_UNIT - 1);
        const w11 = Math.imul(fu, fv);
        const w01 = (fu << SHARE_BITS) - w11;
        const w10 = (fv << SHARE_BITS) - w11;
        const w00 = (1 << (2 * SHARE_BITS)) - w01 - w10 - w11;
        const p = Math.imul(sv >> PLACE_BITS, stride) + (su >> PLACE_BITS) * 3;
        const q = p + stride;
        // Within the picture by the test above; ?? 0 only satisfies the index check of the compiler, | 0 says that no sum
        // needs more than 32 bits.
        red =
          (red +
            Math.imul(w00, data[p] ?? 0) +
            Math.imul(w01, data[p + 3] ?? 0) +
            Math.imul(w10, data[q] ?? 0) +
            Math.imul(w11, data[q + 3] ?? 0)) |
          0;
        green =
          (green +
            Math.imul(w00, data[p + 1] ?? 0) +
            Math.imul(w01, data[p + 4] ?? 0) +
            Math.imul(w10, data[q + 1] ?? 0) +
            Math.imul(w11, data[q + 4] ?? 0)) |
          0;
        blue =
          (blue +
            Math.imul(w00, data[p + 2] ?? 0) +
            Math.imul(w01, data[p + 5] ?? 0) +
            Math.imul(w10, data[q + 2] ?? 0) +
            Math.imul(w11, data[q + 5] ?? 0)) |
          0;
      }
      out[at] = red >> bits;
      out[at + 1] = green >> bits;
      out[at + 2] = blue >> bits;
    } else {
      cutPixel(source, row, column, out);
    }
    u = (u + stepU) | 0;
    v = (v + stepV) | 0;
    at += 3;
  }
}

/** Places along a side from which a first sample, and others so far from it, have neighbours within the picture. */
function inside(sidePx: number, a: number, b: number): readonly [number, number] {
  return [-Math.min(0, a, b, a + b), (sidePx - 1) * PLACE_UNIT - Math.max(0, a, b, a + b)];
}

/** A pixel as the mean of its samples, black outside of the picture. */
function cutPixel(source: Source, row: number, column: number, out: Uint8Array): void {
  const { ia, ib, tx, ty, samples, size } = source;
  const { width, height, data } = source.picture;
  const stride = width * 3;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let j = 0; j < samples; j++) {
    const y = row + (j + 0.5) / samples - 0.5 - ty;
    for (let i = 0; i < samples; i++) {
      const x = column + (i + 0.5) / samples - 0.5 - tx;
      const u = ia * x + ib * y;
      const v = ia * y - ib * x;
      const u0 = Math.floor(u);
      const v0 = Math.floor(v);
      const fu = u - u0;
      const fv = v - v0;
      for (let dy = 0; dy < 2; dy++) {
        for (let dx = 0; dx < 2; dx++) {
          const px = u0 + dx;
          const py = v0 + dy;
          if (px < 0 || py < 0 || px >= width || py >= height) continue;
          const weight = (dx ? fu : 1 - fu) * (dy ? fv : 1 - fv);
          const p = py * stride + px * 3;
          red += weight * (data[p] ?? 0);
          green += weight * (data[p + 1] ?? 0);
          blue += weight * (data[p + 2] ?? 0);
        }
      }
    }
  }
  const share = 1 / (samples * samples);
  const at = (row * size + column) * 3;
  out[at] = Math.floor(red * share + 0.5);
  out[at + 1] = Math.floor(green * share + 0.5);
  out[at + 2] = Math.floor(blue * share + 0.5);
}
