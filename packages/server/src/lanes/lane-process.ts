/**
 * A lane: a child process with its own copy of one model's sessions. Takes jobs over the socket on file descriptor 3, one at a
 * time or as many as it was said to be given, and ends when the socket closes.
 */
import { Socket } from 'node:net';
import { compareResponse, faceComparisonResponse, LIMITS } from '@face-comparison/contract';
import {
  checkLargeJpeg,
  DeadlineError,
  Engine,
  EngineError,
  ImageError,
  similarity,
  type Analysis,
} from '@face-comparison/engine';
import { FrameChannel, type Frame } from './frame-channel.js';
import {
  type CompareInput,
  type LaneErrorCode,
  type LaneErrorDetails,
  type LaneJob,
  type LaneReply,
  type LaneRequest,
  type LaneTimings,
} from './protocol.js';

/** A job that fails for a reason that the caller of the service should read. */
class JobError extends Error {
  readonly code: LaneErrorCode;
  readonly details: LaneErrorDetails;

  constructor(code: LaneErrorCode, message: string, details: LaneErrorDetails) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

const socket = new Socket({ fd: 3, readable: true, writable: true });
const channel = new FrameChannel(socket, (frame) => void receive(frame));
// The service has gone, or wants this lane to go: there is nothing left to do and nothing to lose.
socket.on('close', () => process.exit(0));
socket.on('error', () => process.exit(1));
// Ctrl-C in a terminal reaches the whole process group; the service decides when its lanes end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

let engine: Engine | undefined;
/** Jobs at once, at most. */
let maxJobs = 1;

function reply(header: LaneReply, blobs: readonly Uint8Array[] = []): void {
  channel.send(header, blobs);
}

async function receive(frame: Frame): Promise<void> {
  const request = frame.header as LaneRequest;
  switch (request.type) {
    case 'load':
      return load(request);
    case 'narrow':
      await engine?.goNarrow();
      reply({ type: 'narrowed', id: request.id });
      return;
    case 'job':
      return work(request, frame.blobs);
  }
}

async function load({ model, options, jobs }: Extract<LaneRequest, { type: 'load' }>): Promise<void> {
  maxJobs = jobs;
  try {
    engine = await Engine.load(model, options);
    reply({ type: 'loaded', hasMadeForms: engine.hasMadeForms });
  } catch (error) {
    reply({
      type: 'load-failed',
      code: error instanceof EngineError ? error.code : 'model_unusable',
      message: messageOf(error),
    });
  }
}

async function work(request: Extract<LaneRequest, { type: 'job' }>, blobs: readonly Buffer[]): Promise<void> {
  if (request.isWide) engine?.goWide();
  try {
    await runJob(request.id, request.job, blobs, performance.now() + request.budgetMs);
  } catch (error) {
    reply({ type: 'error', id: request.id, code: codeOf(error), message: messageOf(error), details: detailsOf(error) });
  } finally {
    if (request.isWide) await engine?.goNarrow();
  }
  setImmediate(freePictures);
}

/** Bytes outside of the heap that may wait for the garbage collector, for each job at once: pictures, encoded and decoded, crops, tensors. */
const MAX_WAITING_BYTES = 24 * 1024 * 1024;

/** Bytes outside of the heap that were in use after the last collection. */
let usedBytes = 0;

/**
 * Frees what finished jobs left behind. Pixels lie outside of the heap of JavaScript, which stays small, so the collector by
 * itself lets hundreds of megabytes of them pile up (660 MB instead of 800 MB for two lanes in the soak test).
 */
function freePictures(): void {
  if (process.memoryUsage().external - usedBytes < MAX_WAITING_BYTES * maxJobs) return;
  globalThis.gc?.();
  usedBytes = process.memoryUsage().external;
}

async function runJob(id: number, job: LaneJob, blobs: readonly Buffer[], deadline: number): Promise<void> {
  if (engine === undefined) throw new Error('a job came before the model was loaded');
  switch (job.kind) {
    case 'golden':
      reply({ type: 'golden', id, cosine: await engine.goldenCosine(job.model) });
      engine.takeRunCounts(); // those were for no picture
      return;
    case 'widen':
      await engine.widen(job.threads);
      reply({ type: 'widened', id });
      engine.takeRunCounts();
      return;
    case 'analyze': {
      const analysis = await engine.analyze(blobs[0] ?? Buffer.alloc(0), {
        maxFaces: job.maxFaces,
        minConfidence: job.minConfidence ?? 0,
        embed: job.fields.faceHash,
        quality: job.fields.quality,
        landmarks: job.fields.landmarks,
        detail: job.detail,
        deadline,
      });
      const { version } = engine.model.manifest;
      answer(engine, id, faceComparisonResponse(analysis, version, job.fields), [analysis]);
      return;
    }
    case 'compare': {
      const images = [...blobs];
      const source = await comparedSide(engine, 'source', job, images, deadline);
      const target = await comparedSide(engine, 'target', job, images, deadline);
      const { calibration, version } = engine.model.manifest;
      const body = compareResponse(
        {
          source,
          target,
          ...('detected' in source ? { sourceFaceCount: source.detected.foundAreas.length } : {}),
          threshold: job.similarityThreshold ?? calibration.defaultThreshold,
          similarity: (a, b) => similarity(a, b, calibration),
        },
        version,
        job.fields,
      );
      // "Not the same person" is said of photos that are whole; of a large file that is not known yet.
      if (body.FaceMatches.length === 0) checkSides(job, blobs);
      const analyses = [source, target].flatMap((side) => ('detected' in side ? [side.detected] : []));
      answer(engine, id, body, analyses);
    }
  }
}

async function comparedSide(
  model: Engine,
  name: 'source' | 'target',
  job: Extract<LaneJob, { kind: 'compare' }>,
  images: Buffer[],
  deadline: number,
): Promise<{ readonly detected: Analysis } | { readonly vector: readonly number[] }> {
  const input: CompareInput = job[name];
  if (input.kind === 'vector') {
    if (input.values.length !== model.vectorLength) {
      throw new JobError(
        'invalid_parameter',
        `${name}.face_hash: model version ${model.model.manifest.version} has vectors of ${model.vectorLength} numbers, got ${input.values.length}`,
        { parameter: `${name}.face_hash` },
      );
    }
    return { vector: input.values };
  }
  const analysis = await model
    .analyze(images.shift() ?? Buffer.alloc(0), {
      maxFaces: LIMITS.maxFaces,
      pick: name === 'source' ? 'reference' : 'largest',
      minConfidence: job.minConfidence ?? 0,
      embed: true,
      quality: job.fields.quality,
      landmarks: job.fields.landmarks,
      detail: job.detail,
      deadline,
    })
    .catch((error: unknown) => {
      throw ofSide(name, error);
    });
  if (name === 'source' && analysis.faces.length === 0) {
    throw new JobError('no_face_found', 'source: no face was found in the photo', { parameter: name });
  }
  if (name === 'source' && job.sourceFace === 'only') refuseSecondFace(analysis);
  return { detected: analysis };
}

/** Errors say which photo they are about. */
function ofSide(name: 'source' | 'target', error: unknown): unknown {
  if (!(error instanceof ImageError)) return error;
  return new JobError(error.code, `${name}: ${error.message}`, { ...error.details, parameter: name });
}

/** @throws JobError when one of the photos is a large JPEG that is damaged */
function checkSides(job: Extract<LaneJob, { kind: 'compare' }>, photos: readonly Buffer[]): void {
  const sides = (['source', 'target'] as const).filter((name) => job[name].kind === 'image');
  for (const [index, name] of sides.entries()) {
    try {
      checkLargeJpeg(photos[index] ?? Buffer.alloc(0));
    } catch (error) {
      throw ofSide(name, error);
    }
  }
}

/** Part of the area of the chosen face from which on another face counts as a second person, for `source_face=only`. */
const SECOND_FACE_AREA = 0.25;

function refuseSecondFace({ faces: [chosen], foundAreas }: Analysis): void {
  if (chosen === undefined) return;
  const { x1, y1, x2, y2 } = chosen.box;
  const least = SECOND_FACE_AREA * (x2 - x1) * (y2 - y1);
  // The chosen face is one of them.
  const count = foundAreas.filter((area) => area > least).length;
  if (count <= 1) return;
  throw new JobError(
    'multiple_faces_found',
    `source: expected one face, found ${count} of more than a quarter of the area of the face that would be compared`,
    { parameter: 'source', faceCount: foundAreas.length },
  );
}

function answer(model: Engine, id: number, body: unknown, analyses: readonly Analysis[]): void {
  const faces = analyses.reduce((sum, analysis) => sum + analysis.faces.length, 0);
  const header = {
    type: 'answer',
    id,
    timings: totalTimings(analyses),
    faces,
    headRuns: model.takeRunCounts(),
  } as const;
  reply(header, [Buffer.from(JSON.stringify(body))]);
}

function totalTimings(analyses: readonly Analysis[]): LaneTimings {
  const sum = (key: keyof LaneTimings): number => analyses.reduce((total, { timings }) => total + timings[key], 0);
  return { decodeMs: sum('decodeMs'), detectMs: sum('detectMs'), embedMs: sum('embedMs') };
}

function codeOf(error: unknown): LaneErrorCode {
  if (error instanceof JobError || error instanceof ImageError) return error.code;
  return error instanceof DeadlineError ? 'deadline_exceeded' : 'internal';
}

function detailsOf(error: unknown): LaneErrorDetails {
  return error instanceof JobError || error instanceof ImageError ? error.details : {};
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
