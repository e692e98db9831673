/** Something that must hold, as the end of a sentence. */
export interface Expectation {
  readonly what: string;
}

/**
 * Runs checks one after the other and tells which hold.
 * @throws Error with the first that does not, and why
 */
export async function runChecks<T extends Expectation>(
  checks: readonly T[],
  run: (check: T) => Promise<void>,
): Promise<void> {
  for (const check of checks) {
    try {
      await run(check);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`expected that ${check.what}: ${why}`, { cause: error });
    }
    console.log(`  ok: ${check.what}`);
  }
}
