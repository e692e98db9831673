import {
  similarity,
  type Analysis,
  type Comparison,
  type Face,
  type Meta,
  type StoredFace,
} from '@face-comparison/client';
import { LIMITS } from '@face-comparison/contract';
import type { AnalyzedFace, Analysis as EngineAnalysis, EngineModel } from '@face-comparison/engine';
import { CliError, PhotoError } from '../program/cli-error.js';
import type { AnalyzeCall, CallOptions, FaceService, Photo, ServedVersion } from '../service/face-service.js';
import { EngineChild } from './engine-child.js';
import { EnginePool } from './engine-pool.js';
import { toFace } from './local-face.js';
import { cacheFolder, openModels } from './local-models.js';

/** As the service rounds. */
const SIMILARITY_DECIMALS = 1e4;

export interface LocalOptions {
  /** Manifests; the default model unless given. The first is the default version. */
  readonly models: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly processes: number;
  readonly note: (text: string) => void;
}

interface LocalVersion {
  readonly model: EngineModel;
  readonly pool: EnginePool<EngineChild>;
}

/** The engine on this machine, in processes of its own: what is computed does not hold up anything else. */
export class LocalService implements FaceService {
  readonly name = 'this machine';
  readonly #versions: ReadonlyMap<string, LocalVersion>;

  private constructor(versions: ReadonlyMap<string, LocalVersion>) {
    this.#versions = versions;
  }

  /** @throws CliError when the packages that compute, or a model, are not there */
  static async open({ models, env, processes, note }: LocalOptions): Promise<LocalService> {
    const cacheDir = cacheFolder(env);
    const opened = await openModels(models, cacheDir);
    note(
      `Computing on this machine with ${opened.map(({ manifest }) => `${manifest.name} ${manifest.version}`).join(' and ')}.`,
    );
    const versions = new Map<string, LocalVersion>();
    for (const model of opened) {
      const { version } = model.manifest;
      if (versions.has(version)) throw new CliError(`Two of the models are version ${version}; which one is meant?`);
      const pool = new EnginePool(Math.ceil(processes / opened.length), () => EngineChild.load(model, { cacheDir }));
      versions.set(version, { model, pool });
    }
    return new LocalService(versions);
  }

  versions(): Promise<readonly ServedVersion[]> {
    return Promise.resolve(
      [...this.#versions.values()].map(({ model: { manifest, space } }, index): ServedVersion => ({
        version: manifest.version,
        isDefault: index === 0,
        embeddingSpace: space,
        vectorLength: manifest.heads.reduce((sum, { output }) => sum + output.length, 0),
        // What a model declares counts once it is measured, which the service does.
        comparableWith: [space],
        defaultThreshold: manifest.calibration.defaultThreshold,
        calibration: manifest.calibration,
      })),
    );
  }

  async analyze(photo: Photo, call: AnalyzeCall): Promise<Analysis> {
    const { model } = this.#version(call.modelVersion);
    const seen = await this.#look(photo, call);
    const meta = metaOf(model);
    return { ...meta, faces: seen.faces.map((face) => toFace(face, seen, meta, call)) };
  }

  async compare(source: Photo, target: Photo, call: CallOptions): Promise<Comparison> {
    const { model } = this.#version(call.modelVersion);
    const fields = { vectors: true, landmarks: false, quality: false };
    const options = { ...call, ...fields, detail: 'normal' } as const;
    const [sourceSeen, targetSeen] = await Promise.all([
      ofSide('source', this.#look(source, options, 'reference')),
      ofSide('target', this.#look(target, options)),
    ]);
    const [reference] = sourceSeen.faces;
    if (reference === undefined) throw new PhotoError('source: no face was found in the photo');
    const meta = metaOf(model);
    const shown = (face: AnalyzedFace, seen: EngineAnalysis): Face =>
      toFace(face, seen, meta, { vectors: false, landmarks: false });
    // By the vectors as they are: those that are answered are rounded.
    const exact = ({ vector = new Float32Array(0) }: AnalyzedFace): StoredFace => ({ ...meta, vector });
    const { calibration } = model.manifest;
    return {
      ...meta,
      sourceFace: shown(reference, sourceSeen),
      sourceFaceCount: sourceSeen.foundAreas.length,
      matches: targetSeen.faces
        .map((face) => ({
          similarity: rounded(similarity(exact(reference), exact(face), calibration)),
          face: shown(face, targetSeen),
        }))
        .sort((a, b) => b.similarity - a.similarity),
      others: [],
    };
  }

  close(): Promise<void> {
    for (const { pool } of this.#versions.values()) pool.end();
    return Promise.resolve();
  }

  async #look(photo: Photo, call: AnalyzeCall, pick: 'largest' | 'reference' = 'largest'): Promise<EngineAnalysis> {
    if (typeof photo === 'string') {
      throw new PhotoError(`${photo} is a URL, and --local reads files only; download it first.`);
    }
    const { vectors, quality, detail, maxFaces = LIMITS.maxFaces } = call;
    return this.#version(call.modelVersion).pool.use(
      (engine) => engine.analyze({ bytes: photo, vectors, quality, detail, maxFaces, pick }),
      call.signal,
    );
  }

  #version(version: string): LocalVersion {
    const found = this.#versions.get(version);
    if (found === undefined) throw new CliError(`No model of version ${version} was opened.`);
    return found;
  }
}

function metaOf({ manifest, space }: EngineModel): Meta {
  return { modelVersion: manifest.version, embeddingSpace: space, requestId: '', serverTiming: [] };
}

/** Errors say which photo they are about, as those of the service do. */
async function ofSide<T>(side: 'source' | 'target', look: Promise<T>): Promise<T> {
  try {
    return await look;
  } catch (error) {
    throw error instanceof PhotoError ? new PhotoError(`${side}: ${error.message}`, { cause: error }) : error;
  }
}

function rounded(value: number): number {
  return Math.round(value * SIMILARITY_DECIMALS) / SIMILARITY_DECIMALS;
}
