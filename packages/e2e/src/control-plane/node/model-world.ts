import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { embeddingSpace, parseManifest, type Manifest } from '@face-comparison/bundle';
import { REPOSITORY } from '../../cluster/scripts.js';

/** How a model version behaves once a simulated process is asked to serve it. */
export interface ModelBehaviour {
  /** How long its lanes take to start. */
  readonly loadMs: number;
  /** Why it cannot be loaded in this pod; undefined where it can. */
  readonly failure: (pod: string) => LoadFailure | undefined;
  /** It loads for ever. */
  readonly neverLoads: boolean;
  /** Cosine to the vectors of its makers. */
  readonly selfParity: number;
  /** Cosine to any other version, measured on golden crops; null where it cannot be measured. */
  readonly parity: number | null;
  /** Share of requests that fail, from 0 to 1. */
  readonly errorRate: number;
  readonly latencyMs: number;
}

export interface LoadFailure {
  readonly message: string;
  /** As the codes of `reasonCode` in GET /serving. */
  readonly code: string;
}

const GOOD: ModelBehaviour = {
  loadMs: 150,
  failure: () => undefined,
  neverLoads: false,
  selfParity: 1,
  parity: 0.9996,
  errorRate: 0,
  latencyMs: 4,
};

/** What a FaceModel says of a model. */
export interface ModelSource {
  readonly version: string;
  readonly manifest: string;
  readonly sha256: string;
  readonly space: string;
}

export interface NewModel {
  readonly version: string;
  /** Names the embedding space: models with the same word share one. */
  readonly space: string;
  /** Spaces, by their words, that its makers declare its vectors to be comparable with. */
  readonly comparableWith?: readonly string[];
  readonly behaviour?: Partial<ModelBehaviour>;
}

/** The manifest that all others are made from. */
const BASE_MANIFEST = join(REPOSITORY, 'models/default/manifest.json');

/**
 * All models that there are: real manifests in files, and how each version behaves. Versions are unique in a world, since
 * a simulated process looks them up by nothing else.
 */
export class ModelWorld {
  readonly #folder: string;
  readonly #base: string;
  readonly #behaviours = new Map<string, ModelBehaviour>();
  readonly #spaces = new Map<string, string>();
  readonly #comparable = new Map<string, Set<string>>();
  /** How often each version was opened by any process. */
  readonly #opened = new Map<string, number>();

  private constructor(folder: string, base: string) {
    this.#folder = folder;
    this.#base = base;
  }

  /** @param folder where the manifests are written to */
  static async create(folder: string): Promise<ModelWorld> {
    return new ModelWorld(folder, await readFile(BASE_MANIFEST, 'utf8'));
  }

  /** Writes the manifest of a new model. */
  async make({ version, space, comparableWith = [], behaviour = {} }: NewModel): Promise<ModelSource> {
    if (this.#behaviours.has(version)) throw new Error(`version ${version} is there already; a version never changes`);
    const manifest = this.#manifest(version, space);
    const declared = comparableWith.map((other) => ({
      space: embeddingSpace(this.#manifest(version, other)),
      minCosine: 0.98,
    }));
    const text = JSON.stringify(declared.length === 0 ? manifest : { ...manifest, comparableWith: declared });
    const folder = join(this.#folder, version);
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'manifest.json');
    await writeFile(file, text);
    this.#behaviours.set(version, { ...GOOD, ...behaviour });
    const id = embeddingSpace(manifest);
    this.#spaces.set(version, id);
    for (const { space: other } of declared) {
      this.#comparable.set(id, (this.#comparable.get(id) ?? new Set()).add(other));
    }
    return { version, manifest: pathToFileURL(file).href, sha256: sha256Of(text), space: id };
  }

  behaviourOf(version: string): ModelBehaviour {
    return this.#behaviours.get(version) ?? GOOD;
  }

  /** Changes how a version behaves from its next load or request on. */
  change(version: string, change: Partial<ModelBehaviour>): void {
    this.#behaviours.set(version, { ...this.behaviourOf(version), ...change });
  }

  spaceOf(version: string): string | undefined {
    return this.#spaces.get(version);
  }

  /** Whether the makers of one of two spaces declare the other: answers of both may be mixed. */
  areComparable(a: string, b: string): boolean {
    return a === b || this.#comparable.get(a)?.has(b) === true || this.#comparable.get(b)?.has(a) === true;
  }

  noteOpened(version: string): void {
    this.#opened.set(version, this.timesOpened(version) + 1);
  }

  timesOpened(version: string): number {
    return this.#opened.get(version) ?? 0;
  }

  /** The default model's manifest with another version, and another embedder for each word. */
  #manifest(version: string, space: string): Manifest {
    const base = parseManifest(this.#base, BASE_MANIFEST);
    const files = base.files.map((file) =>
      file.path === 'embedder.onnx' ? { ...file, sha256: sha256Of(`embedder of ${space}`) } : file,
    );
    return { ...base, version, files };
  }
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
