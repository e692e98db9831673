import { FaceComparison, type Analysis, type Comparison, type ModelInfo } from '@face-comparison/client';
import type { AnalyzeCall, CallOptions, FaceService, Photo, ServedVersion } from './face-service.js';

export interface RemoteOptions {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly timeoutMs: number;
  readonly modelName: string | undefined;
  /** How often a call is tried again when the service is busy or cannot be reached. */
  readonly retries: number;
}

/** A running service, through the SDK. */
export class RemoteService implements FaceService {
  readonly name: string;
  readonly #client: FaceComparison;

  /** @throws InvalidInputError when the URL or the key cannot be right */
  constructor({ url, apiKey, timeoutMs, modelName, retries }: RemoteOptions) {
    this.name = `the service at ${url}`;
    this.#client = new FaceComparison({ baseUrl: url, apiKey, timeoutMs, modelName, retries });
  }

  async versions(signal: AbortSignal): Promise<readonly ServedVersion[]> {
    const model = await this.#client.models({ signal });
    const main = model.parameters.version;
    const others = model.versions.filter((version) => version !== main);
    return [model, ...(await Promise.all(others.map((version) => this.#client.model(version, { signal }))))].map(
      servedVersion,
    );
  }

  async analyze(photo: Photo, { vectors, ...options }: AnalyzeCall): Promise<Analysis> {
    return this.#client.analyze(photo, { ...options, faceHash: vectors });
  }

  async compare(source: Photo, target: Photo, options: CallOptions): Promise<Comparison> {
    return this.#client.compare(source, target, { ...options, similarityThreshold: 0 });
  }

  async close(): Promise<void> {
    // The SDK holds nothing that needs closing.
  }
}

function servedVersion({ parameters }: ModelInfo): ServedVersion {
  const { version, default: isDefault, canaryWeight, embeddingSpace, vectorLength, comparableWith } = parameters;
  return {
    version,
    isDefault,
    ...(canaryWeight === undefined ? {} : { canaryWeight }),
    embeddingSpace,
    vectorLength,
    comparableWith,
    defaultThreshold: parameters.defaultThreshold,
    calibration: parameters.calibration,
  };
}
