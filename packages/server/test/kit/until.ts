import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Only ends a test that hangs; shorter than Jest's limit, so that the test says what did not happen. */
const DEADLINE_MS = 300_000;
const POLL_MS = 20;

/**
 * Waits for a condition. Jest's fake timers do not affect it.
 *
 * @param look what is waited for, or undefined (or false) as long as it is not there
 * @throws Error naming what did not happen, with what `look` last failed with
 */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = performance.now() + DEADLINE_MS;
  let cause: unknown;
  do {
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false) return found;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(POLL_MS);
  } while (performance.now() < end);
  throw new Error(`${what}: did not happen within ${DEADLINE_MS} ms`, { cause });
}
