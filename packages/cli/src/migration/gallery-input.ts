import { createHash } from 'node:crypto';
import { CliError } from '../program/cli-error.js';
import { parseObject, storedFace } from '../gallery/gallery-record.js';
import { readLines, type Span } from '../gallery/line-file.js';
import { codeOf, reasonOf } from '../program/reason.js';

/** Why a line of a gallery is not migrated. */
export type LeftReason =
  | 'not_a_record'
  | 'other_version'
  | 'photo_missing'
  | 'photo_changed'
  | 'photo_unusable'
  | 'no_face_in_photo'
  | 'face_not_in_photo';

/** A line that could not be migrated. */
export interface Left {
  /** From 1. */
  readonly line: number;
  readonly id?: string;
  readonly image?: string;
  readonly reason: LeftReason;
  readonly detail: string;
}

/** A line with a face; the line itself stays in the file until it is needed. */
export interface InputFace {
  readonly line: number;
  readonly span: Span;
  /** Of the text of the line: what was done for another text does not count. */
  readonly digest: string;
}

/** What a gallery file has. */
export interface GalleryInput {
  /** Of the whole file. */
  readonly sha256: string;
  /** Faces to migrate, by photo. */
  readonly photos: ReadonlyMap<string, readonly InputFace[]>;
  /** Faces that the new version made already. */
  readonly current: readonly InputFace[];
  /** How many photos without a face it names. */
  readonly withoutFace: number;
  readonly left: readonly Left[];
}

/**
 * Reads a gallery, which may be larger than memory: what is kept is where its lines are.
 *
 * @throws CliError when it cannot be read
 */
export async function indexGallery(
  path: string,
  from: string,
  to: { readonly version: string; readonly embeddingSpace: string },
): Promise<GalleryInput> {
  const photos = new Map<string, InputFace[]>();
  const current: InputFace[] = [];
  const left: Left[] = [];
  let withoutFace = 0;
  const hash = createHash('sha256');
  try {
    for await (const { text, number, span } of readLines(path)) {
      hash.update(`${text}\n`);
      if (text.trim() === '') continue;
      const line = classify(text);
      const place = { line: number, ...('id' in line && line.id !== undefined && { id: line.id }) };
      if (line.kind === 'without-face') {
        withoutFace++;
      } else if (line.kind === 'mistake') {
        left.push({ ...place, reason: 'not_a_record', detail: line.detail });
      } else {
        const face: InputFace = { line: number, span, digest: createHash('sha256').update(text).digest('hex') };
        if (line.modelVersion === to.version && line.embeddingSpace === to.embeddingSpace) {
          current.push(face);
        } else if (line.modelVersion !== from) {
          const detail = `the vector is of version ${line.modelVersion} (space ${line.embeddingSpace}), not of ${from}`;
          left.push({ ...place, image: line.image, reason: 'other_version', detail });
        } else {
          const faces = photos.get(line.image);
          if (faces === undefined) photos.set(line.image, [face]);
          else faces.push(face);
        }
      }
    }
  } catch (cause) {
    if (codeOf(cause) === undefined) throw cause;
    throw new CliError(
      codeOf(cause) === 'ENOENT'
        ? `There is no gallery ${path}.`
        : `The gallery ${path} cannot be read: ${reasonOf(cause)}.`,
      { cause },
    );
  }
  return { sha256: hash.digest('hex'), photos, current, withoutFace, left };
}

type Classified =
  | {
      readonly kind: 'face';
      readonly id: string | undefined;
      readonly image: string;
      readonly modelVersion: string;
      readonly embeddingSpace: string;
    }
  | { readonly kind: 'without-face' }
  | { readonly kind: 'mistake'; readonly id?: string | undefined; readonly detail: string };

function classify(text: string): Classified {
  const record = parseObject(text);
  if (record === undefined) return { kind: 'mistake', detail: 'the line is no JSON object' };
  const { image, face, faces } = record;
  const id = idOf(record);
  if (typeof image !== 'string' || image === '') {
    return { kind: 'mistake', id, detail: 'the member "image", the path or URL of the photo, is missing' };
  }
  if (face === undefined && faces === 0) return { kind: 'without-face' };
  const stored = storedFace(face);
  if (stored === undefined) {
    return {
      kind: 'mistake',
      id,
      detail: 'the member "face" is missing or not a stored face (a text like fc1:2.0.0:3cd13f0e22cc9eba:f16x768:...)',
    };
  }
  return { kind: 'face', id, image, modelVersion: stored.modelVersion, embeddingSpace: stored.embeddingSpace };
}

/** The id of a record as a text, where it has one. */
export function idOf({ id }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
