import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { embeddingSpace, type Manifest, parseManifest, vectorLength } from '@face-comparison/bundle';
import { InferenceSession, Tensor } from 'onnxruntime-node';

import { makeVariant, VARIANTS, type VariantName } from './make-variant.ts';

const BUNDLE = path.resolve(__dirname, '..');
const FACES = 2;

let folder: string;
const made = (variant: VariantName): string => path.join(folder, variant);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'variants-'));
  VARIANTS.forEach((variant) => makeVariant(variant, BUNDLE, made(variant)));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('lite', () => {
  it('gives the numbers of the head sface of the default, bit for bit', async () => {
    const [whole, lite] = [await run(BUNDLE), await run(made('lite'))];
    expect([...lite.keys()]).toEqual(['sface']);
    expect(lite.get('sface')).toEqual(whole.get('sface'));
  });

  it('has no weights of the other heads', () => {
    const [whole, lite] = [read(BUNDLE), read(made('lite'))];
    expect(sizeOf(lite, 'embedder.onnx')).toBeLessThan(sizeOf(whole, 'embedder.onnx') / 3);
  });

  it('is a space of its own, of 128 numbers', () => {
    const lite = read(made('lite'));
    expect(vectorLength(lite)).toBe(128);
    expect(embeddingSpace(lite)).not.toBe(embeddingSpace(read(BUNDLE)));
    expect(lite.comparableWith).toBeUndefined();
  });

  it('says what memory it takes, which is less', () => {
    const [whole, lite] = [read(BUNDLE).resources, read(made('lite')).resources];
    expect(lite?.sharedMiB).toBeLessThan((whole?.sharedMiB ?? 0) / 3);
    expect(lite?.perLaneMiB).toBeLessThan(whole?.perLaneMiB ?? 0);
  });

  it('has golden vectors of length one', () => {
    const rows = goldenRows(made('lite'));
    expect(rows).toHaveLength(read(BUNDLE).golden.crops.length);
    for (const row of rows) {
      expect(Math.hypot(...row)).toBeCloseTo(1, 6);
    }
  });

  it('carries the licences of what is in it and no others', () => {
    expect(licences(made('lite'))).toEqual(['sample-photos.txt', 'sface.txt', 'yunet.txt']);
  });
});

describe('float32', () => {
  it('gives the numbers of the default', async () => {
    const [whole, float32] = [await run(BUNDLE), await run(made('float32'))];
    for (const [head, expected] of whole) {
      const received = float32.get(head) ?? new Float32Array();
      expect(received).toHaveLength(expected.length);
      const largest = Math.max(...expected.map(Math.abs));
      expect(Math.max(...expected.map((x, i) => Math.abs(x - (received[i] ?? NaN))))).toBeLessThan(1e-6 * largest);
    }
  });

  it('says that its vectors may be compared with those of the default', () => {
    const [whole, float32] = [read(BUNDLE), read(made('float32'))];
    expect(float32.comparableWith).toEqual([{ space: embeddingSpace(whole), minCosine: whole.golden.minCosine }]);
    expect(embeddingSpace(float32)).not.toBe(embeddingSpace(whole));
  });

  it('carries every licence of the default', () => {
    expect(licences(made('float32'))).toEqual(licences(BUNDLE));
  });
});

describe.each(VARIANTS)('making %s', (variant) => {
  it('names every file with the size and sha256 that it has', () => {
    for (const file of read(made(variant)).files) {
      const bytes = readFileSync(path.join(made(variant), file.path));
      expect({ ...file, size: bytes.length, sha256: sha256(bytes) }).toEqual(file);
    }
  });

  it('does nothing when it is there already', () => {
    const before = statSync(made(variant)).mtimeMs;
    expect(makeVariant(variant, BUNDLE, made(variant))).toBe(false);
    expect(statSync(made(variant)).mtimeMs).toBe(before);
  });

  it('makes a damaged folder again, with the same bytes', () => {
    const manifest = readFileSync(path.join(made(variant), 'manifest.json'));
    truncateSync(path.join(made(variant), 'embedder.onnx'), 1000);
    expect(makeVariant(variant, BUNDLE, made(variant))).toBe(true);
    expect(readFileSync(path.join(made(variant), 'manifest.json'))).toEqual(manifest);
    expect(sha256(readFileSync(path.join(made(variant), 'embedder.onnx')))).toBe(
      read(made(variant)).files.find((file) => file.path === 'embedder.onnx')?.sha256,
    );
  });

  it('leaves nothing behind beside the folder', () => {
    expect(readdirSync(folder).sort()).toEqual([...VARIANTS].sort());
  });
});

function read(bundle: string): Manifest {
  const manifestPath = path.join(bundle, 'manifest.json');
  return parseManifest(readFileSync(manifestPath), manifestPath);
}

/** The outputs of a bundle's embedder for crops of noise, which is the same each time. */
async function run(bundle: string): Promise<Map<string, Float32Array>> {
  const { alignment } = read(bundle);
  const session = await InferenceSession.create(path.join(bundle, 'embedder.onnx'), { intraOpNumThreads: 1 });
  const pixels = new Uint8Array(FACES * alignment.size * alignment.size * 3);
  let state = 1;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[i] = state >>> 24;
  }
  const faces = new Tensor('uint8', pixels, [FACES, alignment.size, alignment.size, 3]);
  const outputs = Object.entries(await session.run({ faces }));
  await session.release();
  return new Map(outputs.map(([name, { data }]) => [name, floats(data)]));
}

function floats(data: Tensor['data']): Float32Array {
  if (!(data instanceof Float32Array)) {
    throw new Error(`expected float32, received ${data.constructor.name}`);
  }
  return data;
}

function goldenRows(bundle: string): number[][] {
  const manifest = read(bundle);
  const bytes = readFileSync(path.join(bundle, manifest.golden.vectors));
  const length = vectorLength(manifest);
  return Array.from({ length: bytes.length / (4 * length) }, (_, row) =>
    Array.from({ length }, (_unused, i) => bytes.readFloatLE(4 * (row * length + i))),
  );
}

function sizeOf(manifest: Manifest, name: string): number {
  return manifest.files.find((file) => file.path === name)?.size ?? NaN;
}

function licences(bundle: string): string[] {
  return readdirSync(path.join(bundle, 'licences')).sort();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
