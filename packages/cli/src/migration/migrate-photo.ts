import { join } from 'node:path';
import type { Analysis, Face } from '@face-comparison/client';
import { faceMembers, parseObject, storedBox, storedFace } from '../gallery/gallery-record.js';
import { isUrl } from '../inputs/find-photos.js';
import { readPhoto, type LoadedPhoto } from '../inputs/read-photo.js';
import { PhotoError } from '../program/cli-error.js';
import { explain, isAboutThePhoto } from '../program/explain.js';
import type { Detail, FaceService, ServedVersion } from '../service/face-service.js';
import { idOf, type InputFace, type Left, type LeftReason } from './gallery-input.js';
import { matchFace, type MatchedBy } from './match-face.js';

type JsonRecord = Readonly<Record<string, unknown>>;

/** From which version to which, and with what. */
export interface Migration {
  readonly service: FaceService;
  readonly to: ServedVersion;
  /** Undefined when the old version is not served any more. */
  readonly from: ServedVersion | undefined;
  readonly fromVersion: string;
  /** The folder that paths of photos are relative to. */
  readonly images: string;
  /** Where a record does not say how closely its face was looked for. */
  readonly detail: Detail;
  /** Whether a face that may be another one is left and not guessed. */
  readonly leavesGuesses: boolean;
  /** For errors. */
  readonly url: string;
}

/** A face to migrate, with the line that it comes from. */
export interface SourceFace {
  readonly input: InputFace;
  readonly record: JsonRecord;
}

/** What came of a face. */
export type Outcome =
  { readonly input: InputFace; readonly record: JsonRecord } | { readonly input: InputFace; readonly left: Left };

/**
 * Makes the vectors of the known faces of one photo anew. The photo is looked at once by each version, however many of its
 * faces are known.
 *
 * @throws what is not about this photo: the service is gone, the key is wrong
 */
export async function migratePhoto(
  image: string,
  faces: readonly SourceFace[],
  migration: Migration,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const leave = ({ input, record }: SourceFace, reason: LeftReason, detail: string): Outcome => {
    const id = idOf(record);
    return { input, left: { line: input.line, ...(id !== undefined && { id }), image, reason, detail } };
  };
  let loaded: LoadedPhoto;
  try {
    loaded = await readPhoto(isUrl(image) ? image : join(migration.images, image));
  } catch (error) {
    if (!(error instanceof PhotoError)) throw error;
    return faces.map((face) => leave(face, 'photo_missing', error.message));
  }
  const looks = new Map<string, Promise<readonly Face[]>>();
  const look = (version: ServedVersion, detail: Detail): Promise<readonly Face[]> => {
    const key = `${version.version} ${detail}`;
    const seen = looks.get(key) ?? analyze(migration.service, loaded, version, detail, signal);
    looks.set(key, seen);
    return seen;
  };
  const outcomes: Outcome[] = [];
  for (const face of faces) {
    try {
      outcomes.push(await migrateFace(face, loaded, migration, look, leave));
    } catch (error) {
      if (!isAboutThePhoto(error)) throw error;
      outcomes.push(leave(face, 'photo_unusable', explain(error, migration.url).message));
    }
  }
  return outcomes;
}

async function migrateFace(
  face: SourceFace,
  loaded: LoadedPhoto,
  { to, from, detail: usualDetail, leavesGuesses }: Migration,
  look: (version: ServedVersion, detail: Detail) => Promise<readonly Face[]>,
  leave: (face: SourceFace, reason: LeftReason, detail: string) => Outcome,
): Promise<Outcome> {
  const { input, record } = face;
  const vector = storedFace(record['face']);
  if (vector === undefined) return leave(face, 'not_a_record', 'the line was changed while it was read');
  const isChanged =
    typeof record['sha256'] === 'string' && loaded.sha256 !== undefined && record['sha256'] !== loaded.sha256;
  const canVerify = from?.embeddingSpace === vector.embeddingSpace;
  // Without the old version nothing tells whether the face is still there.
  if (isChanged && !canVerify) {
    return leave(face, 'photo_changed', 'the photo is not the one that the vector was made of (its sha256 differs)');
  }
  const detail = record['detail'] === 'high' ? 'high' : usualDetail;
  const known = { vector, boundingBox: storedBox(record['boundingBox']) };
  const match = matchFace(known, await look(to, detail), canVerify ? await look(from, detail) : undefined);
  if ('reason' in match) return leave(face, match.reason, match.detail);
  if (leavesGuesses && isGuess(match.matchedBy)) {
    return leave(face, 'face_not_in_photo', `nothing tells which face it is (${match.matchedBy} would be a guess)`);
  }
  return { input, record: migratedRecord(record, match.face, match.matchedBy, loaded.sha256, vector.modelVersion) };
}

/** Whether a way to find a face may have found another one. */
export function isGuess(matchedBy: MatchedBy): boolean {
  return matchedBy === 'only-face' || matchedBy === 'largest-face';
}

/** What the old model said, is not asked for again, and would mislead. */
const STALE_MEMBERS: ReadonlySet<string> = new Set(['landmarks', 'quality']);

/** The old record with what the new model says of the face. What others wrote into it stays. */
function migratedRecord(
  record: JsonRecord,
  face: Face,
  matchedBy: MatchedBy,
  sha256: string | undefined,
  migratedFrom: string,
): JsonRecord {
  const kept = Object.entries(record).filter(([name]) => !STALE_MEMBERS.has(name));
  return {
    ...Object.fromEntries(kept),
    ...(sha256 !== undefined && { sha256 }),
    ...faceMembers(face),
    migratedFrom,
    matchedBy,
  };
}

async function analyze(
  service: FaceService,
  { photo }: LoadedPhoto,
  { version, embeddingSpace }: ServedVersion,
  detail: Detail,
  signal: AbortSignal,
): Promise<readonly Face[]> {
  const call = { modelVersion: version, vectors: true, landmarks: false, quality: false, detail, signal };
  const analysis: Analysis = await service.analyze(photo, call);
  if (analysis.embeddingSpace !== embeddingSpace) {
    throw new Error(
      `version ${version} answered vectors of space ${analysis.embeddingSpace}, and ${embeddingSpace} when this began`,
    );
  }
  return analysis.faces;
}

/** Reads a line of a gallery again. */
export function parseRecord(text: string): JsonRecord {
  return parseObject(text) ?? {};
}
