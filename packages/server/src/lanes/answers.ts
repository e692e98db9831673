import { similarity, type Analysis, type AnalyzedFace, type EngineModel } from '@face-comparison/engine';
import type { FaceFields } from './protocol.js';

/** Names of the five points, in the order of the engine. */
const LANDMARK_TYPES = ['eyeLeft', 'eyeRight', 'nose', 'mouthLeft', 'mouthRight'] as const;

/** Six decimals keep the cosine of two vectors to within 1e-9 and halve the size of an answer. */
const VECTOR_DECIMALS = 1e6;

const round = (value: number, unit: number): number => Math.round(value * unit) / unit;

/** A face as the HTTP contract wants it. */
function faceBody(face: AnalyzedFace, { width, height }: Analysis, fields: FaceFields): Record<string, unknown> {
  // Edges are rounded before sizes are taken from them, so that Left + Width never goes beyond 1.
  const edge = (value: number, side: number): number => round(Math.min(1, Math.max(0, value / side)), 1e6);
  const left = edge(face.box.x1, width);
  const top = edge(face.box.y1, height);
  return {
    BoundingBox: {
      Width: round(edge(face.box.x2, width) - left, 1e6),
      Height: round(edge(face.box.y2, height) - top, 1e6),
      Left: left,
      Top: top,
    },
    Confidence: round(face.score * 100, 1e4),
    ...(fields.landmarks
      ? {
          Landmarks: face.landmarks.map(({ x, y }, i) => ({
            Type: LANDMARK_TYPES[i],
            X: round(x / width, 1e6),
            Y: round(y / height, 1e6),
          })),
        }
      : {}),
    ...(face.quality === undefined
      ? {}
      : {
          Quality: {
            Sharpness: round(face.quality.sharpness, 100),
            Brightness: round(face.quality.brightness, 100),
            Pose: {
              Roll: round(face.quality.pose.roll, 10),
              Yaw: round(face.quality.pose.yaw, 10),
              Pitch: round(face.quality.pose.pitch, 10),
            },
            FaceSize: Math.round(face.box.x2 - face.box.x1),
          },
        }),
    ...(fields.faceHash && face.vector !== undefined
      ? { face_hash: Array.from(face.vector, (value) => round(value, VECTOR_DECIMALS)) }
      : {}),
  };
}

/** The body of an answer to POST /face_comparison. */
export function analyzeBody(model: EngineModel, analysis: Analysis, fields: FaceFields): unknown {
  return {
    Faces: analysis.faces.map((face) => faceBody(face, analysis, fields)),
    FaceModelVersion: model.manifest.version,
  };
}

/** One side of a comparison: faces of a picture, or a stored vector, which has neither box nor confidence. */
export type Compared = { readonly analysis: Analysis } | { readonly vector: readonly number[] };

/**
 * The body of an answer to POST /compare: the largest source face against every target face, with the semantics of
 * Amazon Rekognition's CompareFaces.
 *
 * @param similarityThreshold 0..100; the model's own unless given
 */
export function compareBody(
  model: EngineModel,
  source: Compared,
  target: Compared,
  similarityThreshold: number | undefined,
  fields: FaceFields,
): unknown {
  const { calibration, version } = model.manifest;
  const threshold = similarityThreshold ?? calibration.defaultThreshold;
  const [reference] = candidates(source, fields);
  const compared = candidates(target, fields)
    .map(({ vector, body }) => ({
      body,
      similarity: reference === undefined ? 0 : similarity(reference.vector, vector, calibration),
    }))
    .sort((a, b) => b.similarity - a.similarity)
    // Judged as it is shown: the logistic curve never quite reaches 100, and a threshold of 100 means "the same".
    .map((face) => ({ ...face, similarity: round(face.similarity, 1e4) }));
  return {
    ...(reference?.body === undefined ? {} : { SourceImageFace: reference.body }),
    FaceMatches: compared
      .filter((face) => face.similarity >= threshold)
      .map((face) => ({
        Similarity: face.similarity,
        ...(face.body === undefined ? {} : { Face: face.body }),
      })),
    UnmatchedFaces: compared.filter((face) => face.similarity < threshold).flatMap(({ body }) => body ?? []),
    FaceModelVersion: version,
  };
}

interface Candidate {
  readonly vector: ArrayLike<number>;
  /** Absent for a stored vector. */
  readonly body?: Record<string, unknown>;
}

function candidates(side: Compared, fields: FaceFields): Candidate[] {
  if ('vector' in side) return [{ vector: side.vector }];
  return side.analysis.faces.flatMap((face) =>
    face.vector === undefined ? [] : [{ vector: face.vector, body: faceBody(face, side.analysis, fields) }],
  );
}
