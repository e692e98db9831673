import type { ImageFormat } from './sniff-format.js';

/** Why bytes did not become pixels. The same words are the error codes of the HTTP contract. */
export type ImageErrorCode = 'unsupported_image_format' | 'image_undecodable' | 'image_dimensions_exceeded';

/** What a program may want to know beside the code. */
export interface ImageErrorDetails {
  /** What the first bytes look like, where that is known. */
  readonly detectedFormat?: string;
  readonly maxSidePx?: number;
  readonly widthPx?: number;
  readonly heightPx?: number;
}

/** The bytes are not a picture that can be used. The message says what came and what is expected; it has no secrets. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly code: ImageErrorCode;
  readonly details: ImageErrorDetails;

  constructor(
    code: ImageErrorCode,
    message: string,
    { details = {}, ...options }: ErrorOptions & { readonly details?: ImageErrorDetails } = {},
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** The image is of a format that is read, and yet cannot be. `what` goes on after 'the JPEG'. */
export function undecodable(format: ImageFormat, what: string, options: ErrorOptions = {}): ImageError {
  const message = `the ${format.toUpperCase()} ${what}`;
  return new ImageError('image_undecodable', message, { ...options, details: { detectedFormat: format } });
}
