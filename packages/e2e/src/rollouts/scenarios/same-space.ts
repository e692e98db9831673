import { between } from '../analysis/outcome.js';
import { splitOf } from '../analysis/split.js';
import { judgeTraffic, seconds } from './judge.js';
import { expect, type Figures, type RolloutScenario } from './scenario.js';

const STEPS = [
  { weight: 20, hold: '15s' },
  { weight: 50, hold: '15s' },
];
/** So many at 20 % are made of 50 turns of the clients, which lie all over the range. */
const MIN_REQUESTS = 11;
/** What the share of clients may differ from the weight. */
const TOLERANCE = 0.05;
/** The first requests after a plan has been read may have been routed before. */
const MARGIN_MS = 500;

export const sameSpace: RolloutScenario = {
  name: 'same-space',
  group: 'rollouts',
  what: 'a comparable model takes over in steps that are kept within 5 points, without a failed request or a restart',
  run: async (stage) => {
    await stage.begin('default', { steps: STEPS, checks: { minRequests: MIN_REQUESTS } });
    const startedMs = Date.now();
    await stage.patch({ model: 'float32' });
    await stage.untilServing('float32');
    const tookMs = Date.now() - startedMs;
    const figures = await judgeTraffic(stage);
    const shares: Figures = {};
    for (const { weight } of STEPS) {
      const { fromMs, toMs } = stage.spanOfWeight(weight);
      const { clients } = splitOf(
        between(stage.records, fromMs + MARGIN_MS, toMs - MARGIN_MS),
        stage.version('float32'),
      );
      expect(clients.ofBoth.length === 0, `each client answered by one version, got both for ${clients.ofBoth.join()}`);
      expect(
        Math.abs(clients.share - weight / 100) <= TOLERANCE,
        `${weight} % of the clients answered by the canary within 5 points, got ${clients.ofVersion} of ${clients.total}`,
      );
      shares[`shareAt${weight}`] = Math.round(clients.share * 1000) / 1000;
      shares[`clientsAt${weight}`] = clients.total;
    }
    return { ...figures, ...shares, upgradeSeconds: seconds(tookMs) };
  },
};
