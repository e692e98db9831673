import type { Impostors } from './verification.js';

/** Unit vectors of one person's pictures each. */
export interface PersonVector {
  readonly person: number;
  readonly vector: Float32Array;
}

/** The most similar pairs of strangers among all pictures. */
export interface CrossPersonPairs extends Impostors {
  readonly top: Float32Array;
  /** For each of `top`: the two people. */
  readonly personA: Uint32Array;
  readonly personB: Uint32Array;
  /** Number of all pairs whose cosine falls in each bin of equal width between -1 and 1. */
  readonly histogram: Float64Array;
}

export const HISTOGRAM_BINS = 400;

/** Keeps the largest of a stream of pairs in bounded memory: at most twice the wanted number is held. */
class TopPairs {
  readonly #keep: number;
  readonly #cosine: Float32Array;
  readonly #a: Uint32Array;
  readonly #b: Uint32Array;
  #size = 0;
  #floor = -Infinity;

  constructor(keep: number) {
    this.#keep = keep;
    this.#cosine = new Float32Array(2 * keep);
    this.#a = new Uint32Array(2 * keep);
    this.#b = new Uint32Array(2 * keep);
  }

  add(cosine: number, a: number, b: number): void {
    if (cosine < this.#floor) return;
    if (this.#size === this.#cosine.length) this.#shrink();
    this.#cosine[this.#size] = cosine;
    this.#a[this.#size] = a;
    this.#b[this.#size] = b;
    this.#size++;
  }

  #order(): Uint32Array {
    const order = Uint32Array.from({ length: this.#size }, (_, i) => i);
    return order.sort((i, j) => (this.#cosine[j] ?? 0) - (this.#cosine[i] ?? 0)).subarray(0, this.#keep);
  }

  #shrink(): void {
    const { top, personA, personB } = this.sorted();
    this.#cosine.set(top);
    this.#a.set(personA);
    this.#b.set(personB);
    this.#size = top.length;
    this.#floor = top.at(-1) ?? -Infinity;
  }

  sorted(): { top: Float32Array; personA: Uint32Array; personB: Uint32Array } {
    const order = this.#order();
    return {
      top: Float32Array.from(order, (i) => this.#cosine[i] ?? 0),
      personA: Uint32Array.from(order, (i) => this.#a[i] ?? 0),
      personB: Uint32Array.from(order, (i) => this.#b[i] ?? 0),
    };
  }
}

/** Dot product of two vectors of one length. */
export function dot(a: Float32Array, b: Float32Array): number {
  // Four sums that do not wait for each other: 2.5 times as fast, and millions of pairs are compared.
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    sum0 += (a[i] ?? 0) * (b[i] ?? 0);
    sum1 += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    sum2 += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    sum3 += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (; i < a.length; i++) sum0 += (a[i] ?? 0) * (b[i] ?? 0);
  return sum0 + sum1 + sum2 + sum3;
}

/**
 * Compares every picture with every picture of another person.
 *
 * @param keepShare share of all pairs, the most similar ones, that is kept one by one
 * @param onProgress called with the number of pictures done, about a hundred times
 */
export function compareAcrossPersons(
  pictures: readonly PersonVector[],
  keepShare: number,
  onProgress: (done: number) => void = () => undefined,
): CrossPersonPairs {
  const keep = Math.max(1000, Math.ceil((keepShare * pictures.length * (pictures.length - 1)) / 2));
  const pairs = new TopPairs(keep);
  const histogram = new Float64Array(HISTOGRAM_BINS);
  const reportEvery = Math.max(1, Math.floor(pictures.length / 100));
  let count = 0;
  for (const [i, left] of pictures.entries()) {
    for (let j = i + 1; j < pictures.length; j++) {
      const right = pictures[j];
      if (right === undefined || right.person === left.person) continue;
      const cosine = dot(left.vector, right.vector);
      const bin = Math.min(HISTOGRAM_BINS - 1, Math.max(0, Math.floor(((cosine + 1) / 2) * HISTOGRAM_BINS)));
      histogram[bin] = (histogram[bin] ?? 0) + 1;
      pairs.add(cosine, left.person, right.person);
      count++;
    }
    if (i % reportEvery === 0) onProgress(i);
  }
  return { ...pairs.sorted(), histogram, count };
}
