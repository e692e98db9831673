/** The first wait is at most this; each further one at most twice the one before. */
const BASE_DELAY_MS = 250;
const MAX_DELAY_MS = 8_000;

/**
 * How long to wait before the next attempt: full jitter, which spreads clients that failed together best
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), and never sooner than asked for.
 *
 * @param attempt - how many attempts have failed before this one, from 0
 * @param retryAfterMs - how long the service asked to wait
 * @param random - from 0 to 1
 */
export function retryDelayMs(attempt: number, retryAfterMs: number | undefined, random: number): number {
  const jitterMs = random * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** attempt);
  return (retryAfterMs ?? 0) + jitterMs;
}

/** Reads a Retry-After header (RFC 9110, 10.2.3): seconds or a date. */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
