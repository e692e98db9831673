import type { FakeClock } from '../../src/testing/index.js';
import { eventually } from './eventually.js';

/** Advances the clock until a promise settles, however long the requests that it waits for take. */
export async function advanceUntil<T>(clock: FakeClock, stepMs: number, promise: Promise<T>): Promise<T> {
  let settled = false;
  const settle = (): void => void (settled = true);
  promise.then(settle, settle);
  await eventually(async () => {
    await clock.advance(stepMs);
    return settled;
  });
  return promise;
}
