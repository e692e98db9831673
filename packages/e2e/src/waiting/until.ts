import { setTimeout as sleep } from 'node:timers/promises';

/** Ends a wait for what never happens. No criterion: the slowest machine needs a fraction of it. */
export const LIMIT_MS = 300_000;

export interface UntilOptions {
  /** @default LIMIT_MS */
  readonly limitMs?: number;
  /** Between two looks. @default 20 */
  readonly everyMs?: number;
  /** Whether a condition that throws does not hold yet; otherwise its error ends the wait. @default false */
  readonly retryErrors?: boolean;
  /** What is there instead, for the error. */
  readonly describe?: () => string | Promise<string>;
}

/**
 * Waits until a condition gives something else than undefined or false.
 *
 * @param what what is waited for, such as "the pod is ready"
 * @throws Error after the limit, naming what was waited for and what was there instead
 */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  { limitMs = LIMIT_MS, everyMs = 20, retryErrors = false, describe = () => '' }: UntilOptions = {},
): Promise<T> {
  const endsAt = performance.now() + limitMs;
  for (;;) {
    let failure = '';
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      if (!retryErrors) throw error;
      failure = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > endsAt) {
      const instead = failure || (await describe());
      throw new Error(`waited ${limitMs} ms in vain until ${what}${instead === '' ? '' : `; ${instead}`}`);
    }
    await sleep(everyMs);
  }
}
