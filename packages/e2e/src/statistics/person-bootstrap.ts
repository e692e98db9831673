import type { CrossPersonPairs } from './cross-pairs.js';
import { percentile, type Interval } from './summary.js';
import type { Random } from './random.js';

/** A comparison of two pictures of one person. */
export interface GenuinePair {
  readonly person: number;
  readonly cosine: number;
}

/**
 * 95 % interval of the true accept rate at a false accept rate, by drawing people (not pairs) with replacement: pairs
 * that share a person are not independent, and counting them as if they were makes the interval far too narrow.
 * A pair counts as often as both its people were drawn.
 *
 * @param picturesOf number of pictures of each person, by person number
 */
export function bootstrapTarByPerson(
  genuine: readonly GenuinePair[],
  impostors: CrossPersonPairs,
  picturesOf: readonly number[],
  far: number,
  random: Random,
  draws = 300,
): Interval {
  const rates: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const weight = new Float64Array(picturesOf.length);
    for (let i = 0; i < picturesOf.length; i++) {
      const person = Math.floor(random() * picturesOf.length);
      weight[person] = (weight[person] ?? 0) + 1;
    }
    const threshold = weightedThreshold(impostors, weight, far * weightedPairs(picturesOf, weight));
    let accepted = 0;
    let all = 0;
    for (const pair of genuine) {
      const times = weight[pair.person] ?? 0;
      all += times;
      if (pair.cosine >= threshold) accepted += times;
    }
    if (all > 0) rates.push(accepted / all);
  }
  return { low: percentile(rates, 0.025), high: percentile(rates, 0.975) };
}

/** Weight of all cross-person pairs: with n = weight x pictures, ((sum n)^2 - sum n^2) / 2. */
function weightedPairs(picturesOf: readonly number[], weight: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const [person, pictures] of picturesOf.entries()) {
    const n = (weight[person] ?? 0) * pictures;
    sum += n;
    squares += n * n;
  }
  return (sum * sum - squares) / 2;
}

function weightedThreshold(impostors: CrossPersonPairs, weight: Float64Array, allowed: number): number {
  let accepted = 0;
  for (const [i, cosine] of impostors.top.entries()) {
    accepted += (weight[impostors.personA[i] ?? 0] ?? 0) * (weight[impostors.personB[i] ?? 0] ?? 0);
    if (accepted > allowed) return cosine + 1e-9;
  }
  return impostors.top.at(-1) ?? -1;
}
