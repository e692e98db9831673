import { EVENT_LOOP_DELAY_METRIC, scrapeMetric } from '../service/metrics.js';
import { canMeasureProcesses, measureTree } from '../service/processes.js';
import type { Contender, RawName, Service } from './contenders.js';
import type { IdleProcess } from './idle-process.js';
import { runLoad, throughput } from './load.js';
import type { RawLimit } from './raw-limit.js';
import { post, type Scenario } from './scenario.js';
import { sumOfStages } from './server-timing.js';

/** One contender on one scenario at one concurrency in one round. */
export interface Measurement {
  readonly scenario: string;
  readonly contender: Contender;
  /** For the raw limits: the number of processes. */
  readonly concurrency: number;
  readonly round: number;
  readonly requestsPerSecond: number;
  readonly durationsMs: readonly number[];
  /** The sum of stages that each answer names; of services that name them. */
  readonly stagesMs: readonly number[];
  readonly failures: number;
  readonly cpuMsPerRequest: number | undefined;
  /** Longest stall of the HTTP process' event loop while it was loaded; of services with metrics. */
  readonly eventLoopStallMs: number | undefined;
  /** Longest stall of a process that did nothing at the same time; beside those. */
  readonly idleStallMs: number | undefined;
}

/** onnxruntime alone, on the files of one model. */
export interface RawContender {
  readonly contender: RawName;
  readonly limit: RawLimit;
  readonly processes: number;
}

export interface RoundsOptions {
  readonly services: readonly Service[];
  readonly raws: readonly RawContender[];
  readonly idle: IdleProcess | undefined;
  readonly scenarios: readonly Scenario[];
  readonly rounds: number;
  readonly minDurationMs: number;
  readonly onMeasured?: (measurement: Measurement) => void;
}

/** How many measurements `measureRounds` makes. */
export function countMeasurements({ services, raws, scenarios, rounds }: RoundsOptions): number {
  const each = scenarios.map(({ concurrencies }) => concurrencies.length * services.length + raws.length);
  return rounds * each.reduce((sum, count) => sum + count, 0);
}

/**
 * Measures all contenders in turn, round after round, so that a machine that is slower for a while is slower for all.
 * The order within a round alternates.
 */
export async function measureRounds(options: RoundsOptions): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  const add = (measurement: Measurement): void => {
    measurements.push(measurement);
    options.onMeasured?.(measurement);
  };
  for (let round = 0; round < options.rounds; round++) {
    const inOrder = <T>(contenders: readonly T[]): readonly T[] =>
      round % 2 === 0 ? contenders : contenders.toReversed();
    for (const scenario of options.scenarios) {
      for (const concurrency of scenario.concurrencies) {
        for (const service of inOrder(options.services)) {
          add(await measureService(service, scenario, concurrency, round, options));
        }
      }
      for (const { contender, limit, processes } of inOrder(options.raws)) {
        add({
          scenario: scenario.name,
          contender,
          concurrency: processes,
          round,
          ...(await limit.measure(scenario.photo, options.minDurationMs)),
          durationsMs: [],
          stagesMs: [],
          failures: 0,
          eventLoopStallMs: undefined,
          idleStallMs: undefined,
        });
      }
    }
  }
  return measurements;
}

/** So many that most of them start while others are under way. */
export function leastRequests(concurrency: number): number {
  return Math.max(4, Math.ceil(2.5 * concurrency));
}

async function measureService(
  service: Service,
  scenario: Scenario,
  concurrency: number,
  round: number,
  { idle, minDurationMs }: RoundsOptions,
): Promise<Measurement> {
  const cpuMs = (): number | undefined =>
    service.pid !== undefined && canMeasureProcesses() ? measureTree(service.pid).cpuMs : undefined;
  const stagesMs: number[] = [];
  // Reading the metric starts it anew, so that the stall is that of this load alone.
  if (service.metricsUrl !== undefined) await scrapeMetric(service.metricsUrl, EVENT_LOOP_DELAY_METRIC);
  await idle?.longestStallMs();
  const cpuBefore = cpuMs();
  const load = await runLoad({
    send: () => post(service.baseUrl, scenario),
    concurrency,
    minDurationMs,
    minRequests: leastRequests(concurrency),
    onAnswer: ({ headers }) => {
      const sumMs = sumOfStages(headers['server-timing']);
      if (sumMs !== undefined) stagesMs.push(sumMs);
    },
  });
  const cpuAfter = cpuMs();
  const stallS =
    service.metricsUrl === undefined ? undefined : await scrapeMetric(service.metricsUrl, EVENT_LOOP_DELAY_METRIC);
  const idleStallMs = await idle?.longestStallMs();
  const answered = load.durationsMs.length;
  return {
    scenario: scenario.name,
    contender: service.contender,
    concurrency,
    round,
    requestsPerSecond: throughput(load),
    durationsMs: load.durationsMs,
    stagesMs,
    failures: load.failures,
    cpuMsPerRequest:
      cpuBefore === undefined || cpuAfter === undefined || answered === 0
        ? undefined
        : (cpuAfter - cpuBefore) / answered,
    eventLoopStallMs: stallS === undefined ? undefined : 1000 * stallS,
    idleStallMs: stallS === undefined ? undefined : idleStallMs,
  };
}
