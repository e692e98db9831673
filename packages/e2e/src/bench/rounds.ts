import { createHttpSender } from '../service/http.js';
import { EVENT_LOOP_DELAY_METRIC, scrapeMetric } from '../service/metrics.js';
import { canMeasureProcesses, measureTree } from '../service/processes.js';
import type { IdleProcess } from './idle-process.js';
import { runLoad, throughput } from './load.js';
import type { PhotoSpec } from './photos.js';
import type { RawLimit } from './raw-limit.js';

/** Who is measured. */
export type Contender = 'ours' | 'peer' | 'raw';

/** A service under measurement. */
export interface Service {
  readonly contender: 'ours' | 'peer';
  readonly baseUrl: string;
  readonly pid: number | undefined;
  readonly metricsUrl: string | undefined;
}

/** A photo to be posted, with the number of faces that the service finds in it. */
export interface Scenario {
  readonly name: string;
  readonly photo: PhotoSpec;
  /** The JSON that is posted. */
  readonly body: Buffer;
}

/** One contender on one scenario at one concurrency in one round. */
export interface Measurement {
  readonly scenario: string;
  readonly contender: Contender;
  /** For the raw limit: the number of processes. */
  readonly concurrency: number;
  readonly round: number;
  readonly requestsPerSecond: number;
  readonly durationsMs: readonly number[];
  readonly failures: number;
  readonly cpuMsPerRequest: number | undefined;
  /** Longest stall of the HTTP process' event loop while it was loaded; ours only. */
  readonly eventLoopStallMs: number | undefined;
  /** Longest stall of a process that did nothing at the same time; beside ours only. */
  readonly idleStallMs: number | undefined;
}

export interface RoundsOptions {
  readonly services: readonly Service[];
  readonly raw: RawLimit | undefined;
  readonly idle: IdleProcess | undefined;
  readonly rawProcesses: number;
  readonly scenarios: readonly Scenario[];
  readonly concurrencies: readonly number[];
  readonly rounds: number;
  readonly minDurationMs: number;
  readonly onMeasured?: (measurement: Measurement) => void;
}

const REQUEST_TIMEOUT_MS = 300_000;

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
    const services = round % 2 === 0 ? options.services : options.services.toReversed();
    for (const scenario of options.scenarios) {
      for (const concurrency of options.concurrencies) {
        for (const service of services) {
          add(await measureService(service, scenario, concurrency, round, options));
        }
      }
      if (options.raw !== undefined) {
        add({
          scenario: scenario.name,
          contender: 'raw',
          concurrency: options.rawProcesses,
          round,
          ...(await options.raw.measure(scenario.photo, options.minDurationMs)),
          durationsMs: [],
          failures: 0,
          eventLoopStallMs: undefined,
          idleStallMs: undefined,
        });
      }
    }
  }
  return measurements;
}

// A connection for each request: with kept connections, those that happened to go to one worker of the peer would stay
// there and leave its other worker idle. It costs both services the same fraction of a millisecond.
const send = createHttpSender('one-request');

/** Posts a scenario's photo once. */
export function post(service: Pick<Service, 'baseUrl'>, scenario: Scenario): ReturnType<typeof send> {
  return send({
    method: 'POST',
    url: `${service.baseUrl}/face_comparison`,
    headers: { 'Content-Type': 'application/json' },
    body: scenario.body,
    timeoutMs: REQUEST_TIMEOUT_MS,
  });
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
  // Reading the metric starts it anew, so that the stall is that of this load alone.
  if (service.metricsUrl !== undefined) await scrapeMetric(service.metricsUrl, EVENT_LOOP_DELAY_METRIC);
  await idle?.longestStallMs();
  const cpuBefore = cpuMs();
  const load = await runLoad({
    send: () => post(service, scenario),
    concurrency,
    minDurationMs,
    // So that most requests start while others are under way.
    minRequests: Math.max(4, Math.ceil(1.5 * concurrency)),
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
    failures: load.failures,
    cpuMsPerRequest:
      cpuBefore === undefined || cpuAfter === undefined || answered === 0
        ? undefined
        : (cpuAfter - cpuBefore) / answered,
    eventLoopStallMs: stallS === undefined ? undefined : 1000 * stallS,
    idleStallMs: stallS === undefined ? undefined : idleStallMs,
  };
}
