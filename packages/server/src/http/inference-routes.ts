import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  compareInput,
  ERRORS,
  faceComparisonInput,
  HEADERS,
  imageBodyInput,
  LIMITS,
  OPERATIONS,
  ProblemError,
  VERSION_PATTERN,
  type CompareQuery,
  type CompareRequestInput,
  type FaceComparisonQuery,
  type FaceFields,
  type ImageInput,
  type VectorInput,
} from '@face-comparison/contract';
import { decodeBase64Image } from '../image-source/decode-base64.js';
import type { LaneJob } from '../lanes/protocol.js';
import { ClientGoneError, type ScheduledAnswer } from '../lanes/scheduler.js';
import type { Service } from '../service.js';
import type { ServedVersion } from '../serving/registry.js';
import type { RequestBody } from './body-parsers.js';
import { compareFormInput, faceComparisonFormInput } from './form-input.js';
import { clientId } from './context.js';
import { formParts } from './multipart.js';

/** How long a caller should wait for a version that is being loaded, in seconds. */
const NOT_READY_RETRY_S = 2;

/** POST /face_comparison and POST /compare. */
export function registerInferenceRoutes(app: FastifyInstance, service: Service): void {
  app.post<{ Querystring: FaceComparisonQuery; Body: RequestBody }>(
    OPERATIONS.analyzeFaces.path,
    { config: { operation: 'analyzeFaces' }, schema: { querystring: OPERATIONS.analyzeFaces.query } },
    async (request, reply) => {
      const { query } = request;
      const input = await photoOf(service, request.body);
      const served = chooseVersion(service, request, pinnedVersion(request));
      const job: LaneJob = {
        kind: 'analyze',
        fields: fieldsOf(query, true),
        maxFaces: query.max_faces ?? LIMITS.maxFaces,
        ...(query.min_confidence === undefined ? {} : { minConfidence: query.min_confidence }),
        detail: query.detail ?? 'normal',
      };
      return answer(service, request, reply, served, job, [input]);
    },
  );

  app.post<{ Querystring: CompareQuery; Body: RequestBody }>(
    OPERATIONS.compareFaces.path,
    { config: { operation: 'compareFaces' }, schema: { querystring: OPERATIONS.compareFaces.query } },
    async (request, reply) => {
      const { query } = request;
      const { source, target, similarityThreshold } = await sidesOf(service, request.body);
      const vectors = [source, target].filter((side) => side.kind === 'vector');
      const served = chooseVersion(service, request, pinnedVersion(request) ?? vectors[0]?.version);
      for (const vector of vectors) checkSpace(service, vector, served);
      const job: LaneJob = {
        kind: 'compare',
        fields: fieldsOf(query, false),
        ...(query.min_confidence === undefined ? {} : { minConfidence: query.min_confidence }),
        ...(query.source_face === undefined ? {} : { sourceFace: query.source_face }),
        detail: query.detail ?? 'normal',
        source: source.kind === 'vector' ? { kind: 'vector', values: source.values } : { kind: 'image' },
        target: target.kind === 'vector' ? { kind: 'vector', values: target.values } : { kind: 'image' },
        ...(similarityThreshold === undefined ? {} : { similarityThreshold }),
      };
      return answer(
        service,
        request,
        reply,
        served,
        job,
        [source, target].filter((side) => side.kind !== 'vector'),
      );
    },
  );
}

/** The photo of POST /face_comparison. */
async function photoOf({ config }: Service, body: RequestBody): Promise<ImageInput> {
  switch (body?.kind) {
    case 'image':
      return imageBodyInput(body.bytes);
    case 'json':
      return faceComparisonInput(body.value, body.longTexts);
    case 'form':
      return faceComparisonFormInput(formParts(body.bytes, body.boundary), config.maxImageBytes);
    case undefined:
      return faceComparisonInput(undefined);
  }
}

/** What POST /compare compares. */
async function sidesOf({ config }: Service, body: RequestBody): Promise<CompareRequestInput> {
  switch (body?.kind) {
    case 'json':
      return compareInput(body.value, body.longTexts);
    case 'form':
      return compareFormInput(formParts(body.bytes, body.boundary), config.maxImageBytes);
    case 'image': // refused before it was read
    case undefined:
      return compareInput(undefined);
  }
}

function fieldsOf(query: FaceComparisonQuery | CompareQuery, faceHash: boolean): FaceFields {
  return {
    faceHash: query.face_hash ?? faceHash,
    landmarks: query.landmarks ?? false,
    quality: query.quality ?? false,
  };
}

function pinnedVersion(request: FastifyRequest): string | undefined {
  const pin = request.headers[HEADERS.modelVersion.toLowerCase()];
  if (pin === undefined) return undefined;
  if (typeof pin !== 'string' || !VERSION_PATTERN.test(pin)) {
    throw new ProblemError(
      'invalid_parameter',
      `header ${HEADERS.modelVersion} must be a model version such as 2.0.0, received "${String(pin).slice(0, 80)}"`,
      {
        parameter: HEADERS.modelVersion,
      },
    );
  }
  return pin;
}

/** Chooses the version that answers, and notes it for the headers of the answer. */
function chooseVersion({ registry }: Service, request: FastifyRequest, pin: string | undefined): ServedVersion {
  const chosen = registry.route(pin, clientId(request));
  switch (chosen.kind) {
    case 'unavailable':
      throw new ProblemError(
        'model_version_unavailable',
        `model version ${pin ?? ''} is not loaded; loaded: ${chosen.loaded.join(', ') || 'none'}`,
        {
          loadedVersions: [...chosen.loaded],
        },
      );
    case 'not-ready':
      throw notReady(chosen.version);
    case 'version': {
      const served = registry.get(chosen.version);
      if (served === undefined) throw notReady(chosen.version);
      request.context.served = served;
      return served;
    }
  }
}

export function notReady(version: string): ProblemError {
  return new ProblemError(
    'not_ready',
    `model version ${version} is not ready yet; try again in ${NOT_READY_RETRY_S} s`,
    {
      retryAfterSeconds: NOT_READY_RETRY_S,
    },
  );
}

/**
 * Refuses a stored vector of a space that the answering version cannot be compared with. As long as it is not known whether
 * it can, because its version is still loading or its parity is not measured, the caller is asked to wait.
 */
function checkSpace({ registry }: Service, vector: VectorInput, served: ServedVersion): void {
  if (vector.version === served.version) return;
  const comparable = registry.comparable(vector.version, served.version);
  if (comparable === true) return;
  if (comparable === undefined && registry.get(vector.version) !== undefined) throw notReady(vector.version);
  const own = served.model?.space ?? '';
  const other = registry.get(vector.version)?.model?.space;
  if (other === undefined) {
    const loadedVersions = registry.loadedVersions;
    throw new ProblemError(
      'model_version_unavailable',
      `${vector.parameter}: model version ${vector.version}, which made the vector, is not loaded; loaded: ${loadedVersions.join(', ')}`,
      {
        loadedVersions,
        parameter: `${vector.parameter}.FaceModelVersion`,
      },
    );
  }
  throw new ProblemError(
    'embedding_space_mismatch',
    `${vector.parameter}: a vector of model version ${vector.version} (space ${other}) cannot be compared in model version ${served.version} (space ${own})`,
    { embeddingSpaces: [other, own], parameter: `${vector.parameter}.FaceModelVersion` },
  );
}

async function answer(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  served: ServedVersion,
  job: LaneJob,
  inputs: readonly ImageInput[],
): Promise<FastifyReply> {
  const { context } = request;
  const deadline = context.received + service.config.deadlineMs;
  const stop = new AbortController();
  const onClose = (): void => {
    if (!reply.raw.writableFinished) stop.abort(new ClientGoneError('the client has gone'));
  };
  reply.raw.once('close', onClose);
  if (reply.raw.destroyed) onClose(); // it went while its body was parsed
  served.inFlight++;
  let started = performance.now();
  try {
    stop.signal.throwIfAborted();
    const images = await Promise.all(inputs.map((input) => imageBytes(service, request, input, deadline, stop.signal)));
    const client = context.client?.name;
    const place = await service.results?.find({ version: served, client, job, images });
    if (place?.answer !== undefined) {
      // Not for the statistics of the version: it has done nothing.
      service.metrics.resultCacheHits.inc();
      context.isFromCache = true;
      noteFaces(service, request, place.answer.faces);
      return await sendBody(reply, place.answer.body);
    }
    if (place !== undefined) service.metrics.resultCacheMisses.inc();
    started = performance.now();
    const result = await runJob(service, served, job, images, deadline, stop.signal);
    served.statistics.record(performance.now() - started, false);
    note(service, request, result);
    place?.keep(result);
    return await sendBody(reply, result.body);
  } catch (error) {
    // The other image of a comparison need not be fetched any more.
    stop.abort(error);
    const { code } = service.problemOf(error, request);
    // The service's own failures are errors of the version; a caller's mistakes are answered requests. What was not begun,
    // and what nobody waited for, says nothing about it.
    if (code !== 'overloaded' && code !== 'shutting_down' && !(error instanceof ClientGoneError)) {
      served.statistics.record(performance.now() - started, ERRORS[code].status >= 500);
    }
    throw error;
  } finally {
    served.inFlight--;
  }
}

function sendBody(reply: FastifyReply, body: Buffer): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(body);
}

function runJob(
  service: Service,
  served: ServedVersion,
  job: LaneJob,
  images: readonly Buffer[],
  deadline: number,
  signal: AbortSignal,
): Promise<ScheduledAnswer> {
  if (served.lanes === undefined) throw notReady(served.version);
  return service.scheduler.run({ pool: served.lanes, job, images, deadline, signal });
}

async function imageBytes(
  service: Service,
  request: FastifyRequest,
  input: ImageInput,
  deadline: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const { config, budget, fetcher, results, scheduler } = service;
  switch (input.kind) {
    case 'bytes':
      return input.bytes;
    case 'base64':
      return decodeBase64Image(input.text, config.maxImageBytes, input.parameter);
    case 'url': {
      if (!config.urls) {
        throw new ProblemError(
          'url_not_allowed',
          `${input.parameter}: this service takes no URLs; send the photo itself`,
          { parameter: input.parameter },
        );
      }
      // Admission did not ask where answers are kept. To download for nothing is worse than to miss one of them.
      if (results !== undefined && scheduler.isFull) throw scheduler.overloaded();
      const reservation = budget.reserve(config.maxImageBytes);
      if (reservation === undefined) throw service.overBudget();
      request.context.reservations.push(reservation);
      const started = performance.now();
      const bytes = await fetcher.fetch(input.url, {
        signal,
        parameter: input.parameter,
        maxBytes: config.maxImageBytes,
        deadline: { limitMs: config.deadlineMs, remainingMs: Math.max(1, deadline - started) },
      });
      reservation.shrinkTo(bytes.length);
      request.context.timings.fetch = Math.max(request.context.timings.fetch ?? 0, performance.now() - started);
      return bytes;
    }
  }
}

function note(service: Service, request: FastifyRequest, { queueMs, timings, faces }: ScheduledAnswer): void {
  Object.assign(request.context.timings, {
    queue: queueMs,
    decode: timings.decodeMs,
    detect: timings.detectMs,
    embed: timings.embedMs,
  });
  noteFaces(service, request, faces);
}

function noteFaces({ metrics }: Service, { context }: FastifyRequest, faces: number): void {
  context.faces = faces;
  metrics.faces.inc({ version: context.served?.version ?? '' }, faces);
}
