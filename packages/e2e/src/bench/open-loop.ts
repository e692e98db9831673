import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpAnswer } from '../service/http.js';
import type { Random } from '../statistics/random.js';

/**
 * When requests of many clients who know nothing of each other are sent (a Poisson process): milliseconds from the start, in
 * order.
 *
 * @throws RangeError for a rate that is not positive
 */
export function poissonArrivals(requestsPerSecond: number, durationMs: number, random: Random): number[] {
  if (!(requestsPerSecond > 0)) throw new RangeError(`the rate must be positive, got ${requestsPerSecond}`);
  const arrivalsMs: number[] = [];
  // 1 - random() is never 0, whose logarithm is infinite.
  const gapMs = (): number => (-1000 * Math.log(1 - random())) / requestsPerSecond;
  for (let atMs = gapMs(); atMs < durationMs; atMs += gapMs()) arrivalsMs.push(atMs);
  return arrivalsMs;
}

/** Where an open loop takes its time from, in milliseconds. */
export interface LoopClock {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

const SYSTEM_CLOCK: LoopClock = { now: () => performance.now(), sleep: (ms) => sleep(ms) };

export interface OpenLoopResult {
  /** From the time at which a request was to be sent to the end of its answer. */
  readonly latenciesMs: readonly number[];
  readonly failures: number;
}

/**
 * Sends each request at its time, whether or not those before it are answered (an open loop). A request that is sent late
 * has waited like any other, so a stall counts for all whom it kept waiting.
 *
 * @see G. Tene, How NOT to Measure Latency, on coordinated omission
 */
export async function runOpenLoop(
  send: () => Promise<HttpAnswer>,
  arrivalsMs: readonly number[],
  clock = SYSTEM_CLOCK,
): Promise<OpenLoopResult> {
  const latenciesMs: number[] = [];
  let failures = 0;
  const startedMs = clock.now();
  await Promise.all(
    arrivalsMs.map(async (atMs) => {
      // Timers drop fractions, and none may be early.
      await clock.sleep(Math.ceil(atMs));
      const answer = await send().catch(() => undefined);
      if (answer?.status === 200) latenciesMs.push(clock.now() - startedMs - atMs);
      else failures++;
    }),
  );
  return { latenciesMs, failures };
}
