import type { components } from './generated/openapi.js';

type Schemas = components['schemas'];

/** Where a face is, in fractions of the width and height of the upright photo. */
export interface BoundingBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A point of a face, in fractions of the upright photo. Left and right are those of the picture. */
export interface Landmark {
  readonly type: Schemas['Landmark']['Type'];
  readonly x: number;
  readonly y: number;
}

/** How well a face can be seen. A poor one makes a poor vector. */
export interface Quality {
  /** 0 to 100. */
  readonly sharpness: number;
  /** 0 (black) to 100 (white). */
  readonly brightness: number;
  /** How the head is turned, in degrees; 0, 0, 0 looks into the camera. */
  readonly pose: { readonly roll: number; readonly yaw: number; readonly pitch: number };
  /** Width of the box in pixels of the upright photo. Below 40 the vector is less certain. */
  readonly faceSize: number;
}

/** A face that was found. It carries the version and the space of its vector wherever it goes. */
export interface Face {
  readonly boundingBox: BoundingBox;
  /** How certain it is that this is a face, 0 to 1. */
  readonly confidence: number;
  /** There when asked for with `faceHash` (the default of `analyze`). */
  readonly vector?: Float32Array;
  readonly modelVersion: string;
  readonly embeddingSpace: string;
  /** There when asked for with `landmarks`. */
  readonly landmarks?: readonly Landmark[];
  /** There when asked for with `quality`. */
  readonly quality?: Quality;
}

/** Where the service spent its time. */
export interface ServerTiming {
  readonly name: string;
  readonly durationMs: number;
}

/** What every answer says. */
export interface Meta {
  /** The version that answered. */
  readonly modelVersion: string;
  /** The embedding space of its vectors. */
  readonly embeddingSpace: string;
  readonly requestId: string;
  readonly serverTiming: readonly ServerTiming[];
}

/** The faces of a photo, largest first. */
export interface Analysis extends Meta {
  readonly faces: readonly Face[];
}

/** A face of the target and how similar it is to that of the source. */
export interface Match {
  /** How certain it is that both are the same person, 0 to 100. */
  readonly similarity: number;
  /** Absent when the target was a vector. */
  readonly face?: Face;
}

/** Which faces of the target are those of the source. */
export interface Comparison extends Meta {
  /** The face of the source that was compared; absent when the source was a vector. */
  readonly sourceFace?: Face;
  /** How many faces the source photo has; absent when the source was a vector. More than 1 is worth a look. */
  readonly sourceFaceCount?: number;
  /** Faces of the target at or above the threshold, most similar first. */
  readonly matches: readonly Match[];
  /** The other faces of the target, most similar first. */
  readonly others: readonly Match[];
}

/**
 * Reads a face of a response of the service, for example of one that was saved.
 *
 * @param face - an item of `Faces`
 * @param meta - the version and the embedding space that the response names
 * @returns the face as this client represents it
 */
export function readFace(
  face: Schemas['Face'],
  { modelVersion, embeddingSpace }: Pick<Meta, 'modelVersion' | 'embeddingSpace'>,
): Face {
  const { BoundingBox: box, Landmarks: landmarks, Quality: quality, face_hash: hash } = face;
  return {
    boundingBox: { left: box.Left, top: box.Top, width: box.Width, height: box.Height },
    confidence: face.Confidence,
    modelVersion,
    embeddingSpace,
    ...(hash && { vector: Float32Array.from(hash) }),
    ...(landmarks && { landmarks: landmarks.map(({ Type, X, Y }) => ({ type: Type, x: X, y: Y })) }),
    ...(quality && {
      quality: {
        sharpness: quality.Sharpness,
        brightness: quality.Brightness,
        pose: { roll: quality.Pose.Roll, yaw: quality.Pose.Yaw, pitch: quality.Pose.Pitch },
        faceSize: quality.FaceSize,
      },
    }),
  };
}

/** Reads a Server-Timing header; metrics without a duration are left out. */
export function parseServerTiming(header: string | null): ServerTiming[] {
  return (header ?? '').split(',').flatMap((metric) => {
    const [, name, duration] = /^\s*([^;\s]+).*?;\s*dur=([\d.]+)/.exec(metric) ?? [];
    return name === undefined ? [] : [{ name, durationMs: Number(duration) }];
  });
}
