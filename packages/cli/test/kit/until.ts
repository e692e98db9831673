/** Only ends a test that hangs; shorter than Jest's limit, so that the test says what did not happen. */
const DEADLINE_MS = 300_000;
const POLL_MS = 10;

/** Waits for a condition; throws with its name when it does not come true. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`${what}: did not happen within ${DEADLINE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
