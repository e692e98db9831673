import { cosine, type BoundingBox, type Face, type StoredFace } from '@face-comparison/client';

/** What a gallery knows of a face that is to be found again in its photo. */
export interface KnownFace {
  readonly vector: StoredFace;
  readonly boundingBox: BoundingBox | undefined;
}

/** How a face was found again, the surest way first. The last two are guesses. */
export const MATCHED_BY = ['vector', 'box', 'only-face', 'largest-face'] as const;
export type MatchedBy = (typeof MATCHED_BY)[number];

/** Why a face was not found again. */
export type NoMatch = 'no_face_in_photo' | 'face_not_in_photo';

export type MatchResult =
  { readonly face: Face; readonly matchedBy: MatchedBy } | { readonly reason: NoMatch; readonly detail: string };

/**
 * The same face of the same photo through the same model gives a cosine of 1, less what was rounded when it was stored
 * and what another kind of processor computes. Other people, and even other photos of the same person, stay below.
 */
const SAME_FACE_COSINE = 0.95;

/** Boxes of the same face by two detectors overlap more; boxes of neighbours hardly do. */
const SAME_FACE_IOU = 0.5;

/**
 * Finds a known face among the faces that the new model sees in its photo: by its vector, where the old model looks at
 * the photo again; else by its box; else it is taken to be the only or the largest face, which is a guess.
 *
 * @param seenByOld the faces that the old version sees in the photo, with vectors; undefined when it is not served
 */
export function matchFace(
  known: KnownFace,
  seenByNew: readonly Face[],
  seenByOld: readonly Face[] | undefined,
): MatchResult {
  if (seenByNew.length === 0) {
    return { reason: 'no_face_in_photo', detail: 'the new version finds no face in the photo' };
  }
  if (seenByOld !== undefined) return byVector(known, seenByNew, seenByOld);
  if (known.boundingBox !== undefined) return byBox(known.boundingBox, seenByNew, 'box');
  const [largest] = [...seenByNew].sort((a, b) => area(b.boundingBox) - area(a.boundingBox));
  if (largest === undefined) throw new Error('unreachable: there are faces');
  return { face: largest, matchedBy: seenByNew.length === 1 ? 'only-face' : 'largest-face' };
}

function byVector({ vector }: KnownFace, seenByNew: readonly Face[], seenByOld: readonly Face[]): MatchResult {
  let best: { readonly face: Face; readonly cosine: number } | undefined;
  for (const face of seenByOld) {
    const alike = cosine(vector, face);
    if (best === undefined || alike > best.cosine) best = { face, cosine: alike };
  }
  if (best === undefined || best.cosine < SAME_FACE_COSINE) {
    const closest = best === undefined ? 'it finds no face' : `the closest has a cosine of ${best.cosine.toFixed(3)}`;
    return {
      reason: 'face_not_in_photo',
      detail: `the old version does not find the stored face in the photo (${closest}); is it the right photo?`,
    };
  }
  return byBox(best.face.boundingBox, seenByNew, 'vector');
}

function byBox(box: BoundingBox, seenByNew: readonly Face[], matchedBy: 'vector' | 'box'): MatchResult {
  let best: { readonly face: Face; readonly overlap: number } | undefined;
  for (const face of seenByNew) {
    const overlap = iou(box, face.boundingBox);
    if (best === undefined || overlap > best.overlap) best = { face, overlap };
  }
  if (best !== undefined && best.overlap >= SAME_FACE_IOU) return { face: best.face, matchedBy };
  return {
    reason: 'face_not_in_photo',
    detail: `the new version finds no face where the stored one is (the best overlap is ${(best?.overlap ?? 0).toFixed(2)})`,
  };
}

/** Intersection over union of two boxes, 0 to 1. */
export function iou(a: BoundingBox, b: BoundingBox): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (area(a) + area(b) - width * height);
}

function area({ width, height }: BoundingBox): number {
  return width * height;
}
