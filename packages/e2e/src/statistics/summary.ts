/** Arithmetic mean; NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard error of the mean, with the sample standard deviation (n - 1), as LFW's report defines it; 0 for one value. */
export function standardError(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

/**
 * The smallest value that at least `share` of the values do not exceed (nearest rank, so always a value that was seen).
 *
 * @param share 0..1, e.g. 0.95
 * @throws RangeError for no values or a share outside 0..1
 */
export function percentile(values: readonly number[], share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share must be between 0 and 1, got ${share}`);
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('percentile needs at least one value');
  return value;
}

/** The middle value, or the mean of the two middle ones; NaN for no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return mean(sorted.slice(Math.floor(middle), Math.ceil(middle) + 1));
}

/** Geometric mean of positive values: the fair mean of ratios, since it treats 2 and 1/2 alike. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(mean(values.map((value) => Math.log(value))));
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's 95 % score interval of a proportion. Unlike the normal approximation it stays inside 0..1 and is not empty
 * when nothing or everything was counted.
 *
 * @see E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927)
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const z = 1.959964;
  const share = successes / trials;
  const centre = share + (z * z) / (2 * trials);
  const half = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  const scale = 1 + (z * z) / trials;
  return { low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}

/** A trend with its 95 % interval. */
export interface Slope extends Interval {
  readonly slope: number;
}

/**
 * The median of the slopes between all pairs of points: a trend that single outliers do not bend. The interval is Sen's,
 * from the distribution of Kendall's tau.
 *
 * @returns change of y per unit of x; NaN for fewer than two different x
 * @see P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, JASA 63 (1968)
 */
export function theilSenSlope(points: readonly (readonly [x: number, y: number])[]): Slope {
  const slopes = points
    .flatMap(([x1, y1], i) => points.slice(i + 1).flatMap(([x2, y2]) => (x1 === x2 ? [] : [(y2 - y1) / (x2 - x1)])))
    .sort((a, b) => a - b);
  const n = points.length;
  const spread = 1.959964 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const at = (rank: number): number => slopes[Math.min(slopes.length - 1, Math.max(0, rank))] ?? NaN;
  return {
    slope: median(slopes),
    low: at(Math.floor((slopes.length - spread) / 2)),
    high: at(Math.ceil((slopes.length + spread) / 2)),
  };
}
