import { ImageError, undecodable } from './image-error.js';
import type { ImageFormat } from './sniff-format.js';

/** How large a picture may be. */
export interface ImageLimits {
  /** The longest side, in pixels. */
  readonly maxSidePx: number;
}

export const defaultImageLimits: ImageLimits = { maxSidePx: 4096 };

/**
 * Judges the size that a header claims, before anything is allocated for it.
 *
 * @throws ImageError `image_dimensions_exceeded` if a side is too long, `image_undecodable` if there is no pixel.
 */
export function checkDimensions(format: ImageFormat, width: number, height: number, { maxSidePx }: ImageLimits): void {
  if (width < 1 || height < 1) {
    throw undecodable(format, `says that it is ${width}x${height} pixels; both must be 1 or more`);
  }
  if (width > maxSidePx || height > maxSidePx) {
    throw new ImageError(
      'image_dimensions_exceeded',
      `the ${format.toUpperCase()} is ${width}x${height} pixels; the longest side may be ${maxSidePx} pixels; ` +
        'scale it down and try again',
      { details: { maxSidePx, widthPx: width, heightPx: height } },
    );
  }
}
