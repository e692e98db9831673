import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Only ends a test that hangs; shorter than Jest's limit, so that the test says what did not happen. */
const DEADLINE_MS = 300_000;
const POLL_MS = 5;

/**
 * Waits for a condition. Jest's fake timers do not affect it.
 *
 * @throws Error that names what did not happen.
 */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`${what}: did not happen within ${DEADLINE_MS} ms`);
    await sleep(POLL_MS);
  }
}
