import type { HttpAnswer } from '../service/http.js';

export interface LoadOptions {
  /** Sends one request. */
  readonly send: () => Promise<HttpAnswer>;
  /** Requests under way at a time. Each answer is followed by the next request at once (a closed loop). */
  readonly concurrency: number;
  /** New requests are sent for at least so long... */
  readonly minDurationMs: number;
  /** ...and until at least so many were sent. */
  readonly minRequests: number;
  /** Sees each answer of 200. */
  readonly onAnswer?: (answer: HttpAnswer) => void;
  /** The time in milliseconds. @default performance.now */
  readonly nowMs?: () => number;
}

export interface LoadResult {
  /** Time of each answered request, in order of the answers. */
  readonly durationsMs: readonly number[];
  /** From the first request to the last answer. */
  readonly elapsedMs: number;
  /** Answers other than 200, and broken connections (status 0). */
  readonly failures: number;
  /** The part in which `concurrency` requests were under way: until an answer was the first not to be followed by another. */
  readonly full: { readonly answers: number; readonly elapsedMs: number };
}

/** Loads a service for a bounded time. Failed requests count as failures and not as throughput. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { nowMs = () => performance.now() } = options;
  const durationsMs: number[] = [];
  let failures = 0;
  let sent = 0;
  let full: LoadResult['full'] | undefined;
  const started = nowMs();
  const worker = async (): Promise<void> => {
    while (nowMs() - started < options.minDurationMs || sent < options.minRequests) {
      sent++;
      const answer = await options.send().catch(() => undefined);
      if (answer?.status === 200) {
        durationsMs.push(answer.durationMs);
        options.onAnswer?.(answer);
      } else failures++;
      // A service that refuses at once must not turn the loop into a flood.
      if (failures > 100 && failures > durationsMs.length) return;
    }
    full ??= { answers: durationsMs.length, elapsedMs: nowMs() - started };
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  const elapsedMs = nowMs() - started;
  return { durationsMs, elapsedMs, failures, full: full ?? { answers: durationsMs.length, elapsedMs } };
}

/**
 * Answered requests a second while the load was full. What is still under way at the end does not count: how long its last
 * answers take depends on who waits for whom, and in a short measurement it would be a large part.
 */
export function throughput({ full }: LoadResult): number {
  return (1000 * full.answers) / full.elapsedMs;
}
