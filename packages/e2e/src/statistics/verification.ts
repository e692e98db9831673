import { mean, standardError } from './summary.js';

/** One comparison of two pictures. */
export interface ScoredPair {
  readonly samePerson: boolean;
  /** Cosine of the two vectors, -1..1. */
  readonly cosine: number;
}

/** Share of the pairs judged right when those at or above `threshold` are called one person; NaN for no pairs. */
export function accuracyAt(pairs: readonly ScoredPair[], threshold: number): number {
  return mean(pairs.map((pair) => Number(pair.cosine >= threshold === pair.samePerson)));
}

/**
 * The threshold with the most pairs judged right. Between two neighbouring cosines every threshold is as good, so the
 * middle between them is taken; of several equally good gaps, the middle one.
 *
 * @throws RangeError for no pairs
 */
export function bestThreshold(pairs: readonly ScoredPair[]): number {
  const sorted = [...pairs].sort((a, b) => a.cosine - b.cosine);
  const [first] = sorted;
  if (first === undefined) throw new RangeError('a threshold cannot be chosen without pairs');
  // With the threshold below everything, every pair is called one person.
  let right = sorted.filter((pair) => pair.samePerson).length;
  let best = { right, thresholds: [first.cosine] };
  for (const [i, pair] of sorted.entries()) {
    right += pair.samePerson ? -1 : 1;
    const next = sorted[i + 1];
    if (next?.cosine === pair.cosine) continue;
    const threshold = next === undefined ? pair.cosine + 1e-6 : (pair.cosine + next.cosine) / 2;
    if (right > best.right) best = { right, thresholds: [threshold] };
    else if (right === best.right) best.thresholds.push(threshold);
  }
  return best.thresholds[Math.floor(best.thresholds.length / 2)] ?? first.cosine;
}

export interface FoldResult {
  readonly threshold: number;
  readonly accuracy: number;
}

export interface KFoldResult {
  readonly folds: readonly FoldResult[];
  /** Mean of the folds' accuracies. */
  readonly accuracy: number;
  /** Standard error of that mean over the folds. */
  readonly standardError: number;
}

/**
 * LFW's protocol (View 2): each fold is judged with the threshold that is best on the other folds.
 *
 * @throws RangeError for fewer than two folds
 * @see Huang et al., Labeled Faces in the Wild, UMass TR 07-49 (2007), section 3
 */
export function kFoldAccuracy(folds: readonly (readonly ScoredPair[])[]): KFoldResult {
  if (folds.length < 2) throw new RangeError(`cross-validation needs at least 2 folds, got ${folds.length}`);
  const results = folds.map((fold, i) => {
    const threshold = bestThreshold(folds.filter((_, j) => j !== i).flat());
    return { threshold, accuracy: accuracyAt(fold, threshold) };
  });
  const accuracies = results.map((result) => result.accuracy);
  return { folds: results, accuracy: mean(accuracies), standardError: standardError(accuracies) };
}

/** Pairs of strangers as they were seen: the most similar ones one by one, the rest only counted. */
export interface Impostors {
  /** The highest cosines, in falling order. */
  readonly top: ArrayLike<number>;
  /** Number of all pairs of strangers, those in `top` included. */
  readonly count: number;
}

/**
 * The lowest threshold at which at most `far` of the strangers are accepted.
 *
 * @returns undefined where `far` allows not even one stranger, since the figure would rest on nothing
 * @throws RangeError when `top` does not reach down to this rate
 */
export function thresholdAtFar(impostors: Impostors, far: number): number | undefined {
  const allowed = Math.floor(far * impostors.count + 1e-9);
  if (allowed < 1) return undefined;
  if (allowed >= impostors.count) return -1;
  const firstRefused = impostors.top[allowed];
  if (firstRefused === undefined) {
    throw new RangeError(`FAR ${far} needs the ${allowed + 1} most similar strangers, have ${impostors.top.length}`);
  }
  // Just above the first stranger that must be refused; cosines are float32 sums, so 1e-9 is below their resolution.
  return firstRefused + 1e-9;
}

/** Number of cosines at or above the threshold. */
export function countAccepted(cosines: Iterable<number>, threshold: number): number {
  let accepted = 0;
  for (const cosine of cosines) if (cosine >= threshold) accepted++;
  return accepted;
}

/** One point of a receiver operating characteristic. */
export interface RocPoint {
  readonly far: number;
  readonly tar: number;
}

/**
 * The whole curve as far as `impostors.top` reaches, thinned to about `maxPoints` points evenly spaced on a logarithmic
 * axis of the false accept rate.
 */
export function rocCurve(genuine: readonly number[], impostors: Impostors, maxPoints = 400): RocPoint[] {
  const descending = [...genuine].sort((a, b) => b - a);
  const last = impostors.top.length;
  const points: RocPoint[] = [];
  let accepted = 0;
  let previousRank = -1;
  for (let step = 0; step <= maxPoints; step++) {
    const rank = Math.round(last ** (step / maxPoints));
    const cosine = impostors.top[rank - 1];
    if (rank === previousRank || cosine === undefined) continue;
    previousRank = rank;
    while ((descending[accepted] ?? -Infinity) >= cosine) accepted++;
    points.push({ far: rank / impostors.count, tar: accepted / descending.length });
  }
  return points;
}
