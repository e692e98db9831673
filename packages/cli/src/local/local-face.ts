import type { Face, Landmark, Meta, Quality } from '@face-comparison/client';
import type { Analysis, AnalyzedFace } from '@face-comparison/engine';

/** Names of the five points, in the order of the engine. */
const LANDMARK_TYPES = ['eyeLeft', 'eyeRight', 'nose', 'mouthLeft', 'mouthRight'] as const;

const round = (value: number, unit: number): number => Math.round(value * unit) / unit;

/** A face of the engine as the service would answer it: in fractions of the photo, rounded as there. */
export function toFace(
  face: AnalyzedFace,
  { width, height }: Pick<Analysis, 'width' | 'height'>,
  { modelVersion, embeddingSpace }: Meta,
  wanted: { readonly landmarks: boolean; readonly vectors: boolean },
): Face {
  // Edges are rounded before sizes are taken from them, so that left + width never goes beyond 1.
  const edge = (value: number, side: number): number => round(Math.min(1, Math.max(0, value / side)), 1e6);
  const left = edge(face.box.x1, width);
  const top = edge(face.box.y1, height);
  return {
    boundingBox: {
      left,
      top,
      width: round(edge(face.box.x2, width) - left, 1e6),
      height: round(edge(face.box.y2, height) - top, 1e6),
    },
    confidence: round(face.score * 100, 1e4),
    modelVersion,
    embeddingSpace,
    ...(wanted.vectors && face.vector !== undefined && { vector: face.vector.map((value) => round(value, 1e6)) }),
    ...(wanted.landmarks && { landmarks: landmarksOf(face, width, height) }),
    ...(face.quality !== undefined && { quality: qualityOf(face.quality, face.box.x2 - face.box.x1) }),
  };
}

function landmarksOf({ landmarks }: AnalyzedFace, width: number, height: number): Landmark[] {
  return LANDMARK_TYPES.flatMap((type, index) => {
    const point = landmarks[index];
    return point === undefined ? [] : [{ type, x: round(point.x / width, 1e6), y: round(point.y / height, 1e6) }];
  });
}

function qualityOf(quality: NonNullable<AnalyzedFace['quality']>, widthPx: number): Quality {
  const { roll, yaw, pitch } = quality.pose;
  return {
    sharpness: round(quality.sharpness, 100),
    brightness: round(quality.brightness, 100),
    pose: { roll: round(roll, 10), yaw: round(yaw, 10), pitch: round(pitch, 10) },
    faceSize: Math.round(widthPx),
  };
}
