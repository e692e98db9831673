/** setTimeout takes no more (a signed 32-bit number); longer is as good as never. */
const MAX_TIMER_MS = 2_147_483_647;

/** A time limit and the caller's own signal as one signal. (React Native has no AbortSignal.any.) */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #endsAtMs: number;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #outer: AbortSignal | undefined;
  #passed = false;

  /**
   * @param timeoutMs - from now; Infinity for no limit
   * @param outer - what the caller aborts by
   */
  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    this.#endsAtMs = Date.now() + timeoutMs;
    this.#outer = outer;
    // First, since it throws when the caller passes something that is not a signal; then no timer is left behind.
    if (outer?.aborted) this.#controller.abort(outer.reason);
    else outer?.addEventListener('abort', this.#onAbort, { once: true });
    this.#timer = setTimeout(this.#onTime, Math.min(timeoutMs, MAX_TIMER_MS));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the time is up, and the caller did not abort before. */
  get passed(): boolean {
    return this.#passed;
  }

  get remainingMs(): number {
    return this.#endsAtMs - Date.now();
  }

  /** Resolves when the time is over; rejects with the signal's reason when the signal is aborted before. */
  async wait(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.race(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Settles as the promise does, or rejects with the signal's reason when the signal is aborted before. */
  async race<T>(promise: T | Promise<T>): Promise<T> {
    const { signal } = this;
    let stop = (): void => undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => reject(signal.reason as Error);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      const result = await Promise.race([aborted, promise]);
      // An abort in the same tick comes first: nothing more is sent.
      return signal.aborted ? await aborted : result;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Leaves no timer and no listener behind. */
  end(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onTime = (): void => {
    this.#passed = true;
    this.#controller.abort();
  };

  readonly #onAbort = (): void => {
    clearTimeout(this.#timer);
    this.#controller.abort(this.#outer?.reason);
  };
}
