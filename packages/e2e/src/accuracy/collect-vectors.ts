import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaceClient, VectorOrigin } from '../service/face-client.js';
import { forEachConcurrently } from '../terminal/concurrency.js';
import { chooseFace } from './choose-face.js';
import { pictureSha256, type PictureVector, type VectorCache } from './vector-cache.js';

export interface CollectOptions {
  readonly client: FaceClient;
  readonly imagesDir: string;
  /** Paths below `imagesDir`. */
  readonly pictures: readonly string[];
  readonly cache: VectorCache;
  readonly concurrency: number;
  readonly onPicture?: () => void;
}

export interface CollectedVectors {
  readonly origin: VectorOrigin;
  readonly byPicture: ReadonlyMap<string, PictureVector>;
  /** How many were asked of the service; the others were in the cache. */
  readonly posted: number;
}

/**
 * The vector of each picture, asked of the service once or taken from the cache.
 *
 * @throws Error naming the picture that cannot be read or that the service refuses, or when the service changes its
 * model on the way, since such vectors cannot be compared
 */
export async function collectVectors(options: CollectOptions): Promise<CollectedVectors> {
  const [first] = options.pictures;
  if (first === undefined) throw new RangeError('there are no pictures to collect vectors of');
  // The first picture is always posted: its answer tells which entries of the cache may be used.
  const firstBytes = await read(options, first);
  const { origin, entry: firstEntry } = await ask(options, first, firstBytes);
  const known = options.cache.entries(origin);
  const firstSha256 = pictureSha256(firstBytes);
  if (!known.has(firstSha256)) await options.cache.append(origin, firstSha256, firstEntry);
  known.set(firstSha256, firstEntry);
  const byPicture = new Map<string, PictureVector>();
  let posted = 1;
  await forEachConcurrently(options.pictures, options.concurrency, async (picture) => {
    const bytes = await read(options, picture);
    const sha256 = pictureSha256(bytes);
    let entry = known.get(sha256);
    if (entry === undefined) {
      const answer = await ask(options, picture, bytes);
      if (
        answer.origin.modelVersion !== origin.modelVersion ||
        answer.origin.embeddingSpace !== origin.embeddingSpace
      ) {
        throw new Error(
          `the service changed its model from ${describe(origin)} to ${describe(answer.origin)} at ${picture}`,
        );
      }
      entry = answer.entry;
      posted++;
      await options.cache.append(origin, sha256, entry);
    }
    byPicture.set(picture, entry);
    options.onPicture?.();
  });
  return { origin, byPicture, posted };
}

async function read(options: CollectOptions, picture: string): Promise<Buffer> {
  try {
    return await readFile(join(options.imagesDir, picture));
  } catch (cause) {
    throw new Error(`cannot read ${picture} below ${options.imagesDir}; --images must name the folder of the people`, {
      cause,
    });
  }
}

async function ask(
  options: CollectOptions,
  picture: string,
  bytes: Buffer,
): Promise<{ origin: VectorOrigin; entry: PictureVector }> {
  try {
    const { faces, origin } = await options.client.faces(bytes);
    const chosen = chooseFace(faces);
    if (chosen === undefined) return { origin, entry: { faces: 0, vector: undefined } };
    if (chosen.face_hash === undefined) throw new Error('the answer holds a face without face_hash');
    return { origin, entry: { faces: faces.length, vector: unitVector(chosen.face_hash) } };
  } catch (cause) {
    throw new Error(`${picture}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function unitVector(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
}

function describe(origin: VectorOrigin): string {
  return `${origin.modelVersion} (space ${origin.embeddingSpace})`;
}
