import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  readonly deadlineMs: number;
  readonly everyMs?: number;
  /** Looked at when the deadline has passed, for the error. */
  readonly describe?: () => string | Promise<string>;
}

/**
 * Waits until a condition gives something else than undefined or false.
 * @throws Error naming what was waited for, and what was there instead
 */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  { deadlineMs, everyMs = 20, describe }: UntilOptions,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) {
      const instead = describe === undefined ? '' : `; ${await describe()}`;
      throw new Error(`waited ${deadlineMs} ms in vain until ${what}${instead}`);
    }
    await sleep(everyMs);
  }
}
