import type { ApiPromise } from './api-promise.js';
import { InvalidInputError } from './errors/client-errors.js';
import { FaceComparisonError } from './errors/face-comparison-error.js';
import type { Analysis, Comparison } from './faces.js';
import { ModelVersionUnavailableError, NotFoundError } from './generated/errors.js';
import type { ModelInfo } from './generated/models.js';
import type { components } from './generated/openapi.js';
import { encodeComparand, type Comparand, type EncodedComparand } from './image/comparand.js';
import { encodeImage, isBlob, type ImageInput } from './image/image-input.js';
import { multipart } from './image/multipart.js';
import type {
  AnalyzeOptions,
  CompareOptions,
  FaceComparisonOptions,
  FaceDetailOptions,
  ModelOptions,
  RequestOptions,
} from './options.js';
import { readAnalysis, readComparison } from './read-answers.js';
import { Transport } from './transport/transport.js';

/**
 * A client of the face-comparison service. Make one and keep it; it holds nothing that needs closing.
 *
 * @example
 * ```ts
 * const faces = new FaceComparison({ baseUrl: 'https://faces.example.com' });
 *
 * const anna = await readFile('anna.jpg');
 * const { matches } = await faces.compare(anna, await readFile('party.jpg'));
 * ```
 */
export class FaceComparison {
  readonly #options: FaceComparisonOptions;
  readonly #transport: Transport;

  /**
   * @param options - how to reach the service; the address and the key may come from the environment instead
   * @throws InvalidInputError when an option is not valid
   */
  constructor(options: FaceComparisonOptions = {}) {
    this.#options = { ...options };
    this.#transport = new Transport(options);
    if (options.modelVersion !== undefined) requireVersion(options.modelVersion);
  }

  /** The version that calls are pinned to, if any. */
  get modelVersion(): string | undefined {
    return this.#options.modelVersion;
  }

  /**
   * Finds the faces of a photo and makes their embeddings. A photo without a face is not an error: the result has no faces.
   *
   * @param image - the photo: bytes, a Blob or File, a URL, a stream, or `{ uri }` in React Native
   * @param options - what to answer about each face, and how to make the call
   * @returns the faces, largest first; `withResponse()` of the promise gives the HTTP response as well
   * @throws (rejects) FaceComparisonError by its code; the reason of `options.signal` when that is aborted
   * @example
   * ```ts
   * const { faces: found } = await faces.analyze(anna, { landmarks: true, quality: true });
   * console.log(`${found.length} faces, the largest ${String(found[0]?.quality?.faceSize)} pixels wide`);
   * ```
   */
  analyze(image: ImageInput, options: AnalyzeOptions = {}): ApiPromise<Analysis> {
    return this.#transport.call(options, () => {
      const { faceHash, maxFaces } = options;
      const query = {
        ...faceQuery(options),
        ...(faceHash !== undefined && { face_hash: faceHash }),
        ...(maxFaces !== undefined && { max_faces: maxFaces }),
      };
      const header = this.#pinnedHeader(options);
      return {
        method: 'POST',
        path: '/face_comparison',
        member: 'Faces',
        prepare: (deadline) => encodeImage(image, deadline),
        send: ({ http, signal }, body) =>
          http.POST('/face_comparison', { params: { query, header }, body, signal, headers: contentType(body) }),
        read: readAnalysis,
      };
    });
  }

  /**
   * Compares the face of the source with the faces of the target. Either may be a face whose embedding is known
   * instead of a photo; it pins the call to a version of its embedding space.
   *
   * @param source - a photo, of which the face that `options.sourceFace` chooses counts, or a stored face
   * @param target - a photo, of which all faces count, or a stored face
   * @param options - the threshold, what to answer about each face, and how to make the call
   * @returns the faces of the target that match, and the others; `withResponse()` of the promise gives the HTTP response as well
   * @throws (rejects) NoFaceFoundError when the source has no face, MultipleFacesFoundError when it has several and only one was asked for; FaceComparisonError by its code; the reason of
   * `options.signal` when that is aborted
   * @example
   * ```ts
   * const { matches } = await faces.compare(anna, await readFile('party.jpg'));
   * for (const { similarity, face } of matches) console.log(`${similarity.toFixed(1)} % at`, face?.boundingBox);
   * ```
   */
  compare(source: Comparand, target: Comparand, options: CompareOptions = {}): ApiPromise<Comparison> {
    return this.#transport.call(options, () => {
      const { faceHash, similarityThreshold, sourceFace } = options;
      const query = {
        ...faceQuery(options),
        ...(faceHash !== undefined && { face_hash: faceHash }),
        ...(sourceFace !== undefined && { source_face: sourceFace }),
      };
      const threshold = similarityThreshold === undefined ? {} : { SimilarityThreshold: similarityThreshold };
      const header = this.#pinnedHeader(options);
      return {
        method: 'POST',
        path: '/compare',
        member: 'FaceMatches',
        prepare: async (deadline) =>
          compareBody(await encodeComparand(source, deadline), await encodeComparand(target, deadline), threshold),
        send: ({ http, signal }, body) =>
          http.POST('/compare', { params: { query, header }, body, signal, headers: contentType(body) }),
        read: readComparison,
      };
    });
  }

  /**
   * A model and its loaded versions; `parameters` are those of the version that answers calls without a pin. (Only the
   * name of the model counts, not the pin of this client.)
   *
   * @param options - the name of the model, and how to make the call
   * @returns the model; `withResponse()` of the promise gives the HTTP response as well
   * @throws (rejects) FaceComparisonError by its code; the reason of `options.signal` when that is aborted
   * @example
   * ```ts
   * const { parameters, versions } = await faces.models();
   * console.log(parameters.version, 'answers; loaded:', versions.join(', '));
   * ```
   */
  models(options: ModelOptions = {}): ApiPromise<ModelInfo> {
    return this.#transport.call(options, () => {
      const name = this.#modelName(options);
      const header = requestHeader(options);
      return {
        method: 'GET',
        path: `/v2/models/${encodeURIComponent(name)}`,
        member: 'parameters',
        prepare: () => ({ header, path: { name } }),
        send: ({ http, signal }, params) => http.GET('/v2/models/{name}', { params, signal }),
        read: ({ data }) => data,
      };
    });
  }

  /**
   * One version of a model.
   *
   * @param version - such as `2.0.0`
   * @param options - the name of the model, and how to make the call
   * @returns the model with the parameters of that version; `withResponse()` of the promise gives the HTTP response as well
   * @throws (rejects) NotFoundError when it is not loaded; `problem.loadedVersions` has those that are
   * @example
   * ```ts
   * const { calibration } = (await faces.model(parameters.version)).parameters;
   * for (const { similarity, far } of calibration.operatingPoints) console.log(`${similarity}: FAR ${far}`);
   * ```
   */
  model(version: string, options: ModelOptions = {}): ApiPromise<ModelInfo> {
    return this.#transport.call(options, () => {
      const name = this.#modelName(options);
      const header = requestHeader(options);
      return {
        method: 'GET',
        path: `/v2/models/${encodeURIComponent(name)}/versions/${requireVersion(version)}`,
        member: 'parameters',
        prepare: () => ({ header, path: { name, version } }),
        send: ({ http, signal }, params) => http.GET('/v2/models/{name}/versions/{version}', { params, signal }),
        read: ({ data }) => data,
      };
    });
  }

  /**
   * Whether the service can answer. It is asked once, unless `retries` says otherwise.
   *
   * @param options - how to make the call
   * @returns false where it, or a proxy in its place, answers 503
   * @throws (rejects) FaceComparisonError when nothing or something else answers
   * @example
   * ```ts
   * if (!(await faces.ready())) console.log('the service is still starting');
   * ```
   */
  async ready(options: RequestOptions = {}): Promise<boolean> {
    try {
      return await this.#transport.call(options, () => {
        const header = requestHeader(options);
        return {
          method: 'GET',
          path: '/v2/health/ready',
          member: 'ready',
          prepare: () => ({ header }),
          send: ({ http, signal }, params) => http.GET('/v2/health/ready', { params, signal }),
          read: ({ data }) => data.ready,
          retries: 0,
        };
      });
    } catch (error) {
      if (error instanceof FaceComparisonError && error.status === 503) return false;
      throw error;
    }
  }

  /**
   * A client whose calls are answered by one version only, whatever becomes the default, so that its embeddings stay
   * comparable.
   *
   * @param version - the version that answers calls without a pin now, unless given
   * @param options - how to make the call that looks it up
   * @returns a new client; this one is unchanged
   * @throws (rejects) ModelVersionUnavailableError when the version is not loaded
   * @example
   * ```ts
   * const pinned = await faces.pin();
   * ```
   */
  async pin(version?: string, options: RequestOptions = {}): Promise<FaceComparison> {
    try {
      const model = version === undefined ? await this.models(options) : await this.model(version, options);
      return this.withOptions({ modelVersion: model.parameters.version });
    } catch (error) {
      if (error instanceof NotFoundError && error.problem?.loadedVersions !== undefined) {
        const { message, status, requestId, detail, problem } = error;
        throw new ModelVersionUnavailableError(message, { status, requestId, detail, problem, cause: error });
      }
      throw error;
    }
  }

  /**
   * A client that differs in some options.
   *
   * @param options - those that differ
   * @returns a new client; this one is unchanged
   * @throws InvalidInputError when an option is not valid
   * @example
   * ```ts
   * const patient = faces.withOptions({ timeoutMs: 300_000, retries: 8 });
   * ```
   */
  withOptions(options: FaceComparisonOptions): FaceComparison {
    return new FaceComparison({ ...this.#options, ...options });
  }

  #modelName(options: ModelOptions): string {
    return options.name ?? this.#options.modelName ?? 'default';
  }

  #pinnedHeader(options: RequestOptions): ReturnType<typeof requestHeader> & { 'Face-Model-Version'?: string } {
    const version = options.modelVersion ?? this.#options.modelVersion;
    return {
      ...requestHeader(options),
      ...(version !== undefined && { 'Face-Model-Version': requireVersion(version) }),
    };
  }
}

function requestHeader({ requestId }: RequestOptions): { 'X-Request-Id'?: string } {
  if (requestId === undefined) return {};
  if (!/^[!-~]{1,128}$/.test(requestId)) {
    throw new InvalidInputError('requestId: expected 1 to 128 printable ASCII characters without spaces');
  }
  return { 'X-Request-Id': requestId };
}

function requireVersion(version: string): string {
  if (!/^[0-9A-Za-z][\w.-]{0,62}$/.test(version)) {
    throw new InvalidInputError(`modelVersion: expected a version such as 2.0.0, got ${JSON.stringify(version)}`);
  }
  return version;
}

function faceQuery({ landmarks, quality, minConfidence, detail }: FaceDetailOptions): {
  landmarks?: boolean;
  quality?: boolean;
  min_confidence?: number;
  detail?: 'normal' | 'high';
} {
  return {
    ...(landmarks !== undefined && { landmarks }),
    ...(quality !== undefined && { quality }),
    ...(minConfidence !== undefined && { min_confidence: minConfidence }),
    ...(detail !== undefined && { detail }),
  };
}

/** Both inputs as JSON, or as the parts of a form when one of them is bytes. */
function compareBody(
  source: EncodedComparand,
  target: EncodedComparand,
  threshold: { SimilarityThreshold?: number },
): components['schemas']['CompareRequest'] | Blob {
  return isBlob(source) || isBlob(target)
    ? multipart({ source, target, ...threshold })
    : { source, target, ...threshold };
}

/** A body of bytes has its own type; for others openapi-fetch says JSON. */
function contentType(body: object): Record<string, string> {
  return isBlob(body) ? { 'Content-Type': body.type } : {};
}
