import { median, theilSenSlope } from '../statistics/summary.js';
import type { MemorySample } from './run-soak.js';

/** How memory moves once the service is warm. */
export interface MemoryTrend {
  /** Theil-Sen slope, which a single sample cannot bend. */
  readonly bytesPer1000Requests: number;
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
  return {
    bytesPer1000Requests: 1000 * theilSenSlope(warm.map((sample) => [sample.requests, sample.pssBytes])),
    medianBytes: median(warm.map((sample) => sample.pssBytes)),
    peakBytes: Math.max(...samples.map((sample) => sample.pssBytes)),
  };
}
