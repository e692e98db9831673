import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { BundleError, type Manifest } from '../src/index.js';
import { twoHeads } from './manifests.js';

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that look random and are the same in each run and each process. */
export function noise(seed: string, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`${seed} ${i}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

export interface TestBundle {
  readonly manifest: Manifest;
  /** Everything a source has, by path: the manifest and its files. */
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly manifestSha256: string;
  readonly totalBytes: number;
}

/** A correct bundle with real files; the embedder has `embedderBytes` of them. */
export function makeBundle(embedderBytes = 200_000): TestBundle {
  const files = new Map([
    ['detector.onnx', noise('detector', 10_000)],
    ['embedder.onnx', noise('embedder', embedderBytes)],
    ['golden/1.png', noise('crop', 300)],
    ['golden/vectors.f32', noise('vectors', 4 * 640)],
  ]);
  const entries = [...files].map(([path, bytes]) => ({ path, size: bytes.length, sha256: sha256(bytes) }));
  const manifest = { ...twoHeads(), files: entries };
  const text = Buffer.from(JSON.stringify(manifest));
  return {
    manifest,
    contents: new Map([['manifest.json', text], ...files]),
    manifestSha256: sha256(text),
    totalBytes: entries.reduce((sum, { size }) => sum + size, 0),
  };
}

export function bytesOf(bundle: TestBundle, path: string): Buffer {
  const bytes = bundle.contents.get(path);
  if (bytes === undefined) {
    throw new Error(`the test bundle has no ${path}`);
  }
  return bytes;
}

/** Puts a bundle into a folder; returns the path of its manifest. */
export async function writeBundle(folder: string, bundle: TestBundle): Promise<string> {
  for (const [path, bytes] of bundle.contents) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return join(folder, 'manifest.json');
}

/** A folder for the tests of one file, removed after them. */
export function temporaryFolders(): () => Promise<string> {
  const made: string[] = [];
  afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bundle-test-'));
    made.push(folder);
    return folder;
  };
}

export function blobPath(cacheDir: string, digest: string): string {
  return join(cacheDir, 'blobs', 'sha256', digest);
}

/** Whether a file has these bytes. (Jest's own comparison of buffers takes seconds for a megabyte.) */
export async function holds(path: string, bytes: Buffer): Promise<boolean> {
  return (await readFile(path)).equals(bytes);
}

/** What is in the cache that is neither a blob nor should be left behind. */
export async function junkIn(cacheDir: string): Promise<string[]> {
  const names = await readdir(join(cacheDir, 'blobs', 'sha256')).catch(() => []);
  return names.filter((name) => !/^[0-9a-f]{64}$/.test(name)).sort();
}

/** The BundleError that the work ends with. */
export async function failure(work: Promise<unknown>): Promise<BundleError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BundleError) {
    return error;
  }
  throw new Error('expected a BundleError', { cause: error });
}
