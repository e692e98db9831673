import { readFace, type Face, type Meta } from '@face-comparison/client';
import { faceResponse } from '@face-comparison/contract';
import type { Analysis, AnalyzedFace } from '@face-comparison/engine';

/** A face of the engine as the service would answer it. */
export function toFace(
  face: AnalyzedFace,
  photo: Pick<Analysis, 'width' | 'height'>,
  meta: Meta,
  { landmarks, vectors }: { readonly landmarks: boolean; readonly vectors: boolean },
): Face {
  const fields = { faceHash: vectors, landmarks, quality: face.quality !== undefined };
  return readFace(faceResponse(face, photo, fields), meta);
}
