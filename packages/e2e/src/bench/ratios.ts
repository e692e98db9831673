import { geometricMean, median } from '../statistics/summary.js';
import { RATIO_NAMES, RATIOS, type Contender, type RatioName } from './contenders.js';
import type { Measurement } from './rounds.js';
import { spread, summarise, type Row, type Spread } from './summary.js';

/** One contender against another, photo by photo. Above 1 is in favour of the first. */
export interface RatioTable {
  /** Of the medians. */
  readonly lowest: number;
  readonly geometricMean: number;
  readonly byPhoto: Readonly<Record<string, Spread>>;
}

/** Of throughput, each at the concurrency at which it is best, round by round. */
export interface Ratio extends RatioTable {
  /**
   * Of CPU time: what the other's request needs divided by what the first one's needs. On a machine with other work it is
   * steadier than throughput. Undefined where one of them was not measured.
   */
  readonly cpu: RatioTable | undefined;
}

export type Ratios = Readonly<Partial<Record<RatioName, Ratio>>>;

/** All ratios of contenders that were measured. */
export function ratiosOf(measurements: readonly Measurement[]): Ratios {
  const rows = summarise(measurements);
  return Object.fromEntries(
    RATIO_NAMES.flatMap((name) => {
      const { of, to } = RATIOS[name];
      const throughput = tableOf(measurements, (scenario, round) => {
        const rate = (contender: Contender): number =>
          rateAtBest(measurements, rows, contender, scenario, round) ?? NaN;
        return rate(of) / rate(to);
      });
      if (throughput === undefined) return [];
      const cpu = tableOf(measurements, (scenario, round) => {
        const cpuMs = (contender: Contender): number => cpuOf(measurements, contender, scenario, round);
        return cpuMs(to) / cpuMs(of);
      });
      return [[name, { ...throughput, cpu }] as const];
    }),
  );
}

function tableOf(
  measurements: readonly Measurement[],
  ratioOf: (scenario: string, round: number) => number,
): RatioTable | undefined {
  const scenarios = [...new Set(measurements.map((one) => one.scenario))];
  const rounds = [...new Set(measurements.map((one) => one.round))];
  const byPhoto = scenarios.flatMap((scenario) => {
    const ratios = rounds.map((round) => ratioOf(scenario, round)).filter(Number.isFinite);
    return ratios.length === 0 ? [] : [[scenario, spread(ratios)] as const];
  });
  if (byPhoto.length === 0) return undefined;
  const medians = byPhoto.map(([, ratio]) => ratio.median);
  return {
    lowest: Math.min(...medians),
    geometricMean: geometricMean(medians),
    byPhoto: Object.fromEntries(byPhoto),
  };
}

/** The concurrency is chosen over all rounds: the best of each round would favour whoever has more to choose from. */
function rateAtBest(
  measurements: readonly Measurement[],
  rows: readonly Row[],
  contender: Contender,
  scenario: string,
  round: number,
): number | undefined {
  const [best] = rows
    .filter((row) => row.contender === contender && row.scenario === scenario)
    .toSorted((a, b) => b.requestsPerSecond.median - a.requestsPerSecond.median);
  return measurements.find(
    (one) =>
      one.contender === contender &&
      one.scenario === scenario &&
      one.round === round &&
      one.concurrency === best?.concurrency,
  )?.requestsPerSecond;
}

/** A lone request may be spread over cores, which costs CPU time that a loaded service does not spend. */
function cpuOf(measurements: readonly Measurement[], contender: Contender, scenario: string, round: number): number {
  const isRaw = contender === 'raw' || contender === 'raw-int8';
  return median(
    measurements
      .filter((one) => one.contender === contender && one.scenario === scenario && one.round === round)
      .filter((one) => isRaw || one.concurrency > 1)
      .flatMap((one) => one.cpuMsPerRequest ?? []),
  );
}
