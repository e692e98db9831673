/** How many at once, and when to stop. */
export interface ForEachOptions {
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/**
 * Runs a task for each item, at most `concurrency` at a time. The first failure, and an abort, stop new tasks and the
 * ones under way by their signal; it is thrown once all of them have ended, so that nothing happens behind the caller.
 */
export async function forEach<T>(
  items: Iterable<T>,
  { concurrency, signal }: ForEachOptions,
  task: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true && !stop.aborted; next = iterator.next()) {
      try {
        await task(next.value, stop);
      } catch (error) {
        failure.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  signal.throwIfAborted();
  failure.signal.throwIfAborted();
}
