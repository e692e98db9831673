import { ImageError, undecodable } from './image-error.js';
import type { ImageFormat } from './sniff-format.js';

/** How large a picture may be. */
export interface ImageLimits {
  /** The longest side that is decoded, in pixels. A JPEG may be larger and is reduced to it. */
  readonly maxSidePx: number;
}

export const defaultImageLimits: ImageLimits = { maxSidePx: 4096 };

/** A JPEG may be so many times larger along each side, since libjpeg decodes it in a fraction of its size, */
const JPEG_SIDE_FACTOR = 4;

/** but no larger than this: reading the codes of 16,384 x 16,384 pixels takes 0.2 s. */
const MAX_JPEG_SIDE_PX = 16_384;

/**
 * By what a JPEG that is larger than the limit is reduced: by the first that is enough. sharp shrinks in the decoder from 3 on, by
 * the next smaller power of two; for a half it decodes all pixels, a few rows at a time, and takes their means.
 */
const REDUCTIONS: readonly number[] = [2, 3, 5];

/** The size that an image is decoded in: its own, or that of a JPEG reduced to the limit. */
export function decodedSize(
  { width, height }: { readonly width: number; readonly height: number },
  { maxSidePx }: ImageLimits,
): { readonly width: number; readonly height: number } {
  const longest = Math.max(width, height);
  if (longest <= maxSidePx) return { width, height };
  const reduction = REDUCTIONS.find((factor) => longest <= factor * maxSidePx) ?? longest / maxSidePx;
  const reduced = (side: number): number => Math.max(1, Math.round(side / reduction));
  return { width: reduced(width), height: reduced(height) };
}

/**
 * Judges the size that a header claims, before anything is allocated for it.
 *
 * @throws ImageError `image_dimensions_exceeded` if a side is too long, `image_undecodable` if there is no pixel.
 */
export function checkDimensions(format: ImageFormat, width: number, height: number, { maxSidePx }: ImageLimits): void {
  checkPixels(format, width, height);
  checkSide(format.toUpperCase(), width, height, maxSidePx);
}

/** A JPEG before its pixels. */
interface JpegSize {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly bufferedCoefficients: number;
}

/**
 * The same for a JPEG, which may be larger if it can be decoded in a fraction of its size, row by row. CMYK is always
 * decoded in full; of a progressive JPEG the decoder keeps all coefficients in full size, as many as a colour image of
 * the longest side squared has.
 *
 * @throws ImageError as {@link checkDimensions}
 */
export function checkJpegDimensions(jpeg: JpegSize, limits: ImageLimits): void {
  const { width, height, components, bufferedCoefficients } = jpeg;
  const { maxSidePx } = limits;
  checkPixels('jpeg', width, height);
  if (components === 4) {
    checkSide('CMYK JPEG', width, height, maxSidePx);
    return;
  }
  checkSide('JPEG', width, height, Math.min(JPEG_SIDE_FACTOR * maxSidePx, Math.max(maxSidePx, MAX_JPEG_SIDE_PX)));
  const maxCoefficients = 3 * maxSidePx ** 2;
  if (Math.max(width, height) > maxSidePx && bufferedCoefficients > maxCoefficients) {
    const maxPixels = Math.floor((width * height * maxCoefficients) / bufferedCoefficients / 1e5) / 10;
    throw new ImageError(
      'image_dimensions_exceeded',
      `the progressive JPEG is ${width}x${height} pixels; a progressive JPEG of its kind may have ${maxPixels} megapixels; ` +
        'save it as a baseline JPEG, or scale it down, and try again',
      { details: { maxSidePx, widthPx: width, heightPx: height } },
    );
  }
}

function checkPixels(format: ImageFormat, width: number, height: number): void {
  if (width < 1 || height < 1) {
    throw undecodable(format, `says that it is ${width}x${height} pixels; both must be 1 or more`);
  }
}

function checkSide(kind: string, width: number, height: number, maxSidePx: number): void {
  if (width <= maxSidePx && height <= maxSidePx) return;
  throw new ImageError(
    'image_dimensions_exceeded',
    `the ${kind} is ${width}x${height} pixels; the longest side of a ${kind} may be ${maxSidePx} pixels; ` +
      'scale it down and try again',
    { details: { maxSidePx, widthPx: width, heightPx: height } },
  );
}
