import { LIMITS } from './limits.js';
import {
  LANDMARK_TYPES,
  type CompareResponse,
  type Face,
  type FaceComparisonResponse,
  type Landmark,
  type UnmatchedFace,
} from './schemas.js';

// The only code that turns faces into answers. Its input is what a detector and an embedding model measured, in pixels; the
// engine's types have this form.

/** A point in pixels of the upright photo. */
export interface PixelPoint {
  readonly x: number;
  readonly y: number;
}

/** A face as it was detected and measured. */
export interface DetectedFace {
  /** Corners in pixels of the upright photo; may lie outside of it. */
  readonly box: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
  /** How certain it is that this is a face, 0 to 1. */
  readonly score: number;
  /** In the order of `LANDMARK_TYPES`. */
  readonly landmarks: readonly PixelPoint[];
  readonly quality?: {
    /** 0 to 100. */
    readonly sharpness: number;
    /** 0 to 100. */
    readonly brightness: number;
    /** Degrees. */
    readonly pose: { readonly roll: number; readonly yaw: number; readonly pitch: number };
  };
  /** The embedding. */
  readonly vector?: ArrayLike<number>;
}

/** The faces of a photo. */
export interface DetectedFaces {
  /** Size of the upright photo in pixels. */
  readonly width: number;
  readonly height: number;
  readonly faces: readonly DetectedFace[];
}

/** Which optional fields of a face are in an answer. */
export interface FaceFields {
  readonly faceHash: boolean;
  readonly landmarks: boolean;
  readonly quality: boolean;
}

/** Six decimals keep the cosine of two embeddings to within 1e-9 and halve the size of an answer. */
const MICRO = 1e6;

const round = (value: number, unit: number): number => Math.round(value * unit) / unit;

/**
 * A face as the contract describes it: a box in fractions of the photo, clipped to it, and a confidence from 0 to 1.
 *
 * @param photo - the size of the upright photo, in pixels
 */
export function faceResponse(
  face: DetectedFace,
  photo: Pick<DetectedFaces, 'width' | 'height'>,
  fields: FaceFields,
): Face {
  const { box, quality, vector } = face;
  // Edges are rounded before sizes are computed from them, so that Left + Width is never above 1.
  const edge = (value: number, side: number): number => round(Math.min(1, Math.max(0, value / side)), MICRO);
  const left = edge(box.x1, photo.width);
  const top = edge(box.y1, photo.height);
  return {
    BoundingBox: {
      Width: round(edge(box.x2, photo.width) - left, MICRO),
      Height: round(edge(box.y2, photo.height) - top, MICRO),
      Left: left,
      Top: top,
    },
    Confidence: round(Math.min(1, Math.max(0, face.score)), MICRO),
    ...(fields.landmarks ? { Landmarks: landmarksResponse(face, photo) } : {}),
    ...(fields.quality && quality !== undefined
      ? {
          Quality: {
            Sharpness: round(quality.sharpness, 100),
            Brightness: round(quality.brightness, 100),
            Pose: {
              Roll: round(quality.pose.roll, 10),
              Yaw: round(quality.pose.yaw, 10),
              Pitch: round(quality.pose.pitch, 10),
            },
            FaceSize: Math.round(box.x2 - box.x1),
          },
        }
      : {}),
    ...(fields.faceHash && vector !== undefined
      ? { face_hash: Array.from(vector, (value) => round(value, MICRO)) }
      : {}),
  };
}

function landmarksResponse(
  { landmarks }: DetectedFace,
  { width, height }: Pick<DetectedFaces, 'width' | 'height'>,
): Landmark[] {
  return LANDMARK_TYPES.flatMap((type, index) => {
    const point = landmarks[index];
    return point === undefined
      ? []
      : [{ Type: type, X: round(point.x / width, MICRO), Y: round(point.y / height, MICRO) }];
  });
}

/** The body of an answer to POST /face_comparison. */
export function faceComparisonResponse(
  detected: DetectedFaces,
  modelVersion: string,
  fields: FaceFields,
): FaceComparisonResponse {
  return {
    Faces: detected.faces.slice(0, LIMITS.maxFaces).map((face) => faceResponse(face, detected, fields)),
    FaceModelVersion: modelVersion,
  };
}

/** A comparison input: the face of a photo that was chosen for it, or the faces of a photo, or a stored embedding. */
export type Compared = { readonly detected: DetectedFaces } | { readonly vector: ArrayLike<number> };

/** What is compared, and how. */
export interface Comparison {
  /** The face to look for: the first one of a photo, or a stored embedding. */
  readonly source: Compared;
  /** How many faces the source photo has. */
  readonly sourceFaceCount?: number;
  readonly target: Compared;
  /** Similarity from which on a face is a match, 0 to 100. */
  readonly threshold: number;
  /** Similarity of two embeddings, 0 to 100. */
  readonly similarity: (a: ArrayLike<number>, b: ArrayLike<number>) => number;
}

/**
 * The body of an answer to POST /compare: the source face against every target face, with the semantics of Amazon
 * Rekognition's CompareFaces.
 */
export function compareResponse(
  { source, sourceFaceCount, target, threshold, similarity }: Comparison,
  modelVersion: string,
  fields: FaceFields,
): CompareResponse {
  const [reference] = candidates(source, fields);
  const compared = candidates(target, fields)
    .map(({ vector, face }) => ({
      face,
      similarity: reference === undefined ? 0 : similarity(reference.vector, vector),
    }))
    .sort((a, b) => b.similarity - a.similarity)
    // Judged as it is shown: the logistic curve never quite reaches 100, and a threshold of 100 means "the same".
    .map(({ face, similarity: exact }) => ({ face, Similarity: round(exact, 1e4) }));
  return {
    ...(reference?.face === undefined ? {} : { SourceImageFace: reference.face }),
    ...(sourceFaceCount === undefined ? {} : { SourceImageFaceCount: sourceFaceCount }),
    FaceMatches: compared
      .filter(({ Similarity }) => Similarity >= threshold)
      .map(({ Similarity, face }) => (face === undefined ? { Similarity } : { Similarity, Face: face })),
    UnmatchedFaces: compared
      .filter(({ Similarity }) => Similarity < threshold)
      .map(({ Similarity, face }): UnmatchedFace => ({ Similarity, ...face })),
    FaceModelVersion: modelVersion,
  };
}

interface Candidate {
  readonly vector: ArrayLike<number>;
  /** Absent for a stored embedding. */
  readonly face?: Face;
}

function candidates(side: Compared, fields: FaceFields): Candidate[] {
  if ('vector' in side) return [{ vector: side.vector }];
  return side.detected.faces.flatMap((face) =>
    face.vector === undefined ? [] : [{ vector: face.vector, face: faceResponse(face, side.detected, fields) }],
  );
}
