/** Why the bytes of an image could not be had; the codes are rows of the contract's error table. */
export type ImageSourceErrorCode =
  | 'invalid_base64'
  | 'invalid_parameter'
  | 'url_not_allowed'
  | 'url_unreachable'
  | 'image_too_large'
  | 'deadline_exceeded';

/** What a program may read of such an error: members of the contract's problem document, under the same names. */
export interface ImageSourceErrorMembers {
  /** The field of the request that named the image, for example `source.url`. */
  readonly parameter?: string;
  /** How many bytes are allowed. */
  readonly limitBytes?: number;
  /** How many bytes came or were announced, where that is known. */
  readonly receivedBytes?: number;
  /** The HTTP status that the host of the URL answered. */
  readonly upstreamStatus?: number;
  /** How many milliseconds the request could take. */
  readonly deadlineMs?: number;
}

/**
 * The bytes of an image could not be had. `message` and `members` may be shown to whoever sent the request: they hold no
 * resolved address, no query string and no credentials. `cause` may hold all of them and belongs in no answer.
 */
export class ImageSourceError extends Error {
  override readonly name = 'ImageSourceError';
  readonly code: ImageSourceErrorCode;
  readonly members: ImageSourceErrorMembers;

  constructor(code: ImageSourceErrorCode, detail: string, members: ImageSourceErrorMembers, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.members = members;
  }

  /** One sentence that names the field, the limit and what came. */
  get detail(): string {
    return this.message;
  }
}
