import type { Calibration } from '@face-comparison/client';

/** What a threshold lets through and what it finds. */
export type OperatingPoint = Calibration['operatingPoints'][number];

/** How sure one can be, from the model's own operating points. */
export type Verdict = 'very-likely-same' | 'likely-same' | 'probably-different' | 'very-likely-different';

/** What a similarity means, in numbers of the model's calibration and in words. */
export interface SimilarityMeaning {
  readonly verdict: Verdict;
  /** Whether it reaches the threshold, so that /compare would answer it as a match. */
  readonly match: boolean;
  readonly headline: string;
  /** One or more whole sentences: how often strangers come this far, and how often one person falls this low. */
  readonly sentences: readonly string[];
}

/** Thresholds that let through at most one pair of strangers in this many are strict enough to say "very likely". */
const STRICT_FAR = 1e-4;

const HEADLINES: Readonly<Record<Verdict, string>> = {
  'very-likely-same': 'Very likely the same person',
  'likely-same': 'Likely the same person',
  'probably-different': 'Probably different people',
  'very-likely-different': 'Very likely different people',
};

/**
 * Says what a similarity means by the calibration of the model that gave it.
 *
 * @param similarity - 0 to 100
 * @param threshold - the similarity from which a pair is a match
 * @param pairCount - how many pairs of faces this one was chosen from; the best of many is high by chance more often
 */
export function explainSimilarity(
  similarity: number,
  calibration: Calibration,
  threshold: number,
  pairCount: number,
): SimilarityMeaning {
  const points = strictestLast(calibration.operatingPoints);
  const match = similarity >= threshold;
  const verdict = verdictOf(similarity, match, points);
  return { verdict, match, headline: HEADLINES[verdict], sentences: sentencesOf(similarity, points, match, pairCount) };
}

/** The operating points in the order in which a rising similarity reaches them. */
export function strictestLast(points: readonly OperatingPoint[]): readonly OperatingPoint[] {
  return [...points].sort((a, b) => a.similarity - b.similarity);
}

function verdictOf(similarity: number, match: boolean, points: readonly OperatingPoint[]): Verdict {
  if (match) {
    const strict = points.find(({ far }) => far <= STRICT_FAR);
    return strict !== undefined && similarity >= strict.similarity ? 'very-likely-same' : 'likely-same';
  }
  const loosest = points[0];
  return loosest !== undefined && similarity >= loosest.similarity ? 'probably-different' : 'very-likely-different';
}

function sentencesOf(
  similarity: number,
  points: readonly OperatingPoint[],
  match: boolean,
  pairCount: number,
): readonly string[] {
  const loosest = points[0];
  const strictest = points.at(-1);
  if (loosest === undefined || strictest === undefined)
    return ['The model does not say how often strangers come this far.'];

  const rates = ratesAt(similarity, points);
  const missed = loosest.tar < 1 ? `${percent(1 - (rates?.tar ?? loosest.tar))} of pairs of one person` : undefined;
  if (rates === undefined) {
    return [
      `More than ${oneIn(loosest.far)} pairs of strangers reach this.`,
      ...(missed === undefined ? [] : [`Fewer than ${missed} are this far apart.`]),
    ];
  }
  const beyond = similarity > strictest.similarity;
  return [
    beyond
      ? `Fewer than ${oneIn(strictest.far)} pairs of strangers reach this.`
      : `About ${oneIn(rates.far)} pairs of strangers reach this.`,
    ...(match || missed === undefined ? [] : [`About ${missed} are this far apart or further.`]),
    ...(match && !beyond && pairCount > 1
      ? [
          `${pairCount} pairs of faces were compared, so among as many pairs of strangers the best one reaches this about once in ${thousands(roundToOneDigit(1 / anyOf(rates.far, pairCount)))} times.`,
        ]
      : []),
  ];
}

/** The chance that at least one of several pairs reaches what a single one reaches with this chance. */
function anyOf(chance: number, pairCount: number): number {
  return -Math.expm1(pairCount * Math.log1p(-chance));
}

/**
 * The shares of strangers and of pairs of one person at a similarity: read off between the measured points, where the
 * logarithm of the share of strangers is close to a straight line over the cosine. Undefined below the first point,
 * where nothing was measured; the last point's beyond it.
 */
export function ratesAt(
  similarity: number,
  points: readonly OperatingPoint[],
): { readonly far: number; readonly tar: number } | undefined {
  const above = points.findIndex((point) => point.similarity > similarity);
  if (above === 0) return undefined;
  const low = points.at(above === -1 ? -1 : above - 1);
  if (low === undefined) return undefined;
  const high = points[above];
  if (high === undefined) return { far: low.far, tar: low.tar };
  const cosine = between(low, high, similarity);
  return {
    far: Math.exp(Math.log(low.far) + cosine * (Math.log(high.far) - Math.log(low.far))),
    tar: low.tar + cosine * (high.tar - low.tar),
  };
}

/** How far a similarity lies from one point to the next on the scale of the cosine, 0 to 1. */
function between(low: OperatingPoint, high: OperatingPoint, similarity: number): number {
  const logit = (percentage: number): number => {
    const share = Math.min(Math.max(percentage / 100, 1e-9), 1 - 1e-9);
    return Math.log(share / (1 - share));
  };
  const span = logit(high.similarity) - logit(low.similarity);
  return span > 0 ? (logit(similarity) - logit(low.similarity)) / span : 0;
}

/** A share as odds: 0.001 is "1 in 1,000". */
export function oneIn(share: number): string {
  return `1 in ${thousands(roundToOneDigit(1 / share))}`;
}

function percent(share: number): string {
  const percentage = share * 100;
  return `${percentage < 10 ? Number(percentage.toPrecision(1)) : Math.round(percentage)} %`;
}

function roundToOneDigit(value: number): number {
  return value < 10 ? Math.round(value) : Number(value.toPrecision(1));
}

function thousands(value: number): string {
  return value.toLocaleString('en-US');
}
