/** How many of the latest latencies the percentiles are taken from. */
const WINDOW = 1024;

/** Counts of one model version, for the operator's checks. */
export class VersionStatistics {
  requests = 0;
  errors = 0;
  #latencySumMs = 0;
  readonly #window = new Float64Array(WINDOW);

  /** @param failed the service was at fault, not the caller */
  record(latencyMs: number, failed: boolean): void {
    this.#window[this.requests % WINDOW] = latencyMs;
    this.requests++;
    if (failed) this.errors++;
    this.#latencySumMs += latencyMs;
  }

  get latencySumMs(): number {
    return this.#latencySumMs;
  }

  /** The latency that the given share of the latest requests did not exceed; null before the first one. */
  percentileMs(share: number): number | null {
    const count = Math.min(this.requests, WINDOW);
    if (count === 0) return null;
    const sorted = this.#window.slice(0, count).sort();
    return sorted[Math.max(0, Math.ceil(share * count) - 1)] ?? null;
  }
}
