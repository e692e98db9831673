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
  const size = alignment.size;
  const determinant = Math.max(a * a + b * b, 1e-12);
  const wanted = Math.floor(1 / Math.sqrt(determinant) + 0.5);
  const samples = alignment.antialias ? Math.min(MAX_SAMPLES_PER_SIDE, Math.max(1, wanted)) : 1;
  const { width, height, data } = picture;
  const stride = width * 3;
  const ia = a / determinant;
  const ib = b / determinant;
  const share = 1 / (samples * samples);
  let at = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < samples; j++) {
        const y = row + (j + 0.5) / samples - 0.5 - ty;
        for (let i = 0; i < samples; i++) {
          const x = column + (i + 0.5) / samples - 0.5 - tx;
          const u = ia * x + ib * y;
          const v = -ib * x + ia * y;
          const u0 = Math.floor(u);
          const v0 = Math.floor(v);
          const fu = u - u0;
          const fv = v - v0;
          if (u0 >= 0 && v0 >= 0 && u0 < width - 1 && v0 < height - 1) {
            const p = v0 * stride + u0 * 3;
            const q = p + stride;
            const w00 = (1 - fu) * (1 - fv);
            const w01 = fu * (1 - fv);
            const w10 = (1 - fu) * fv;
            const w11 = fu * fv;
            // Within the picture by the test above; ?? 0 only satisfies the index check of the compiler.
            red += w00 * (data[p] ?? 0) + w01 * (data[p + 3] ?? 0) + w10 * (data[q] ?? 0) + w11 * (data[q + 3] ?? 0);
            green +=
              w00 * (data[p + 1] ?? 0) + w01 * (data[p + 4] ?? 0) + w10 * (data[q + 1] ?? 0) + w11 * (data[q + 4] ?? 0);
            blue +=
              w00 * (data[p + 2] ?? 0) + w01 * (data[p + 5] ?? 0) + w10 * (data[q + 2] ?? 0) + w11 * (data[q + 5] ?? 0);
          } else {
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
      }
      out[at++] = Math.floor(red * share + 0.5);
      out[at++] = Math.floor(green * share + 0.5);
      out[at++] = Math.floor(blue * share + 0.5);
    }
  }
}
