import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { VectorOrigin } from '../service/face-client.js';

/** What is remembered of one picture. */
export interface PictureVector {
  /** Number of faces found. */
  readonly faces: number;
  /** Unit vector of the chosen face; undefined for a picture without a face. */
  readonly vector: Float32Array | undefined;
}

const LineSchema = Type.Object({
  modelVersion: Type.String(),
  embeddingSpace: Type.String(),
  pictureSha256: Type.String(),
  faces: Type.Integer({ minimum: 0 }),
  /** float32, little-endian, base64; null for a picture without a face. */
  vector: Type.Union([Type.String(), Type.Null()]),
});

/** The identity of a picture in the cache: its bytes. */
export function pictureSha256(picture: Buffer): string {
  return createHash('sha256').update(picture).digest('hex');
}

/**
 * Vectors that the service gave, so that an interrupted run goes on where it was. One JSON line a picture, only ever
 * appended to; lines of other models stay and are not used.
 */
export class VectorCache {
  readonly #path: string | undefined;
  readonly #lines: readonly Static<typeof LineSchema>[];

  private constructor(path: string | undefined, lines: readonly Static<typeof LineSchema>[]) {
    this.#path = path;
    this.#lines = lines;
  }

  /** Opens or starts a cache file. Without a path nothing is kept. A line cut off by a crash is left out. */
  static async open(path: string | undefined): Promise<VectorCache> {
    if (path === undefined) return new VectorCache(undefined, []);
    await mkdir(dirname(path), { recursive: true });
    const text = await readFile(path, { encoding: 'utf8', flag: 'a+' });
    // A last line without its end would swallow the next one appended.
    if (text !== '' && !text.endsWith('\n')) await appendFile(path, '\n');
    return new VectorCache(path, text.split('\n').flatMap(parseLine));
  }

  /** What is known of pictures under one model, by the sha256 of the picture. */
  entries(origin: VectorOrigin): Map<string, PictureVector> {
    return new Map(
      this.#lines
        .filter((line) => line.modelVersion === origin.modelVersion && line.embeddingSpace === origin.embeddingSpace)
        .map((line) => [
          line.pictureSha256,
          { faces: line.faces, vector: line.vector === null ? undefined : decodeVector(line.vector) },
        ]),
    );
  }

  async append(origin: VectorOrigin, sha256: string, entry: PictureVector): Promise<void> {
    if (this.#path === undefined) return;
    const line: Static<typeof LineSchema> = {
      ...origin,
      pictureSha256: sha256,
      faces: entry.faces,
      vector: entry.vector === undefined ? null : encodeVector(entry.vector),
    };
    await appendFile(this.#path, `${JSON.stringify(line)}\n`);
  }
}

function parseLine(text: string): Static<typeof LineSchema>[] {
  try {
    const json: unknown = JSON.parse(text);
    return Value.Check(LineSchema, json) ? [json] : [];
  } catch {
    return [];
  }
}

function encodeVector(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

function decodeVector(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}
