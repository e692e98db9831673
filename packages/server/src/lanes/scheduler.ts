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
  run(job: LaneJob, images: readonly Uint8Array[], budgetMs: number): Promise<LaneAnswer>;
}

/** Where lanes are taken from, and given back to after their job. */
export interface LanePool {
  acquire(): JobRunner | undefined;
  release(lane: JobRunner): void;
}

export interface SchedulerOptions {
  /** Jobs that run at once, over the lanes of all versions: as many as there are cores. */
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

/**
 * A job that has run for so long holds up no job of another version any more, in milliseconds. A version whose lanes hang must
 * cost its own requests and not those of the version beside it; with one lane each, it would until the deadline.
 */
const LONG_JOB_MS = 1_000;

/**
 * Hands jobs to lanes, first come first served, with one bounded queue for all model versions, so that two versions side
 * by side do not use more cores than there are.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #queue: Waiting[] = [];
  #running = 0;
  /** Jobs that hold a slot: those that run and have not run for long. */
  #holding = 0;
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
    for (let i = 0; i < this.#queue.length && this.#holding < this.#options.slots;) {
      const waiting = this.#queue[i];
      const lane = waiting?.pool.acquire();
      if (waiting === undefined || lane === undefined) {
        i++; // its version has no lane free; a later job of another version may have one
        continue;
      }
      this.#queue.splice(i, 1);
      waiting.cleanUp();
      this.#running++;
      const giveSlotBack = this.#takeSlot();
      const started = performance.now();
      const queueMs = started - waiting.enqueued;
      void lane
        .run(waiting.job, waiting.images, Math.max(1, waiting.deadline - started))
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
          giveSlotBack();
          this.#meanJobMs += 0.1 * (performance.now() - started - this.#meanJobMs);
          waiting.pool.release(lane);
          this.dispatch();
        });
    }
  }

  /** Takes a slot, for as long as a job may hold one; returns what gives it back before. */
  #takeSlot(): () => void {
    this.#holding++;
    let isHeld = true;
    const giveBack = (): void => {
      clearTimeout(timer);
      if (isHeld) this.#holding--;
      isHeld = false;
    };
    const timer = setTimeout(() => {
      giveBack();
      this.dispatch();
    }, LONG_JOB_MS).unref();
    return giveBack;
  }
}
