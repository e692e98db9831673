/** Why bytes did not become pixels. The same words are the error codes of the HTTP contract. */
export type ImageErrorCode = 'unsupported_image_format' | 'image_undecodable' | 'image_dimensions_exceeded';

/** The bytes are not a picture that can be used. The message says what came and what is expected; nothing in it is secret. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly code: ImageErrorCode;

  constructor(code: ImageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
