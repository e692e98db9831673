import { rm } from 'node:fs/promises';
import type { ManagedServer } from '../service/managed-server.js';
import { runLoad, throughput } from './load.js';
import { leastRequests } from './rounds.js';
import { post, warmUp, type Scenario } from './scenario.js';
import { makeCacheDir, startForMeasuring, type ServerSetting } from './startup.js';
import { spread, type Spread } from './summary.js';

/** Throughput with so many lanes. */
export interface ScalingPoint {
  readonly lanes: number;
  readonly requestsPerSecond: Spread;
  /** Of its median: times that with one lane. */
  readonly timesOneLane: number;
}

/** Every number of lanes up to four, then doubling, and as many as there are cores. */
export function lanesToTry(cores: number): number[] {
  const doubling = [1, 2, 3, 4, 8, 16, 32, 64, 128].filter((lanes) => lanes < cores);
  return [...doubling, cores];
}

/** Throughput over lanes from the rates of the rounds; the first must be that of one lane. */
export function scalingPoints(rates: readonly { readonly lanes: number; readonly perRound: readonly number[] }[]) {
  const points = rates.map(({ lanes, perRound }) => ({ lanes, requestsPerSecond: spread(perRound) }));
  const one = points[0]?.requestsPerSecond.median ?? NaN;
  return points.map((point): ScalingPoint => ({ ...point, timesOneLane: point.requestsPerSecond.median / one }));
}

/** Measures servers with different numbers of lanes in turn, at twice as many requests at a time as there are lanes. */
export async function measureScaling(
  setting: Omit<ServerSetting, 'lanes'>,
  lanes: readonly number[],
  scenario: Scenario,
  rounds: number,
  minDurationMs: number,
): Promise<ScalingPoint[]> {
  const cacheDir = await makeCacheDir();
  const servers: { readonly lanes: number; readonly server: ManagedServer; readonly perRound: number[] }[] = [];
  try {
    for (const count of lanes) {
      const server = await startForMeasuring({ ...setting, lanes: count }, cacheDir);
      servers.push({ lanes: count, server, perRound: [] });
      await warmUp({ contender: 'ours', baseUrl: server.baseUrl }, [scenario], count);
    }
    for (let round = 0; round < rounds; round++) {
      for (const { lanes: count, server, perRound } of servers) {
        const concurrency = 2 * count;
        const load = await runLoad({
          send: () => post(server.baseUrl, scenario),
          concurrency,
          minDurationMs,
          minRequests: leastRequests(concurrency),
        });
        perRound.push(throughput(load));
      }
    }
    return scalingPoints(servers);
  } finally {
    for (const { server } of servers) await server.stop();
    await rm(cacheDir, { recursive: true, force: true });
  }
}
