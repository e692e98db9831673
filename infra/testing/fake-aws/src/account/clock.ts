interface Waiter {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Simulated seconds that pass only when nothing else happens.
 *
 * Everything that waits says until when. Once no request came or was answered for `quietMs` real milliseconds, the clock jumps
 * to the earliest of them. So an hour of AWS takes a moment, and operations that overlap there overlap here.
 */
export class VirtualClock {
  #now: number;
  readonly #quietMs: number;
  readonly #waiters = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;
  #activity = 0;

  /**
   * @param quietMs Real milliseconds of silence before a jump; more where the other side is slow to send its next request.
   * @param now Virtual seconds to begin with.
   */
  constructor(quietMs = 4, now = 0) {
    this.#quietMs = quietMs;
    this.#now = now;
  }

  /** Virtual seconds since the world began. */
  now(): number {
    return this.#now;
  }

  /** A request came or was answered: the clock stands still for a moment. */
  stir(): void {
    this.#activity += 1;
    this.#schedule();
  }

  /**
   * Resolves `seconds` of virtual time from now.
   *
   * @throws The reason of `signal` when it is aborted first.
   */
  async sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (seconds <= 0) return;
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        this.#waiters.delete(waiter);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('cancelled'));
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const waiter: Waiter = { at: this.#now + seconds, wake };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiters.add(waiter);
      this.stir();
    });
  }

  /** Moves time on by hand, as if somebody came back after a while. */
  advance(seconds: number): void {
    this.#now += seconds;
    this.#wakeDue();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiters.size === 0) return;
    const seen = this.#activity;
    this.#timer = setTimeout(() => {
      // A busy process fires timers before it reads its sockets: let it read first.
      setImmediate(() => {
        if (seen === this.#activity) this.#jump();
      });
    }, this.#quietMs);
  }

  #jump(): void {
    if (this.#waiters.size === 0) return;
    this.#now = Math.max(this.#now, Math.min(...[...this.#waiters].map((waiter) => waiter.at)));
    this.#wakeDue();
  }

  #wakeDue(): void {
    for (const waiter of [...this.#waiters].sort((a, b) => a.at - b.at)) {
      if (waiter.at > this.#now) continue;
      this.#waiters.delete(waiter);
      waiter.wake();
    }
    this.stir();
  }
}
