/**
 * Runs a task for each item, at most `limit` at a time.
 *
 * The first failure stops new tasks and is thrown once those under way have ended.
 */
export async function forEachConcurrently<T>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && !failed; next = left.shift()) {
      try {
        await task(next);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: limit }, worker));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
