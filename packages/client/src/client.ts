import { InvalidInputError } from './errors/client-errors.js';
import { unexpectedAnswer } from './errors/error-from-response.js';
import { FaceComparisonError } from './errors/face-comparison-error.js';
import { faceOf, parseServerTiming, type Analysis, type Comparison, type Meta } from './faces.js';
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
import { Transport, type Answer } from './transport/transport.js';

type CompareRequest = components['schemas']['CompareRequest'];

/** A client of the face-comparison service. Make one and keep it; it holds nothing that needs closing. */
export class FaceComparison {
  readonly #options: FaceComparisonOptions;
  readonly #transport: Transport;

  /** @throws InvalidInputError when an option cannot be right */
  constructor(options: FaceComparisonOptions) {
    this.#options = { ...options };
    this.#transport = new Transport(options);
    if (options.modelVersion !== undefined) requireVersion(options.modelVersion);
  }

  /** The version that calls are pinned to, if any. */
  get modelVersion(): string | undefined {
    return this.#options.modelVersion;
  }

  /**
   * Finds the faces of a photo and makes their vectors. A photo without a face has none; that is no error.
   *
   * @throws FaceComparisonError by its code; the reason of `options.signal` when that is aborted
   */
  async analyze(image: ImageInput, options: AnalyzeOptions = {}): Promise<Analysis> {
    const { faceHash, maxFaces } = options;
    const query = {
      ...faceQuery(options),
      ...(faceHash !== undefined && { face_hash: faceHash }),
      ...(maxFaces !== undefined && { max_faces: maxFaces }),
    };
    const header = this.#pinnedHeader(options);
    const answer = await this.#transport.call(
      {
        method: 'POST',
        path: '/face_comparison',
        member: 'Faces',
        prepare: (deadline) => encodeImage(image, deadline),
        send: ({ http, signal }, body) =>
          http.POST('/face_comparison', { params: { query, header }, body, signal, headers: contentType(body) }),
      },
      options,
    );
    const meta = metaOf(answer, answer.data.FaceModelVersion);
    return { ...meta, faces: answer.data.Faces.map((face) => faceOf(face, meta)) };
  }

  /**
   * Compares the largest face of the source with the faces of the target. A side may be a face whose vector is known;
   * it pins the call to a version of its embedding space.
   *
   * @throws FaceComparisonError by its code; the reason of `options.signal` when that is aborted
   */
  async compare(source: Comparand, target: Comparand, options: CompareOptions = {}): Promise<Comparison> {
    const { faceHash, similarityThreshold } = options;
    const query = { ...faceQuery(options), ...(faceHash !== undefined && { face_hash: faceHash }) };
    const threshold = similarityThreshold === undefined ? {} : { SimilarityThreshold: similarityThreshold };
    const header = this.#pinnedHeader(options);
    const answer = await this.#transport.call(
      {
        method: 'POST',
        path: '/compare',
        member: 'FaceMatches',
        prepare: async (deadline) =>
          compareBody(await encodeComparand(source, deadline), await encodeComparand(target, deadline), threshold),
        send: ({ http, signal }, body) =>
          http.POST('/compare', { params: { query, header }, body, signal, headers: contentType(body) }),
      },
      options,
    );
    const { SourceImageFace: sourceFace, FaceMatches, UnmatchedFaces, FaceModelVersion } = answer.data;
    const meta = metaOf(answer, FaceModelVersion);
    return {
      ...meta,
      ...(sourceFace && { sourceFace: faceOf(sourceFace, meta) }),
      matches: FaceMatches.map(({ Similarity, Face }) => ({
        similarity: Similarity,
        ...(Face && { face: faceOf(Face, meta) }),
      })),
      others: UnmatchedFaces.map((face) => faceOf(face, meta)),
    };
  }

  /**
   * A model and its loaded versions; `parameters` are those of the version that answers calls without a pin. (Only the
   * name of the model is looked at, not the pin of this client.)
   */
  async models(options: ModelOptions = {}): Promise<ModelInfo> {
    const name = options.name ?? this.#modelName;
    const { data } = await this.#transport.call(
      {
        method: 'GET',
        path: `/v2/models/${encodeURIComponent(name)}`,
        member: 'parameters',
        prepare: () => ({ header: requestHeader(options), path: { name } }),
        send: ({ http, signal }, params) => http.GET('/v2/models/{name}', { params, signal }),
      },
      options,
    );
    return data;
  }

  /**
   * One version of a model.
   * @throws NotFoundError when it is not loaded; `problem.loadedVersions` has those that are
   */
  async model(version: string, options: ModelOptions = {}): Promise<ModelInfo> {
    const name = options.name ?? this.#modelName;
    const { data } = await this.#transport.call(
      {
        method: 'GET',
        path: `/v2/models/${encodeURIComponent(name)}/versions/${requireVersion(version)}`,
        member: 'parameters',
        prepare: () => ({ header: requestHeader(options), path: { name, version } }),
        send: ({ http, signal }, params) => http.GET('/v2/models/{name}/versions/{version}', { params, signal }),
      },
      options,
    );
    return data;
  }

  /** Whether the service can answer: false where it (or a proxy in its place) says 503. It throws when nobody answers. */
  async ready(options: RequestOptions = {}): Promise<boolean> {
    try {
      const { data } = await this.#transport.call(
        {
          method: 'GET',
          path: '/v2/health/ready',
          member: 'ready',
          prepare: () => ({ header: requestHeader(options) }),
          send: ({ http, signal }, params) => http.GET('/v2/health/ready', { params, signal }),
          retries: 0,
        },
        options,
      );
      return data.ready;
    } catch (error) {
      if (error instanceof FaceComparisonError && error.status === 503) return false;
      throw error;
    }
  }

  /**
   * A client whose calls are answered by one version only, whatever becomes the default, so that its vectors stay
   * comparable.
   *
   * @param version - the version that answers calls without a pin now, unless given
   * @throws ModelVersionUnavailableError when the version is not loaded
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

  /** A client that differs in the given options. */
  withOptions(options: Partial<FaceComparisonOptions>): FaceComparison {
    return new FaceComparison({ ...this.#options, ...options });
  }

  get #modelName(): string {
    return this.#options.modelName ?? 'default';
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
    throw new InvalidInputError('requestId must be 1 to 128 printable ASCII characters without spaces');
  }
  return { 'X-Request-Id': requestId };
}

function requireVersion(version: string): string {
  if (!/^[0-9A-Za-z][\w.-]{0,62}$/.test(version)) {
    throw new InvalidInputError(`modelVersion must be a version such as 2.0.0, received ${JSON.stringify(version)}`);
  }
  return version;
}

function faceQuery({ landmarks, quality, detail }: FaceDetailOptions): {
  landmarks?: boolean;
  quality?: boolean;
  detail?: 'normal' | 'high';
} {
  return {
    ...(landmarks !== undefined && { landmarks }),
    ...(quality !== undefined && { quality }),
    ...(detail !== undefined && { detail }),
  };
}

/** Both sides as JSON; as the parts of a form where one of them is bytes. */
function compareBody(
  source: EncodedComparand,
  target: EncodedComparand,
  threshold: { SimilarityThreshold?: number },
): CompareRequest | Blob {
  return isBlob(source) || isBlob(target)
    ? multipart({ source, target, ...threshold })
    : { source, target, ...threshold };
}

/** A body of bytes says itself what it is; for others openapi-fetch says JSON. */
function contentType(body: object): Record<string, string> {
  return isBlob(body) ? { 'Content-Type': body.type } : {};
}

/**
 * What the headers of an answer say.
 * @throws UnexpectedResponseError when they do not name the space, without which its vectors are worth nothing
 */
function metaOf({ response, where }: Answer<unknown>, modelVersion: string): Meta {
  const { headers } = response;
  const embeddingSpace = headers.get('face-embedding-space');
  if (embeddingSpace === null) {
    throw unexpectedAnswer(
      where,
      response,
      'without the header Face-Embedding-Space; a proxy dropped it, or the service does not allow this page (CORS) to read it',
    );
  }
  return {
    modelVersion,
    embeddingSpace,
    requestId: headers.get('x-request-id') ?? '',
    serverTiming: parseServerTiming(headers.get('server-timing')),
  };
}
