import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Duplex } from 'node:stream';
import type { EngineError, EngineModel, EngineOptions, RunCounts } from '@face-comparison/engine';
import { usableCores } from '../cores.js';
import { FrameChannel, type Frame } from './frame-channel.js';
import type { LaneErrorCode, LaneErrorDetails, LaneJob, LaneReply, LaneRequest, LaneTimings } from './protocol.js';

/** What a lane answered. */
export interface LaneAnswer {
  /** The JSON body of the HTTP answer. */
  readonly body: Buffer;
  readonly faces: number;
  readonly timings: LaneTimings;
}

export interface LaneOptions {
  /** Jobs that it will be given at once, at most. */
  readonly jobs: number;
  readonly onStderr: (line: string) => void;
  /** Called with each answer. */
  readonly onHeadRuns: (counts: RunCounts) => void;
}

/** The lane could not load its model. */
export class LaneLoadError extends Error {
  override readonly name = 'LaneLoadError';
  readonly code: EngineError['code'];

  constructor(code: EngineError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The lane looked at the job and refused it, or failed at it. */
export class LaneJobError extends Error {
  override readonly name = 'LaneJobError';
  readonly code: LaneErrorCode;
  readonly details: LaneErrorDetails;

  constructor(code: LaneErrorCode, message: string, details: LaneErrorDetails) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** The lane's process ended, by itself or because it overstayed. */
export class LaneLostError extends Error {
  override readonly name = 'LaneLostError';
}

/** The program of a lane, beside this file. */
const LANE_PROGRAM = fileURLToPath(new URL('./lane-process.js', import.meta.url));

/** How long a lane may overstay a job's deadline before it is killed: it checks the deadline itself between two steps. */
const OVERSTAY_MS = 1_000;

/** Stands for the id of the load, which has none. */
const LOADING = 0;

/** Lines of a lane's standard error that are passed on before it is cut off; native code may print without end. */
const MAX_STDERR_LINES = 100;

interface Pending {
  readonly resolve: (value: { reply: LaneReply; blobs: readonly Buffer[] }) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

/** A child process that holds one model and does jobs with it. */
export class Lane {
  readonly #child: ChildProcess;
  readonly #channel: FrameChannel;
  readonly #exited: Promise<void>;
  readonly #onHeadRuns: LaneOptions['onHeadRuns'];
  readonly #pending = new Map<number, Pending>();
  #lost: LaneLostError | undefined;
  #nextId = 1;
  #isWidened = false;
  #hasMadeForms = false;

  private constructor(child: ChildProcess, stream: Duplex, { onStderr, onHeadRuns }: LaneOptions) {
    this.#child = child;
    this.#onHeadRuns = onHeadRuns;
    this.#channel = new FrameChannel(stream, (frame) => this.#receive(frame));
    stream.on('error', () => undefined); // 'exit' follows and says more
    forwardLines(child, onStderr);
    this.#exited = new Promise((resolve) => {
      const onEnd = (reason: string): void => {
        this.#fail(new LaneLostError(reason));
        stream.destroy();
        resolve();
      };
      child.on('error', (error) => onEnd(`the lane could not be started: ${error.message}`));
      child.on('exit', (code, signal) => onEnd(`the lane ended with ${signal ?? `code ${code ?? 'unknown'}`}`));
    });
  }

  /**
   * Starts a lane and loads a model in it.
   *
   * @param options of the engine
   * @param signal ends the process while it loads
   * @throws LaneLoadError with the reason when the model cannot be loaded; LaneLostError when the process ends first
   */
  static async start(
    model: EngineModel,
    options: EngineOptions,
    laneOptions: LaneOptions,
    signal: AbortSignal,
  ): Promise<Lane> {
    const { jobs } = laneOptions;
    const decoders = Math.min(jobs, usableCores());
    const child = spawn(process.execPath, ['--expose-gc', '--max-semi-space-size=2', LANE_PROGRAM], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // A job needs two native threads at most (libvips and the file system), several jobs no more than there are cores;
        // and glibc's arenas, one for each thread, only hold memory back.
        UV_THREADPOOL_SIZE: String(decoders + 1),
        MALLOC_ARENA_MAX: String(decoders),
      },
    });
    const stream = child.stdio[3] as Duplex;
    const lane = new Lane(child, stream, laneOptions);
    const kill = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    try {
      const { reply } = await lane.#request({ type: 'load', model, options, jobs }, [], LOADING, undefined);
      if (reply.type === 'load-failed') throw new LaneLoadError(reply.code, reply.message);
      lane.#hasMadeForms = reply.type === 'loaded' && reply.hasMadeForms;
      return lane;
    } catch (error) {
      await lane.stop();
      throw error;
    } finally {
      signal.removeEventListener('abort', kill);
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when the process has ended. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  get isAlive(): boolean {
    return this.#lost === undefined;
  }

  /** Whether it made what other lanes can share, and holds more memory than they will; see Engine. */
  get hasMadeForms(): boolean {
    return this.#hasMadeForms;
  }

  /** Whether jobs may use several threads. */
  get isWidened(): boolean {
    return this.#isWidened;
  }

  /**
   * Does a picture job.
   *
   * @param budgetMs time left for it; a lane that overstays it by a second is killed
   * @param isWide whether it may use the threads that the lane was widened to, until `narrow` is called
   * @throws LaneJobError when the job was refused or failed; LaneLostError when the process ended or was killed
   */
  async run(job: LaneJob, images: readonly Uint8Array[], budgetMs: number, isWide = false): Promise<LaneAnswer> {
    const { reply, blobs } = await this.#job(job, images, budgetMs, isWide);
    if (reply.type !== 'answer') throw new LaneLostError(`the lane answered a job with "${reply.type}"`);
    this.#onHeadRuns(reply.headRuns);
    return { body: blobs[0] ?? Buffer.alloc(0), faces: reply.faces, timings: reply.timings };
  }

  /** The smallest cosine between this lane's vectors for a model's golden crops and the expected ones; see Engine. */
  async goldenCosine(model: EngineModel, budgetMs: number): Promise<number | null> {
    const { reply } = await this.#job({ kind: 'golden', model }, [], budgetMs);
    if (reply.type !== 'golden') throw new LaneLostError(`the lane answered a golden job with "${reply.type}"`);
    return reply.cosine;
  }

  /**
   * Makes the lane able to run jobs with several threads; see Engine.
   * @throws LaneJobError with the reason why it is not; LaneLostError when the process ended or was killed
   */
  async widen(threads: number, budgetMs: number): Promise<void> {
    await this.#job({ kind: 'widen', threads }, [], budgetMs);
    this.#isWidened = true;
  }

  /** Lets the job under way use one thread from its next run on; resolves when it does, or when there is none. */
  async narrow(): Promise<void> {
    const id = this.#nextId++;
    // A lane that is lost computes nothing.
    await this.#request({ type: 'narrow', id }, [], id, undefined).catch(() => undefined);
  }

  /** Ends the process and frees its memory. Jobs in flight are lost. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async #job(
    job: LaneJob,
    images: readonly Uint8Array[],
    budgetMs: number,
    isWide = false,
  ): Promise<{ reply: LaneReply; blobs: readonly Buffer[] }> {
    const id = this.#nextId++;
    const result = await this.#request({ type: 'job', id, job, budgetMs, isWide }, images, id, budgetMs + OVERSTAY_MS);
    if (result.reply.type === 'error') {
      throw new LaneJobError(result.reply.code, result.reply.message, result.reply.details);
    }
    return result;
  }

  #request(
    request: LaneRequest,
    blobs: readonly Uint8Array[],
    id: number,
    killAfterMs: number | undefined,
  ): Promise<{ reply: LaneReply; blobs: readonly Buffer[] }> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      const kill = (): void => {
        this.#fail(new LaneLostError('the lane overstayed its deadline and was killed'));
        this.#child.kill('SIGKILL');
      };
      const timer = killAfterMs === undefined ? undefined : setTimeout(kill, killAfterMs);
      this.#pending.set(id, { resolve, reject, timer });
      this.#channel.send(request, blobs);
    });
  }

  #receive(frame: Frame): void {
    const reply = frame.header as LaneReply;
    const id = 'id' in reply ? reply.id : LOADING;
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    this.#pending.delete(id);
    pending.resolve({ reply, blobs: frame.blobs });
  }

  #fail(error: LaneLostError): void {
    this.#lost ??= error;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(this.#lost);
    }
    this.#pending.clear();
  }
}

function forwardLines(child: ChildProcess, onLine: (line: string) => void): void {
  let lines = 0;
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    for (const line of text.split('\n')) {
      if (line !== '' && lines++ < MAX_STDERR_LINES) onLine(line.slice(0, 500));
    }
  });
}
