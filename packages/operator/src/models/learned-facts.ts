import type { Serving } from '@face-comparison/contract';

import type { ManifestFacts } from './verify-model.js';

/** Digests that are remembered; the oldest is forgotten first. */
const MAX_KEPT = 1_000;

/**
 * What pods said of manifests that they have loaded, by digest: for models whose source the operator cannot read. Lost with the
 * process, and learned again.
 */
export class LearnedFacts {
  readonly #facts = new Map<string, ManifestFacts>();

  get(sha256: string): ManifestFacts | undefined {
    return this.#facts.get(sha256);
  }

  /**
   * Learns from what a pod serves.
   * @param digests of the manifests in the plan that the pod follows, by version
   * @returns the digests of which nothing was known
   */
  learn({ versions }: Serving, digests: ReadonlyMap<string, string>): string[] {
    return versions.flatMap(({ version, embeddingSpace, model }) => {
      const sha256 = digests.get(version);
      if (sha256 === undefined || embeddingSpace === null || model === undefined || this.#facts.has(sha256)) return [];
      const [oldest] = this.#facts.keys();
      if (this.#facts.size >= MAX_KEPT && oldest !== undefined) this.#facts.delete(oldest);
      this.#facts.set(sha256, { ...model, embeddingSpace });
      return [sha256];
    });
  }
}
