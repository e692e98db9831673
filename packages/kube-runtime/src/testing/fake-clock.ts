import { sleepOn, type Clock } from '../clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

/** A clock that stands still until it is told to advance. */
export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  readonly #startedAt: number;
  readonly #timers = new Set<Timer>();

  /** @param startMs wall time at the start, in milliseconds since the epoch */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
    this.#startedAt = startMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#startedAt;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  schedule(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + Math.max(ms, 0), order: this.#order++, fn };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /**
   * Lets `ms` pass: fires what falls due, each at its own instant and in order, and lets the code that waited for it run
   * before the next.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#next(end);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.fn();
      await settle();
    }
    this.#now = end;
  }

  /** The process stands still for `ms`, as when it is frozen or starved: what falls due meanwhile fires late, all at once. */
  async stall(ms: number): Promise<void> {
    this.#now += ms;
    await this.advance(0);
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    }
    return next;
  }
}

/** A turn of the event loop: every promise that can be settled has been. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
