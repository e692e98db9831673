/** Limits of requests and answers. Schemas, validation and documentation are derived from them. */
export const LIMITS = {
  /** Faces in an answer and in a comparison: the largest ones, as in Amazon Rekognition. */
  maxFaces: 100,
  /** Characters of a URL. */
  maxUrlChars: 8192,
  /** Numbers of a stored embedding. */
  maxFaceHashLength: 16_384,
  /** Pixels of the longest side of a photo, and of a JPEG after it was decoded at a reduced scale. */
  maxSidePx: 4096,
  /** Pixels of the longest side of a JPEG file. */
  maxJpegSidePx: 16_384,
} as const;
