/**
 * Calls something at a steady rate, whether or not earlier calls have ended (an open loop): a service that stalls gets
 * no rest, as with real clients. A late timer makes up for what it missed.
 */
export class Pacer {
  readonly #call: () => void;
  readonly #intervalMs: number;
  #dueMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(perSecond: number, call: () => void) {
    this.#call = call;
    this.#intervalMs = 1000 / perSecond;
    this.#dueMs = performance.now() + this.#intervalMs * Math.random();
    if (perSecond > 0) this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    this.#timer = setTimeout(
      () => {
        while (this.#timer !== undefined && this.#dueMs <= performance.now()) {
          this.#dueMs += this.#intervalMs;
          this.#call();
        }
        if (this.#timer !== undefined) this.#wait();
      },
      Math.max(0, this.#dueMs - performance.now()),
    );
  }
}
