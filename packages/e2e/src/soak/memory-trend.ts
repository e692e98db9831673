import { median, theilSenSlope, type Interval } from '../statistics/summary.js';
import type { MemorySample } from './run-soak.js';

/** How memory moves once the service is warm. */
export interface MemoryTrend {
  /** Theil-Sen slope, which a single sample cannot bend, with its 95 % interval. */
  readonly bytesPer1000Requests: number;
  readonly interval: Interval;
  readonly medianBytes: number;
  readonly peakBytes: number;
}

/**
 * The trend after warm-up: allocators, code and caches fill in the first requests and are no leak.
 *
 * @param warmUpShare share of the requests, from the beginning, that is left out
 * @returns undefined for fewer than four samples after the warm-up
 */
export function memoryTrend(samples: readonly MemorySample[], warmUpShare: number): MemoryTrend | undefined {
  const last = samples.at(-1)?.requests ?? 0;
  const warm = samples.filter((sample) => sample.requests >= warmUpShare * last);
  if (warm.length < 4) return undefined;
  const { slope, low, high } = theilSenSlope(warm.map((sample) => [sample.requests, sample.pssBytes]));
  return {
    bytesPer1000Requests: 1000 * slope,
    interval: { low: 1000 * low, high: 1000 * high },
    medianBytes: median(warm.map((sample) => sample.pssBytes)),
    peakBytes: Math.max(...samples.map((sample) => sample.pssBytes)),
  };
}
