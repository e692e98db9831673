import { systemClock, type Clock } from './clock.js';
import type { QueueObserver } from './metrics.js';

export interface QueueOptions {
  readonly clock?: Clock;
  /** Wait before the first retry of a key. @default 5 */
  readonly baseDelayMs?: number;
  /** Longest wait before a retry. @default 1_000_000 */
  readonly maxDelayMs?: number;
  readonly observer?: QueueObserver;
}

interface Delayed {
  readonly at: number;
  readonly cancel: () => void;
}

/**
 * A queue of keys with the rules of client-go's work queue:
 *
 * - a key is in it once, however often it is added;
 * - a key that is being worked on is not given out again; added meanwhile, it is given out exactly once more when `done`;
 * - of several delayed adds of a key the earliest counts;
 * - each failure of a key doubles its wait, from 5 ms to 1000 s, until it is forgotten.
 */
export class RateLimitedQueue<K extends string> {
  readonly #clock: Clock;
  readonly #baseDelayMs: number;
  readonly #maxDelayMs: number;
  readonly #observer: QueueObserver | undefined;
  /** Keys that wait to be taken, in order, and since when. */
  readonly #ready = new Map<K, number>();
  /** Keys being worked on, and since when. */
  readonly #running = new Map<K, number>();
  /** Keys to be given out again when their work ends. */
  readonly #again = new Set<K>();
  readonly #delayed = new Map<K, Delayed>();
  readonly #failures = new Map<K, number>();
  readonly #takers: ((key: K | undefined) => void)[] = [];
  #shutDown = false;

  constructor(options: QueueOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#baseDelayMs = options.baseDelayMs ?? 5;
    this.#maxDelayMs = options.maxDelayMs ?? 1_000_000;
    this.#observer = options.observer;
    this.#observer?.watch(() => {
      const now = this.#clock.monotonic();
      return { depth: this.length, runningMs: [...this.#running.values()].map((since) => now - since) };
    });
  }

  /** Keys that wait to be taken; not those of the future. */
  get length(): number {
    return this.#ready.size;
  }

  /** Adds a key, unless it waits already. */
  add(key: K): void {
    if (this.#shutDown || this.#ready.has(key) || this.#again.has(key)) return;
    this.#observer?.added();
    if (this.#running.has(key)) this.#again.add(key);
    else this.#offer(key);
  }

  /** Adds a key after some time. */
  addAfter(key: K, ms: number): void {
    if (this.#shutDown) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const at = this.#clock.monotonic() + ms;
    const waiting = this.#delayed.get(key);
    if (waiting && waiting.at <= at) return;
    waiting?.cancel();
    const cancel = this.#clock.schedule(ms, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { at, cancel });
  }

  /** Adds a key that failed, after a wait that doubles with each failure. @returns the wait in ms */
  addRateLimited(key: K): number {
    const failures = this.failures(key);
    this.#failures.set(key, failures + 1);
    // 2 ** 1024 is infinite, which min() handles.
    const ms = Math.min(this.#baseDelayMs * 2 ** failures, this.#maxDelayMs);
    this.#observer?.retried();
    this.addAfter(key, ms);
    return ms;
  }

  /** Forgets the failures of a key. */
  forget(key: K): void {
    this.#failures.delete(key);
  }

  /** How often a key failed since it was last forgotten. */
  failures(key: K): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The next key, as soon as there is one; undefined when the queue is shut down. Call `done` when its work has ended. */
  take(): Promise<K | undefined> {
    if (this.#shutDown) return Promise.resolve(undefined);
    const next = this.#ready.entries().next();
    if (next.done) return new Promise((resolve) => this.#takers.push(resolve));
    const [key, since] = next.value;
    this.#ready.delete(key);
    this.#start(key, since);
    return Promise.resolve(key);
  }

  /** Ends the work on a key. */
  done(key: K): void {
    const since = this.#running.get(key);
    if (since === undefined) return;
    this.#running.delete(key);
    this.#observer?.finished(this.#clock.monotonic() - since);
    if (this.#again.delete(key) && !this.#shutDown) this.#offer(key);
  }

  /** Gives out nothing more and takes nothing more. Keys being worked on may still be `done`. */
  shutDown(): void {
    this.#shutDown = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#ready.clear();
    this.#again.clear();
    for (const resolve of this.#takers.splice(0)) resolve(undefined);
  }

  #offer(key: K): void {
    const now = this.#clock.monotonic();
    const taker = this.#takers.shift();
    if (!taker) {
      this.#ready.set(key, now);
      return;
    }
    this.#start(key, now);
    taker(key);
  }

  #start(key: K, since: number): void {
    const now = this.#clock.monotonic();
    this.#running.set(key, now);
    this.#observer?.taken(now - since);
  }
}
