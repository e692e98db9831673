import { median, percentile } from '../statistics/summary.js';
import { seededRandom } from '../statistics/random.js';
import type { Service, ServiceName } from './contenders.js';
import { poissonArrivals, runOpenLoop } from './open-loop.js';
import { post, type Scenario } from './scenario.js';

/** The share of its best throughput with which a service is loaded. */
export const LOAD_SHARE = 0.8;

/** The same for all services, so that requests come in the same pattern. */
const SEED = 80;

/** How many requests are expected at the least. */
const LEAST_REQUESTS = 20;

/** Latency under load of clients who know nothing of each other. */
export interface OpenLoopLoad {
  readonly contender: ServiceName;
  readonly scenario: string;
  /** As offered. */
  readonly requestsPerSecond: number;
  readonly requests: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p99VsP50: number;
  /** Against the median of a lone request; undefined when that was not measured. */
  readonly p99VsIdleP50: number | undefined;
}

/**
 * Loads a service in an open loop.
 *
 * @param bestPerSecond the throughput of which it gets a share of 80 %
 * @param seconds for how long; longer where few requests would come in that time
 * @param idleP50Ms median latency with one request at a time
 * @throws Error when no request is answered
 */
export async function measureOpenLoop(
  service: Service,
  scenario: Scenario,
  { bestPerSecond, idleP50Ms, seconds }: { bestPerSecond: number; idleP50Ms: number | undefined; seconds: number },
): Promise<OpenLoopLoad> {
  const requestsPerSecond = LOAD_SHARE * bestPerSecond;
  // However slow the machine is, some requests are to come.
  const durationMs = 1000 * Math.max(seconds, LEAST_REQUESTS / requestsPerSecond);
  const arrivalsMs = poissonArrivals(requestsPerSecond, durationMs, seededRandom(SEED));
  const { latenciesMs, failures } = await runOpenLoop(() => post(service.baseUrl, scenario), arrivalsMs);
  if (latenciesMs.length === 0) {
    throw new Error(
      `${service.contender}, ${scenario.name}: none of ${arrivalsMs.length} requests at ${requestsPerSecond.toFixed(1)}/s was answered`,
    );
  }
  const p50Ms = median(latenciesMs);
  const p99Ms = percentile(latenciesMs, 0.99);
  return {
    contender: service.contender,
    scenario: scenario.name,
    requestsPerSecond,
    requests: arrivalsMs.length,
    failures,
    p50Ms,
    p99Ms,
    p99VsP50: p99Ms / p50Ms,
    p99VsIdleP50: idleP50Ms === undefined ? undefined : p99Ms / idleP50Ms,
  };
}
