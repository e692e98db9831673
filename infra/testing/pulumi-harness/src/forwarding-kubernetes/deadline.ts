import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 500;

/** How long to wait for something, and who may end the wait. */
export interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks again and again until there is an answer.
 *
 * @param ask resolves with undefined as long as it is too early
 * @param describe says in words what is still missing, for the error
 * @throws Error when the time is up or the wait is ended
 */
export async function until<T>(
  { timeoutMs, signal }: Patience,
  ask: () => Promise<T | undefined>,
  describe: () => string,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (signal.aborted) throw new Error(`interrupted: ${describe()}`);
    if (performance.now() >= deadline) throw new Error(`timed out after ${timeoutMs / 1000} s: ${describe()}`);
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
