import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, open, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { embeddingSpace, type Manifest, parseManifest } from '@face-comparison/bundle';
import { type Chunks, stringField } from '@face-comparison/bundle/onnx';
import { faultyDetector, FAULTY_SCORES, type DetectorFault } from './faults.js';
import { noisyEmbedder, NOISY_HEAD } from './noisy-embedder.js';

/**
 * Bundles made of the default model, each as small a change as shows what it is for:
 *
 * - `patched` is good, in the very space of the default, and quick to load: only its detector is new;
 * - `crash`, `hang`, `slow` and `errors` pass all golden crops and misbehave under traffic; see `faultyDetector`;
 * - `truncated` has a file that is shorter than its manifest says;
 * - `low-parity` says truthfully that its vectors are only nearly those of the default;
 * - `overstated` says of the same vectors that they are as good as those of the default.
 */
export const BUNDLES = ['patched', 'crash', 'hang', 'slow', 'errors', 'truncated', 'low-parity', 'overstated'] as const;
export type BundleName = (typeof BUNDLES)[number];

/** A bundle in a folder of this machine. */
export interface LocalBundle {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** What is in the bundle, relative to the folder; whatever else lies there is none of it. */
  readonly files: readonly string[];
  /** Digest of the manifest. */
  readonly sha256: string;
  readonly space: string;
}

/** Raised when this code makes something else of the same default model. */
const REVISION = 1;

/** What a bundle that is worse than the default says of its vectors, and wants of the machine that loads it. */
const LOW_COSINE = 0.9;

/** What a bundle that is as good as the default says. */
const HIGH_COSINE = 0.999;

/**
 * Makes the bundles as folders, unless they are there already.
 *
 * @param source folder of the default model
 * @param target where the folders go; files that bundles share are links to one file where the file system can
 */
export async function makeBundles(source: string, target: string): Promise<ReadonlyMap<BundleName, LocalBundle>> {
  const made = new Map<BundleName, LocalBundle>();
  // One after another: the second to need the noisy embedder finds it.
  for (const name of BUNDLES) made.set(name, await makeBundle(name, source, join(target, name), target));
  return made;
}

/** Reads what a bundle folder holds. */
export async function readBundle(name: string, folder: string): Promise<LocalBundle> {
  const path = join(folder, 'manifest.json');
  const bytes = await readFile(path);
  const manifest = parseManifest(bytes, path);
  return {
    ...{ name, version: manifest.version, folder },
    files: ['manifest.json', ...manifest.files.map((file) => file.path)],
    ...{ sha256: sha256Of([bytes]), space: embeddingSpace(manifest) },
  };
}

async function makeBundle(name: BundleName, source: string, folder: string, shared: string): Promise<LocalBundle> {
  const manifestPath = join(source, 'manifest.json');
  const manifestBytes = await readFile(manifestPath);
  const stamp = sha256Of([Buffer.from(`${REVISION}\n`), manifestBytes]);
  const stampPath = join(folder, '.made-from');
  if ((await readFile(stampPath, 'utf8').catch(() => '')) === stamp) return readBundle(name, folder);

  const original = parseManifest(manifestBytes, manifestPath);
  const partial = `${folder}.partial-${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  try {
    const manifest = changesTheEmbedder(name)
      ? await withNoisyEmbedder(original, name, source, partial, shared)
      : await withFaultyDetector(original, name, source, partial);
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    parseManifest(text, join(partial, 'manifest.json'));
    await writeFile(join(partial, 'manifest.json'), text);
    await writeFile(join(partial, '.made-from'), stamp);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return readBundle(name, folder);
}

function changesTheEmbedder(name: BundleName): name is 'low-parity' | 'overstated' {
  return name === 'low-parity' || name === 'overstated';
}

async function withFaultyDetector(
  original: Manifest,
  name: Exclude<BundleName, 'low-parity' | 'overstated'>,
  source: string,
  folder: string,
): Promise<Manifest> {
  const { detector } = original;
  if (detector.kind !== 'yunet')
    throw new Error(`the default model has a detector of kind ${detector.kind}, not yunet`);
  const model = await readFile(join(source, detector.file));
  const fault: DetectorFault = name === 'patched' || name === 'truncated' ? 'none' : name;
  // A doc string of its own, so that no bundle finds its detector in the cache under the digest of another.
  const chunks = [...faultyDetector(model, fault), stringField(MODEL_DOC_STRING, name)];
  const files = await fillFolder(original, source, folder, detector.file, (path) => writeChunks(path, chunks));
  if (name === 'truncated') await truncate(join(folder, detector.file), Math.floor(model.length / 2));
  return {
    ...original,
    ...described(original, name),
    files,
    detector: { ...detector, outputs: { ...detector.outputs, scores: FAULTY_SCORES } },
  };
}

/** A field of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; of several, the last counts. */
const MODEL_DOC_STRING = 6;

async function withNoisyEmbedder(
  original: Manifest,
  name: 'low-parity' | 'overstated',
  source: string,
  folder: string,
  shared: string,
): Promise<Manifest> {
  const head = original.heads.find((one) => one.name === 'sface');
  if (head === undefined) throw new Error('the default model has no head "sface" to put noise into');
  const files = await fillFolder(original, source, folder, head.file, async (path) => {
    const other = join(shared, 'low-parity', head.file);
    if (name === 'overstated') return linkOrCopy(other, path);
    await writeChunks(path, noisyEmbedder(await readFile(join(source, head.file)), head.output.length));
  });
  return {
    ...original,
    ...described(original, name),
    files,
    heads: original.heads.map((one) => (one === head ? { ...one, output: { ...one.output, name: NOISY_HEAD } } : one)),
    // The golden vectors stay those of the default: the bundle must be allowed to differ from them to be loaded at all.
    golden: { ...original.golden, minCosine: LOW_COSINE },
    comparableWith: [{ space: embeddingSpace(original), minCosine: name === 'overstated' ? HIGH_COSINE : LOW_COSINE }],
  };
}

function described(original: Manifest, name: BundleName): Pick<Manifest, 'version' | 'description'> {
  return { version: `${original.version}-${name}`, description: `${original.name} for tests of rollouts: ${name}` };
}

/** Puts all files into the folder, one of them as `write` makes it; gives the list for the manifest. */
async function fillFolder(
  original: Manifest,
  source: string,
  folder: string,
  changed: string,
  write: (path: string) => Promise<void>,
): Promise<Manifest['files']> {
  const files: Manifest['files'] = [];
  for (const file of original.files) {
    const path = join(folder, file.path);
    await mkdir(dirname(path), { recursive: true });
    if (file.path === changed) {
      await write(path);
      files.push({ path: file.path, size: (await stat(path)).size, sha256: sha256Of([await readFile(path)]) });
    } else {
      await linkOrCopy(join(source, file.path), path);
      files.push(file);
    }
  }
  return files;
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

async function writeChunks(path: string, chunks: Chunks): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const chunk of chunks) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
}

function sha256Of(chunks: Chunks): string {
  const hash = createHash('sha256');
  chunks.forEach((chunk) => hash.update(chunk));
  return hash.digest('hex');
}
