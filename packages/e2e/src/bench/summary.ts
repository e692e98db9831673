import { geometricMean, median, percentile } from '../statistics/summary.js';
import type { Contender, Measurement } from './rounds.js';

/** A value over the rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One contender on one scenario at one concurrency, over all rounds. */
export interface Row {
  readonly scenario: string;
  readonly contender: Contender;
  readonly concurrency: number;
  readonly requestsPerSecond: Spread;
  /** Over the requests of all rounds; undefined for the raw limit. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number } | undefined;
  readonly requests: number;
  readonly failures: number;
  readonly cpuMsPerRequest: number | undefined;
  /** The longest of all rounds, and what the machine did to a process that did nothing in that round. */
  readonly eventLoopStallMs: number | undefined;
  readonly idleStallMs: number | undefined;
}

/** Our throughput divided by another's, each at its best concurrency, round by round. */
export interface Ratio {
  readonly scenario: string;
  readonly ratio: Spread;
}

/**
 * CPU time of another contender's request divided by that of ours: above 1 ours needs less. On a machine with other
 * work it is steadier than throughput.
 */
export interface CpuRatio {
  readonly scenario: string;
  readonly ratio: number;
}

export interface Ratios {
  readonly byScenario: readonly Ratio[];
  readonly cpuByScenario: readonly CpuRatio[];
  /** Of throughput: the lowest median and the geometric mean of the medians. */
  readonly lowest: number;
  readonly geometricMean: number;
}

/** Median and range. */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Takes the rounds together, in order of first measurement. */
export function summarise(measurements: readonly Measurement[]): Row[] {
  const groups = new Map<string, Measurement[]>();
  for (const one of measurements) {
    const key = JSON.stringify([one.scenario, one.contender, one.concurrency]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const durations = group.flatMap((one) => one.durationsMs);
    const cpu = group.flatMap((one) => one.cpuMsPerRequest ?? []);
    const worst = group.reduce((one, other) =>
      (other.eventLoopStallMs ?? 0) > (one.eventLoopStallMs ?? 0) ? other : one,
    );
    return [
      {
        scenario: first.scenario,
        contender: first.contender,
        concurrency: first.concurrency,
        requestsPerSecond: spread(group.map((one) => one.requestsPerSecond)),
        latencyMs:
          durations.length === 0
            ? undefined
            : {
                p50: percentile(durations, 0.5),
                p95: percentile(durations, 0.95),
                p99: percentile(durations, 0.99),
              },
        requests: durations.length,
        failures: group.reduce((sum, one) => sum + one.failures, 0),
        cpuMsPerRequest: cpu.length === 0 ? undefined : median(cpu),
        eventLoopStallMs: worst.eventLoopStallMs,
        idleStallMs: worst.idleStallMs,
      },
    ];
  });
}

/**
 * Our throughput against another contender's.
 *
 * @returns undefined when the other was not measured
 */
export function ratiosTo(measurements: readonly Measurement[], other: Contender): Ratios | undefined {
  const scenarios = [...new Set(measurements.map((one) => one.scenario))];
  const rounds = [...new Set(measurements.map((one) => one.round))];
  const best = (contender: Contender, scenario: string, round: number): number =>
    Math.max(
      0,
      ...measurements
        .filter((one) => one.contender === contender && one.scenario === scenario && one.round === round)
        .map((one) => one.requestsPerSecond),
    );
  const byScenario = scenarios.flatMap((scenario) => {
    const ratios = rounds.flatMap((round) => {
      const theirs = best(other, scenario, round);
      return theirs > 0 ? [best('ours', scenario, round) / theirs] : [];
    });
    return ratios.length === 0 ? [] : [{ scenario, ratio: spread(ratios) }];
  });
  if (byScenario.length === 0) return undefined;
  const medians = byScenario.map(({ ratio }) => ratio.median);
  const cpu = (contender: Contender, scenario: string): number =>
    median(
      measurements
        .filter((one) => one.contender === contender && one.scenario === scenario)
        .flatMap((one) => one.cpuMsPerRequest ?? []),
    );
  const cpuByScenario = scenarios
    .map((scenario) => ({ scenario, ratio: cpu(other, scenario) / cpu('ours', scenario) }))
    .filter(({ ratio }) => Number.isFinite(ratio));
  return { byScenario, cpuByScenario, lowest: Math.min(...medians), geometricMean: geometricMean(medians) };
}
