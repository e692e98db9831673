/** Generous: machines differ tenfold. */
const DEADLINE_MS = 60_000;

/** Waits for a condition; throws with its name when it does not come true. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  while (performance.now() < end) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${what}: did not happen within ${DEADLINE_MS} ms`);
}
