import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

import { embeddingSpace, type Manifest, parseManifest, vectorLength } from '@face-comparison/bundle';
import type { Chunks } from '@face-comparison/bundle/onnx';

import { keepOutputs, widenWeights } from './onnx-graph.ts';

/**
 * `lite`: SFace alone, 128 numbers, a third of the work, a space of its own.
 * `float32`: the same heads with their weights stored as float32; comparable with the default.
 */
export const VARIANTS = ['lite', 'float32'] as const;
export type VariantName = (typeof VARIANTS)[number];

/** Raised when this code makes something else of the same default bundle, so that folders are made again. */
const REVISION = 1;

/** Left in a finished folder, says what it was made from. Not part of the bundle. */
const STAMP = '.made-from';

/** What a variant changes. */
interface Plan {
  readonly changes: Readonly<Record<string, unknown>>;
  readonly licences: readonly string[];
  /** The variant's embedder out of the default's. */
  readonly embedder: (model: Uint8Array) => Chunks;
  /** A golden vector of the variant out of the default's. */
  readonly vector: (row: Float32Array) => Float32Array;
}

/**
 * Makes a variant of the bundle in `source` as the bundle folder `target`: manifest, graphs, golden crops and vectors,
 * licence texts. The same bytes on each run. The folder appears at once and complete, also when two processes make it.
 *
 * @returns false when it was there already.
 * @throws Error when the default's embedder is not the one that its manifest names, or the result is not a valid bundle.
 */
export function makeVariant(variant: VariantName, source: string, target: string): boolean {
  const manifestPath = path.join(source, 'manifest.json');
  const manifestBytes = readFileSync(manifestPath);
  const liteBytes = readFileSync(path.join(source, 'recipe/lite.json'));
  const stamp = sha256([Buffer.from(`${variant} ${REVISION}\n`), manifestBytes, liteBytes]);
  if (isComplete(target, stamp)) {
    return false;
  }
  const original = parseManifest(manifestBytes, manifestPath);
  const plan = variant === 'lite' ? planLite(original, liteBytes) : planFloat32(original);
  const partial = `${target}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  try {
    writeBundle(original, plan, source, partial);
    writeFileSync(path.join(partial, STAMP), stamp);
    publish(partial, target, stamp);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return true;
}

function planLite(original: Manifest, liteBytes: Uint8Array): Plan {
  const index = original.heads.findIndex(({ name }) => name === 'sface');
  const head = original.heads[index];
  if (head === undefined) {
    throw new Error(`the default bundle has no head "sface" to make lite of`);
  }
  const start = vectorLength({ heads: original.heads.slice(0, index) });
  return {
    changes: {
      version: `${original.version}-lite`,
      heads: [{ ...head, weight: 1 }],
      provenance: original.provenance.filter(({ part }) => part === 'detector' || part === 'sface'),
      ...(JSON.parse(Buffer.from(liteBytes).toString('utf8')) as object),
    },
    licences: ['sample-photos', 'sface', 'yunet'].map((name) => `licences/${name}.txt`),
    embedder: (model) => keepOutputs(model, [head.output.name]),
    vector: (row) => unit(row.subarray(start, start + head.output.length)),
  };
}

function planFloat32(original: Manifest): Plan {
  return {
    changes: {
      version: `${original.version}-float32`,
      description: `${original.description ?? original.name}; weights stored as float32`,
      comparableWith: [{ space: embeddingSpace(original), minCosine: original.golden.minCosine }],
    },
    licences: original.files.map((file) => file.path).filter((name) => name.startsWith('licences/')),
    embedder: widenWeights,
    vector: (row) => row,
  };
}

function writeBundle(original: Manifest, plan: Plan, source: string, folder: string): void {
  const embedder = original.heads[0]?.file ?? '';
  const files: Manifest['files'] = [];
  for (const file of original.files) {
    const to = path.join(folder, file.path);
    mkdirSync(path.dirname(to), { recursive: true });
    if (file.path === embedder) {
      const model = readFileSync(path.join(source, embedder));
      const found = sha256([model]);
      if (found !== file.sha256) {
        const where = path.join(source, embedder);
        throw new Error(
          `${where}: sha256 is ${found}, its manifest says ${file.sha256}; make it again (recipe/README.md)`,
        );
      }
      files.push(writeChunks(folder, file.path, plan.embedder(model)));
    } else if (file.path === original.golden.vectors) {
      const rows = readRows(path.join(source, file.path), vectorLength(original));
      files.push(writeChunks(folder, file.path, rows.map(plan.vector).map(littleEndian)));
    } else if (!file.path.startsWith('licences/') || plan.licences.includes(file.path)) {
      copyFileSync(path.join(source, file.path), to);
      files.push(file);
    }
  }
  const manifestPath = path.join(folder, 'manifest.json');
  const text = JSON.stringify({ ...original, ...plan.changes, files }, null, 2) + '\n';
  parseManifest(text, manifestPath);
  writeFileSync(manifestPath, text);
}

function writeChunks(folder: string, name: string, chunks: Chunks): Manifest['files'][number] {
  const handle = openSync(path.join(folder, name), 'w');
  try {
    for (const chunk of chunks) {
      for (let written = 0; written < chunk.length;) {
        written += writeSync(handle, chunk, written);
      }
    }
  } finally {
    closeSync(handle);
  }
  return { path: name, size: chunks.reduce((sum, { length }) => sum + length, 0), sha256: sha256(chunks) };
}

/** Moves the finished folder into place; when another process was faster with the same, that one stays. */
function publish(partial: string, target: string, stamp: string): void {
  const stale = `${partial}.stale`;
  try {
    renameSync(target, stale);
    rmSync(stale, { recursive: true, force: true });
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) {
      throw error;
    }
  }
  try {
    renameSync(partial, target);
  } catch (error) {
    if (!isComplete(target, stamp)) {
      throw error;
    }
  }
}

/** Whether the folder was made from the same and still has every file in full length. */
function isComplete(folder: string, stamp: string): boolean {
  try {
    if (readFileSync(path.join(folder, STAMP), 'utf8') !== stamp) {
      return false;
    }
    const manifestPath = path.join(folder, 'manifest.json');
    const { files } = parseManifest(readFileSync(manifestPath), manifestPath);
    return files.every((file) => statSync(path.join(folder, file.path)).size === file.size);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return false;
    }
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** Rows of little-endian float32. */
function readRows(file: string, length: number): Float32Array[] {
  const bytes = readFileSync(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / (4 * length) }, (_, row) =>
    Float32Array.from({ length }, (_, i) => view.getFloat32(4 * (row * length + i), true)),
  );
}

function littleEndian(row: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * row.length));
  row.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return vector.map((x) => x / length);
}

function sha256(chunks: Chunks): string {
  const hash = createHash('sha256');
  chunks.forEach((chunk) => hash.update(chunk));
  return hash.digest('hex');
}
