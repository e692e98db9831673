import { setTimeout as sleep } from 'node:timers/promises';

/** Machines differ tenfold in speed; nothing that is waited for here takes so long on any of them. */
export const PATIENCE_MS = 300_000;

const POLL_MS = 250;

/**
 * Asks until there is an answer.
 *
 * @param what for the message, such as "the new pod is ready"
 * @param probe gives the answer, or undefined as long as there is none; what it throws counts as none
 * @throws Error with the last thing that `seen` said, or that the probe threw, when it takes too long
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  { patienceMs = PATIENCE_MS, seen = (): string => '' }: { patienceMs?: number; seen?: () => string } = {},
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    let failure = '';
    try {
      const answer = await probe();
      if (answer !== undefined) return answer;
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > deadline) {
      throw new Error(`waited ${Math.round(patienceMs / 1000)} s in vain: ${what}; ${failure || seen()}`);
    }
    await sleep(POLL_MS);
  }
}
