import { parse, serialize, type Analysis, type BoundingBox, type Face, type StoredFace } from '@face-comparison/client';
import type { Detail } from '../service/face-service.js';

// A gallery is a file of JSON lines: one line a face. docs/guides/command.md has the form for others to write.

/** A face as a line of a gallery. A line may have more members; they are kept. */
export interface FaceRecord {
  readonly id: string;
  /** Path of the photo with slashes, or its URL. */
  readonly image: string;
  /** Of the bytes of the photo. */
  readonly sha256?: string;
  /** How many faces the photo has; so many lines of it follow each other. */
  readonly faces: number;
  /** Version, space and vector in the text form of the SDK. */
  readonly face?: string;
  readonly boundingBox: BoundingBox;
  readonly confidence: number;
  readonly modelVersion: string;
  readonly embeddingSpace: string;
}

/** How faces were looked for; it decides which are found. */
export interface Scrutiny {
  readonly detail: Detail;
  readonly maxFaces: number | undefined;
}

/** What is asked about each face. */
export interface Wanted extends Scrutiny {
  readonly vectors: boolean;
  readonly landmarks: boolean;
  readonly quality: boolean;
}

/** The members of a line that say how faces were looked for; nothing where it was the usual way. */
function scrutinyMembers({ detail, maxFaces }: Scrutiny): { readonly detail?: Detail; readonly maxFaces?: number } {
  return { ...(detail !== 'normal' && { detail }), ...(maxFaces !== undefined && { maxFaces }) };
}

/** The lines of a photo, line breaks included: one for each face, or one that says that it has none. */
export function photoLines(
  image: string,
  sha256: string | undefined,
  { faces, modelVersion, embeddingSpace }: Analysis,
  scrutiny: Scrutiny,
): string {
  const photo = { image, ...(sha256 !== undefined && { sha256 }), faces: faces.length };
  const model = { modelVersion, embeddingSpace };
  if (faces.length === 0) return jsonLine({ ...photo, ...model, ...scrutinyMembers(scrutiny) });
  return faces
    .map((face, index) =>
      jsonLine({ id: `${image}#${index + 1}`, ...photo, ...faceMembers(face), ...scrutinyMembers(scrutiny) }),
    )
    .join('');
}

/** What a line says of a face. */
export function faceMembers(face: Face): Omit<FaceRecord, 'id' | 'image' | 'sha256' | 'faces'> {
  const { modelVersion, embeddingSpace, vector } = face;
  return { ...faceDetails(face), modelVersion, embeddingSpace, ...(vector && { face: serialize(face) }) };
}

/** Where a face is and how well it can be seen. */
export function faceDetails({
  boundingBox,
  confidence,
  landmarks,
  quality,
}: Face): Pick<Face, 'boundingBox' | 'confidence' | 'landmarks' | 'quality'> {
  return { boundingBox, confidence, ...(landmarks && { landmarks }), ...(quality && { quality }) };
}

export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** A JSON object; undefined for anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A line that `photoLines` wrote, as far as it is needed to go on; undefined when it is something else. */
export interface PhotoLine {
  readonly image: string;
  readonly sha256: string | undefined;
  readonly faces: number;
  readonly modelVersion: string;
  readonly embeddingSpace: string;
  /** Whether it has all that is asked, found in the way that is asked. */
  readonly satisfies: (wanted: Wanted) => boolean;
}

export function parsePhotoLine(text: string): PhotoLine | undefined {
  const record = parseObject(text);
  if (record === undefined) return undefined;
  const { image, sha256, faces, modelVersion, embeddingSpace, detail = 'normal', maxFaces } = record;
  if (typeof image !== 'string' || typeof faces !== 'number' || !Number.isInteger(faces)) return undefined;
  if (typeof modelVersion !== 'string' || typeof embeddingSpace !== 'string') return undefined;
  const hasVector = record['face'] !== undefined;
  if (hasVector && storedFace(record['face']) === undefined) return undefined;
  // Of the line itself nothing is kept: a gallery may have millions.
  const hasLandmarks = record['landmarks'] !== undefined;
  const hasQuality = record['quality'] !== undefined;
  return {
    image,
    sha256: typeof sha256 === 'string' ? sha256 : undefined,
    faces,
    modelVersion,
    embeddingSpace,
    satisfies: (wanted) =>
      detail === wanted.detail &&
      maxFaces === wanted.maxFaces &&
      (faces === 0 ||
        ((hasVector || !wanted.vectors) && (hasLandmarks || !wanted.landmarks) && (hasQuality || !wanted.quality))),
  };
}

/** A vector in the text form of the SDK; undefined when it is none. */
export function storedFace(value: unknown): StoredFace | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return parse(value);
  } catch {
    return undefined;
  }
}

/** A box of a line; undefined when it is none. */
export function storedBox(value: unknown): BoundingBox | undefined {
  if (!isObject(value)) return undefined;
  const { left, top, width, height } = value;
  if (typeof left !== 'number' || typeof top !== 'number') return undefined;
  if (typeof width !== 'number' || typeof height !== 'number') return undefined;
  return { left, top, width, height };
}
