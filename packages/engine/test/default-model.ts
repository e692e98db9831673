import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { embeddingSpace, parseManifest } from '@face-comparison/bundle';
import type { EngineModel } from '../src/engine.js';
import type { FivePoints } from '../src/geometry.js';
import { decodeImage, type Picture } from '../src/image/decode-image.js';

export const DEFAULT_MODEL = resolve(import.meta.dirname, '../../../models/default');

/** A bundle in a folder, without the checks that loading it in earnest makes. */
export async function readModel(folder: string): Promise<EngineModel> {
  const path = join(folder, 'manifest.json');
  const manifest = parseManifest(await readFile(path), path);
  return {
    manifest,
    space: embeddingSpace(manifest),
    files: Object.fromEntries(manifest.files.map((file) => [file.path, join(dirname(path), file.path)])),
  };
}

/** A face as the reference implementation found it in a golden photo. */
export interface ExpectedFace {
  readonly box: readonly [number, number, number, number];
  readonly confidence: number;
  readonly landmarks: FivePoints;
  readonly vector: Float32Array;
}

export interface GoldenPhoto {
  readonly name: string;
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  /** Largest first. */
  readonly faces: readonly ExpectedFace[];
}

interface ExpectedFile {
  readonly photos: readonly {
    readonly photo: string;
    readonly width: number;
    readonly height: number;
    readonly faces: readonly {
      readonly box: [number, number, number, number];
      readonly confidence: number;
      readonly landmarks: readonly [number, number][];
    }[];
  }[];
}

/** The six golden photos with the 22 faces that the reference implementation found in them. */
export async function goldenPhotos(vectorLength: number): Promise<GoldenPhoto[]> {
  const folder = join(DEFAULT_MODEL, 'golden/photos');
  const { photos } = JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')) as ExpectedFile;
  const vectors = await readFile(join(folder, 'vectors.f32'));
  const found: GoldenPhoto[] = [];
  let row = 0;
  for (const { photo, width, height, faces } of photos) {
    found.push({
      name: photo,
      bytes: await readFile(join(folder, photo)),
      width,
      height,
      faces: faces.map(({ box, confidence, landmarks }) => {
        const start = row++ * vectorLength;
        const vector = Float32Array.from({ length: vectorLength }, (_, i) => vectors.readFloatLE((start + i) * 4));
        return { box, confidence, landmarks: fivePoints(landmarks), vector };
      }),
    });
  }
  return found;
}

export async function goldenPicture(name: string): Promise<Picture> {
  return decodeImage(await readFile(join(DEFAULT_MODEL, 'golden/photos', name)));
}

export function fivePoints(points: readonly (readonly number[])[]): FivePoints {
  const [a, b, c, d, e] = points.map(([x = Number.NaN, y = Number.NaN]) => ({ x, y }));
  if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined) {
    throw new Error(`expected five points, got ${points.length}`);
  }
  return [a, b, c, d, e];
}
