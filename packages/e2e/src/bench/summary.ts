import { median, percentile } from '../statistics/summary.js';
import type { Contender, ServiceName } from './contenders.js';
import type { Measurement } from './rounds.js';

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
  /** Over the requests of all rounds; undefined for the raw limits. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number } | undefined;
  readonly requests: number;
  readonly failures: number;
  readonly cpuMsPerRequest: number | undefined;
  /** The longest of all rounds, and what the machine did to a process that did nothing in that round. */
  readonly eventLoopStallMs: number | undefined;
  readonly idleStallMs: number | undefined;
}

/** Latency of a lone request beside the work that the service says it was. */
export interface IdleLatency {
  readonly scenario: string;
  readonly contender: ServiceName;
  readonly p50Ms: number;
  /** Median of the sums of stages. */
  readonly stagesMs: number;
  readonly idleVsStages: number;
}

/** Median and range. */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Takes the rounds together, in order of first measurement. */
export function summarise(measurements: readonly Measurement[]): Row[] {
  return groupsOf(measurements).map(({ first, group }) => {
    const durations = group.flatMap((one) => one.durationsMs);
    const cpu = group.flatMap((one) => one.cpuMsPerRequest ?? []);
    const worst = group.reduce((one, other) =>
      (other.eventLoopStallMs ?? 0) > (one.eventLoopStallMs ?? 0) ? other : one,
    );
    return {
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
    };
  });
}

/** Of each service that names its stages, with one request at a time. */
export function idleLatencies(measurements: readonly Measurement[]): IdleLatency[] {
  return groupsOf(measurements.filter((one) => one.concurrency === 1)).flatMap(({ first, group }) => {
    const { contender } = first;
    const stages = group.flatMap((one) => one.stagesMs);
    if (stages.length === 0 || contender === 'raw' || contender === 'raw-int8') return [];
    const p50Ms = median(group.flatMap((one) => one.durationsMs));
    const stagesMs = median(stages);
    return [{ scenario: first.scenario, contender, p50Ms, stagesMs, idleVsStages: p50Ms / stagesMs }];
  });
}

/** The highest median over all concurrencies; undefined when it was not measured. */
export function bestThroughput(rows: readonly Row[], contender: Contender, scenario: string): number | undefined {
  const rates = rows
    .filter((row) => row.contender === contender && row.scenario === scenario)
    .map((row) => row.requestsPerSecond.median);
  return rates.length === 0 ? undefined : Math.max(...rates);
}

/** Measurements that differ in their round only, in order of first measurement. */
function groupsOf(measurements: readonly Measurement[]) {
  const groups = new Map<string, { readonly first: Measurement; readonly group: Measurement[] }>();
  for (const one of measurements) {
    const key = JSON.stringify([one.scenario, one.contender, one.concurrency]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { first: one, group: [one] });
    else known.group.push(one);
  }
  return [...groups.values()];
}
