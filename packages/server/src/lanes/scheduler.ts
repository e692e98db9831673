import { LaneLostError, type LaneAnswer } from './lane.js';
import type { LaneJob } from './protocol.js';

/** The queue is full: come back later. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
  /** When it is likely to go better, in seconds. */
  readonly retryAfterS: number;
  readonly limit: number;

  constructor(retryAfterS: number, limit: number) {
    super(`the queue is full (${limit} requests are waiting)`);
    this.retryAfterS = retryAfterS;
    this.limit = limit;
  }
}

/** The deadline of the request passed. */
export class DeadlineExceededError extends Error {
  override readonly name = 'DeadlineExceededError';
}

/** The process ends and starts nothing new. */
export class SchedulerClosedError extends Error {
  override readonly name = 'SchedulerClosedError';

  constructor() {
    super('the process ends before the request could be begun');
  }
}

/** Nobody waits for the answer any more. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/** What the scheduler needs of a lane. */
export interface JobRunner {
  /** @param isWide whether the job may use as many threads as there are slots, until `narrow` is called */
  run(job: LaneJob, images: readonly Uint8Array[], budgetMs: number, isWide: boolean): Promise<LaneAnswer>;
  /** Resolves when the job under way uses one thread and will use no more, or has ended. */
  narrow(): Promise<void>;
}

/** Where lanes are taken from, and given back to after their job. */
export interface LanePool {
  /** @param width 'wide' for a lane that can run a job wide, and no other */
  acquire(width: 'narrow' | 'wide'): JobRunner | undefined;
  release(lane: JobRunner): void;
}

export interface SchedulerOptions {
  /** Jobs that run at once, over the lanes of all versions: on CPUs as many as there are cores. */
  readonly slots: number;
  /** Jobs that may wait. */
  readonly queueLimit: number;
}

export interface ScheduledAnswer extends LaneAnswer {
  readonly queueMs: number;
}

export interface ScheduledJob {
  readonly pool: LanePool;
  readonly job: LaneJob;
  readonly images: readonly Uint8Array[];
  /** In milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** The client has gone: a job that still waits is dropped. */
  readonly signal?: AbortSignal;
}

interface Waiting extends ScheduledJob {
  readonly enqueued: number;
  readonly resolve: (answer: ScheduledAnswer) => void;
  readonly reject: (error: unknown) => void;
  readonly cleanUp: () => void;
}

/** Gives back slots of a job, all but so many. */
type GiveBack = (keep: number) => void;

/**
 * A job that has run for so long holds up no job of another version any more, in milliseconds. A version whose lanes hang must
 * cost its own requests and not those of the version beside it; with one lane each, it would until the deadline.
 */
const LONG_JOB_MS = 1_000;

/**
 * Hands jobs to lanes, first come first served, with one bounded queue for all model versions, so that two versions side
 * by side do not use more cores than there are.
 *
 * A job that has the service to itself is run wide: it holds all slots and uses as many threads. When another arrives, it is
 * made narrow, which takes until its present run of a graph has ended, and keeps one slot.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #queue: Waiting[] = [];
  #running = 0;
  /** Jobs that hold a slot: those that run and have not run for long. */
  #holding = 0;
  /** The job that uses several threads and has not been asked to use one. */
  #wideJob: { readonly lane: JobRunner; readonly giveBack: GiveBack } | undefined;
  #wideJobs = 0;
  #closed = false;
  /** Moving average of what a job takes, for Retry-After. */
  #meanJobMs = 200;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  get queued(): number {
    return this.#queue.length;
  }

  get running(): number {
    return this.#running;
  }

  /** How many jobs were begun with all slots, since the start. */
  get wideJobs(): number {
    return this.#wideJobs;
  }

  /** Whether a job would be refused now; asked before a body is read or an image fetched. */
  get isFull(): boolean {
    return this.#queue.length >= this.#options.queueLimit;
  }

  overloaded(): OverloadedError {
    const waitMs = (this.#queue.length * this.#meanJobMs) / this.#options.slots;
    return new OverloadedError(Math.max(1, Math.ceil(waitMs / 1000)), this.#options.queueLimit);
  }

  /**
   * Runs a job on an idle lane of its pool, after those that came before.
   * @throws OverloadedError, DeadlineExceededError, LaneJobError, LaneLostError, ClientGoneError or SchedulerClosedError
   */
  run(job: ScheduledJob): Promise<ScheduledAnswer> {
    if (this.#closed) return Promise.reject(new SchedulerClosedError());
    if (this.isFull) return Promise.reject(this.overloaded());
    return new Promise((resolve, reject) => {
      const drop = (error: Error): void => {
        const at = this.#queue.indexOf(waiting);
        if (at < 0) return;
        this.#queue.splice(at, 1);
        waiting.cleanUp();
        reject(error);
      };
      const onAbort = (): void => drop(new ClientGoneError('the client has gone'));
      const timer = setTimeout(
        () => drop(new DeadlineExceededError('the deadline passed while the request was waiting for a lane')),
        Math.max(0, job.deadline - performance.now()),
      );
      const waiting: Waiting = {
        ...job,
        enqueued: performance.now(),
        resolve,
        reject,
        cleanUp: () => {
          clearTimeout(timer);
          job.signal?.removeEventListener('abort', onAbort);
        },
      };
      job.signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiting);
      if (job.signal?.aborted === true) onAbort();
      this.dispatch();
    });
  }

  /** Refuses what waits and whatever comes later; jobs that run go on. */
  close(): void {
    this.#closed = true;
    for (const waiting of this.#queue.splice(0)) {
      waiting.cleanUp();
      waiting.reject(new SchedulerClosedError());
    }
  }

  /** Starts whatever can start. Called when a job arrives and when a lane has become free. */
  dispatch(): void {
    if (this.#queue.length > 0) this.#narrow();
    for (let i = 0; i < this.#queue.length && this.#holding < this.#options.slots;) {
      const waiting = this.#queue[i];
      const wideLane = this.#isLone() ? waiting?.pool.acquire('wide') : undefined;
      const lane = wideLane ?? waiting?.pool.acquire('narrow');
      if (waiting === undefined || lane === undefined) {
        i++; // its version has no lane free; a later job of another version may have one
        continue;
      }
      this.#queue.splice(i, 1);
      this.#begin(waiting, lane, lane === wideLane);
    }
  }

  /** Whether one job waits, nothing runs, and there is more than one core for it. */
  #isLone(): boolean {
    return this.#queue.length === 1 && this.#running === 0 && this.#options.slots > 1;
  }

  #begin(waiting: Waiting, lane: JobRunner, isWide: boolean): void {
    waiting.cleanUp();
    this.#running++;
    const giveBack = this.#takeSlots(isWide ? this.#options.slots : 1);
    const wideJob = isWide ? { lane, giveBack } : undefined;
    if (wideJob !== undefined) {
      this.#wideJob = wideJob;
      this.#wideJobs++;
    }
    const started = performance.now();
    const queueMs = started - waiting.enqueued;
    void lane
      .run(waiting.job, waiting.images, Math.max(1, waiting.deadline - started), isWide)
      .then(
        (answer) => waiting.resolve({ ...answer, queueMs }),
        (error: unknown) => {
          const overstayed = error instanceof LaneLostError && performance.now() > waiting.deadline;
          waiting.reject(
            overstayed
              ? new DeadlineExceededError('the deadline passed while the picture was worked on', { cause: error })
              : error,
          );
        },
      )
      .finally(() => {
        this.#running--;
        giveBack(0);
        if (this.#wideJob === wideJob) this.#wideJob = undefined;
        this.#meanJobMs += 0.1 * (performance.now() - started - this.#meanJobMs);
        waiting.pool.release(lane);
        this.dispatch();
      });
  }

  /** Takes all slots but one from the job that has them, as soon as it has let go of its threads. */
  #narrow(): void {
    if (this.#wideJob === undefined) return;
    const { lane, giveBack } = this.#wideJob;
    this.#wideJob = undefined;
    void lane.narrow().then(() => {
      giveBack(1);
      this.dispatch();
    });
  }

  /** Takes slots, for as long as a job may hold them. */
  #takeSlots(count: number): GiveBack {
    let held = count;
    this.#holding += count;
    const giveBack = (keep: number): void => {
      const freed = Math.max(0, held - keep);
      held -= freed;
      this.#holding -= freed;
      if (held === 0) clearTimeout(timer);
    };
    const timer = setTimeout(() => {
      giveBack(0);
      this.dispatch();
    }, LONG_JOB_MS).unref();
    return giveBack;
  }
}
