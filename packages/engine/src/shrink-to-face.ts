import sharp from 'sharp';
import type { AlignmentSpec } from '@face-comparison/bundle';
import { estimateSimilarity, inverse } from './align.js';
import { mapPoints, type FivePoints, type Point } from './geometry.js';
import type { Picture } from './image/decode-image.js';

/**
 * By how much a face of n times its crop is shrunk, a whole number. A pixel of the crop then covers 1 to 1.5 pixels of the
 * shrunk picture; after larger factors, 1.4 or more, since the filter of the shrinking blurs more.
 */
function factorFor(n: number): number {
  return Math.max(Math.min(3, Math.floor(n)), Math.floor(n / 1.4));
}

/** A face in a picture: the picture may be a part of the photo, shrunk; the points are in its pixels. */
export interface FaceInPicture {
  readonly picture: Picture;
  readonly points: FivePoints;
}

/**
 * Cuts out and shrinks the part of a photo around a face that is at least twice as large as its crop, by a whole
 * number.
 *
 * `alignFace` takes one sample a pixel after it instead of 4 to 64, and both together take 3 ms instead of 8 for a face
 * of three times the crop. What comes out differs by about one grey level on average. Smaller faces, and alignments
 * without antialiasing, are given back as they are.
 */
export async function shrinkToFace(
  picture: Picture,
  points: FivePoints,
  alignment: AlignmentSpec,
): Promise<FaceInPicture> {
  const transform = estimateSimilarity(points, alignment.template);
  const factor = factorFor(1 / Math.max(Math.hypot(transform.a, transform.b), 1e-6));
  if (!alignment.antialias || factor < 2) return { picture, points };

  const { size } = alignment;
  const corners = [
    { x: -1, y: -1 },
    { x: size, y: -1 },
    { x: -1, y: size },
    { x: size, y: size },
  ].map(inverse(transform));
  const across = range(
    corners.map(({ x }) => x),
    picture.width,
    factor,
  );
  const down = range(
    corners.map(({ y }) => y),
    picture.height,
    factor,
  );
  // A crop that (all but) misses the photo: black, and no matter how it is made.
  if (across.count < 1 || down.count < 1) return { picture, points };

  const data = await sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } })
    .extract({ left: across.first, top: down.first, width: across.count * factor, height: down.count * factor })
    .resize(across.count, down.count, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  const shrink = ({ x, y }: Point): Point => ({
    // The centre of a shrunk pixel lies in the middle of the pixels that it was made of.
    x: (x - across.first - (factor - 1) / 2) / factor,
    y: (y - down.first - (factor - 1) / 2) / factor,
  });
  return {
    picture: { ...picture, data, width: across.count, height: down.count },
    points: mapPoints(points, shrink),
  };
}

/** The pixels along one axis that the crop needs, with a margin for interpolation, in whole groups of `factor`. */
function range(
  needed: readonly number[],
  length: number,
  factor: number,
): { readonly first: number; readonly count: number } {
  const first = Math.min(length, Math.max(0, Math.floor(Math.min(...needed)) - factor));
  const end = Math.max(first, Math.min(length, Math.ceil(Math.max(...needed)) + factor));
  return { first, count: Math.floor((end - first) / factor) };
}
