import type { components } from '../generated/openapi.js';
import type { Deadline } from '../transport/deadline.js';
import type { Face } from '../faces.js';
import { vectorOf, type StoredFace } from '../vectors/stored-face.js';
import { encodeImage, isObject, type EncodedImage, type ImageInput } from './image-input.js';

/** One side of a comparison: a photo, or a face whose vector is known. A `Face` needs its vector (`faceHash: true`). */
export type Comparand = ImageInput | StoredFace | Face;

/** A comparison input as it is sent: as JSON, or as the bytes of a photo. */
export type EncodedComparand = EncodedImage | components['schemas']['StoredVector'];

/**
 * Encodes what the caller passed.
 * @throws InvalidInputError when it is not a photo or cannot be read, or is a face without an embedding
 */
export async function encodeComparand(side: Comparand, deadline: Deadline): Promise<EncodedComparand> {
  if (isObject(side) && 'modelVersion' in side) {
    return { face_hash: Array.from(vectorOf(side)), FaceModelVersion: side.modelVersion };
  }
  return encodeImage(side, deadline);
}
