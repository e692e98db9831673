/** Generous: machines differ tenfold, and what is waited for has happened long before on all of them. */
const DEADLINE_MS = 120_000;
const POLL_MS = 20;

/**
 * Waits for a condition.
 *
 * @param look what is waited for, or undefined (or false) as long as it is not there
 * @throws Error naming what did not happen, with what `look` last failed with
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs;
  let cause: unknown;
  while (performance.now() < end) {
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false) return found;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${what}: did not happen within ${deadlineMs} ms`, { cause });
}
