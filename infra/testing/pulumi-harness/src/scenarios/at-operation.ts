import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './bench.js';

/**
 * Runs a command, and gives a signal once the providers have done so many operations of it.
 *
 * @returns how many were done in the end
 * @throws Error when the command is over before
 */
export async function signalAt(
  operations: number,
  { world }: Bench,
  run: (signal: AbortSignal) => Promise<unknown>,
): Promise<number> {
  const signal = new AbortController();
  const over = new AbortController();
  const before = world.spans.length;
  const running = run(signal.signal).finally(() => over.abort());
  while (!over.signal.aborted && world.spans.length - before < operations) await sleep(2);
  if (over.signal.aborted) throw new Error(`the command was over before ${operations} operations were done`);
  signal.abort();
  await running;
  return world.spans.length - before;
}
