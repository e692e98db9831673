/** Ends a wait for what never happens, before Jest ends the test. No criterion: what is waited for takes milliseconds. */
const LIMIT_MS = 300_000;

/** Waits until a check neither throws nor returns false, and returns what it does. Fails with the last failure at the limit. */
export async function eventually<T>(check: () => T | false | Promise<T | false>): Promise<T> {
  const endsAt = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      const value = await check();
      if (value !== false) return value;
      if (performance.now() > endsAt) throw new Error(`not within ${LIMIT_MS} ms: ${String(check)}`);
    } catch (error) {
      if (performance.now() > endsAt) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
