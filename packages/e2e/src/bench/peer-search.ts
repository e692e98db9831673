import type { ManagedProcess } from '../service/managed-server.js';
import { geometricMean } from '../statistics/summary.js';
import { runLoad, throughput } from './load.js';
import { startPeer, type PeerProgram, type PeerSetting } from './peer.js';
import { leastRequests } from './rounds.js';
import { post, warmUp, type Scenario } from './scenario.js';

/** What the peer reached with one setting. */
export interface PeerTrial {
  readonly setting: PeerSetting;
  /** Requests a second by the name of the photo. */
  readonly byPhoto: Readonly<Record<string, number>>;
  readonly geometricMean: number;
}

/** The settings that are tried for so many cores: one process or many, one thread or many, and more processes than cores. */
export function peerSettings(cores: number): PeerSetting[] {
  const all = [
    { workers: 1, threads: 1 },
    { workers: 1, threads: cores },
    { workers: cores, threads: 1 },
    { workers: cores, threads: cores },
    { workers: 2 * cores, threads: 1 },
  ];
  const isFirst = (setting: PeerSetting, i: number): boolean =>
    all.findIndex(({ workers, threads }) => workers === setting.workers && threads === setting.threads) === i;
  return all.filter(isFirst);
}

/** The setting with the highest geometric mean. */
export function bestTrial(trials: readonly PeerTrial[]): PeerTrial {
  const [best] = trials.toSorted((a, b) => b.geometricMean - a.geometricMean);
  if (best === undefined) throw new RangeError('bestTrial needs at least one trial');
  return best;
}

/**
 * Measures the peer with all settings in turn, photo by photo, so that a machine that is slower for a while is slower for all.
 *
 * @param minDurationMs least time for each setting and photo
 */
export async function tryPeerSettings(
  program: PeerProgram,
  settings: readonly PeerSetting[],
  scenarios: readonly Scenario[],
  concurrency: number,
  minDurationMs: number,
): Promise<PeerTrial[]> {
  const started: {
    readonly setting: PeerSetting;
    readonly peer: ManagedProcess;
    readonly rates: [string, number][];
  }[] = [];
  try {
    for (const setting of settings) {
      const peer = await startPeer(program, setting);
      started.push({ setting, peer, rates: [] });
      await warmUp({ contender: 'peer', baseUrl: peer.baseUrl }, scenarios, setting.workers);
    }
    for (const scenario of scenarios) {
      for (const { peer, rates } of started) {
        const load = await runLoad({
          send: () => post(peer.baseUrl, scenario),
          concurrency,
          minDurationMs,
          minRequests: leastRequests(concurrency),
        });
        rates.push([scenario.name, throughput(load)]);
      }
    }
    return started.map(({ setting, rates }) => ({
      setting,
      byPhoto: Object.fromEntries(rates),
      geometricMean: geometricMean(rates.map(([, rate]) => rate)),
    }));
  } finally {
    for (const { peer } of started) await peer.stop();
  }
}
