import { setImmediate as turn } from 'node:timers/promises';

/** A clock that advances to the next sleeper whenever nothing else is left to do, so that no real time passes. */
export class VirtualClock {
  #nowMs = 0;
  readonly #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ atMs: this.#nowMs + ms, wake }));
  }

  /** The process is held up for some time: who is due meanwhile wakes late. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  /** Advances until some work is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const done = (): void => void (state.isDone = true);
    work.then(done, done);
    for (;;) {
      await turn();
      if (state.isDone) return work;
      this.#sleepers.sort((a, b) => a.atMs - b.atMs);
      const next = this.#sleepers.shift();
      if (next === undefined) throw new Error('the work waits, and not for this clock');
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
  }
}
