import { describeMachine } from '../../service/machine.js';
import { splitOf } from '../analysis/split.js';
import { summariseTraffic } from '../analysis/traffic.js';
import type { DriverRecord } from '../driver/protocol.js';
import type { Stage } from '../rig/stage.js';
import { judgeTraffic, judgeWayBack, seconds } from './judge.js';
import { expect, type Figures, type RolloutScenario } from './scenario.js';

const STEPS = [
  { weight: 20, hold: '15s' },
  { weight: 50, hold: '15s' },
];
/** So many at 20 % are made of 50 turns of the clients, which lie all over the range. */
const MIN_REQUESTS = 11;
/** What the share of clients may differ from the weight. */
const TOLERANCE = 0.05;
/** From the next plan, which pods read, to the status that tells of it. */
const MARGIN_MS = 3000;

/** What other work on the machine may make of two medians of the same time. */
const NOISE = 1.5;

/**
 * Least cosine that the pods may measure between the two versions: .9972 was, and processors differ a little. And the most:
 * 1 would say that nothing but the version differs.
 */
const PARITY = { least: 0.99, most: 0.9999 };

export const sameSpace: RolloutScenario = {
  name: 'same-space',
  group: 'rollouts',
  what: 'a quantised model is measured to be comparable, takes over in steps that are kept within 5 points, answers as soon, and is gone back from sooner than it came, without a failed request or a restart',
  run: async (stage) => {
    const [old, fresh] = [stage.version('default'), stage.version('default-int8')];
    await stage.begin('default', { steps: STEPS, checks: { minParity: PARITY.least, minRequests: MIN_REQUESTS } });
    const startedMs = Date.now();
    await stage.patch({ model: 'default-int8' });
    await stage.untilServing('default-int8');
    const patchedMs = Date.now();
    await stage.patch({ model: 'default' });
    await stage.untilServing('default');
    const figures = await judgeTraffic(stage);
    const steps = STEPS.map(({ weight }) => {
      const { fromMs, toMs } = stage.spanOfWeight(weight);
      return {
        weight,
        records: stage.serviceRecords.filter(
          ({ sentMs, receivedMs }) => sentMs >= fromMs && receivedMs < toMs - MARGIN_MS,
        ),
      };
    });
    const shares: Figures = {};
    for (const { weight, records } of steps) Object.assign(shares, judgeShare(records, fresh, weight));
    return {
      ...figures,
      ...judgeParity(stage),
      ...shares,
      ...judgeLatency(
        stage,
        steps.flatMap(({ records }) => records),
        old,
        fresh,
      ),
      upgradeSeconds: seconds(patchedMs - startedMs),
      ...judgeWayBack(stage, fresh, { there: startedMs, back: patchedMs }),
    };
  },
};

/** Holds what the pods measured against what two such models have in common. */
function judgeParity({ looks }: Stage): Figures {
  const parity = Math.min(...looks.flatMap(({ status }) => status.rollout?.parity ?? []));
  const { least, most } = PARITY;
  expect(parity >= least && parity <= most, `a measured parity from ${least} to ${most}, got ${parity}`);
  return { parity: Math.round(parity * 10_000) / 10_000 };
}

function judgeShare(records: readonly DriverRecord[], version: string, weight: number): Figures {
  const { clients } = splitOf(records, version);
  expect(clients.ofBoth.length === 0, `each client answered by one version, got both for ${clients.ofBoth.join()}`);
  expect(
    Math.abs(clients.share - weight / 100) <= TOLERANCE,
    `${weight} % of the clients answered by the canary within 5 points, got ${clients.ofVersion} of ${clients.total}`,
  );
  return { [`shareAt${weight}`]: Math.round(clients.share * 1000) / 1000, [`clientsAt${weight}`]: clients.total };
}

/** Compares how long both versions took in the same time, on the same pods. */
function judgeLatency(stage: Stage, records: readonly DriverRecord[], old: string, fresh: string): Figures {
  const medianOf = (version: string): number =>
    summariseTraffic(records.filter((record) => record.version === version)).latency?.medianMs ?? NaN;
  const [oldMs, freshMs] = [medianOf(old), medianOf(fresh)];
  // Where int8 was measured to be quicker (its model card); of nodes elsewhere nothing is known.
  const isQuicker = stage.rig.cluster.isOurs && describeMachine(new Date()).simd.includes('avx2');
  expect(
    !isQuicker || freshMs < NOISE * oldMs,
    `${fresh} to answer as soon as ${old}, which took ${oldMs.toFixed(1)} ms (medians), got ${freshMs.toFixed(1)} ms`,
  );
  return { medianOfOldMs: Math.round(oldMs), medianOfNewMs: Math.round(freshMs) };
}
