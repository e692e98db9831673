import type { FakeClock } from '../../src/testing/index.js';

/** Lets time pass until a promise settles, however long what it waits for takes in truth. */
export async function advanceUntil<T>(clock: FakeClock, stepMs: number, promise: Promise<T>): Promise<T> {
  const state = { settled: false };
  const done = promise.finally(() => (state.settled = true));
  while (!state.settled) {
    await clock.advance(stepMs);
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 5))]);
  }
  return done;
}
