import { setTimeout as sleep } from 'node:timers/promises';
import { between } from '../analysis/outcome.js';
import { flipOf } from '../analysis/flip.js';
import { judgeTraffic, lastAnswerAfterMs, seconds } from './judge.js';
import { expect, type RolloutScenario } from './scenario.js';

/** How long a way back may take, from the patch to the last answer of what is gone back from. */
const BACK_MS = 5000;

/** Long enough to see that nothing happens without approval. */
const UNAPPROVED_MS = 3000;

/** A canary that does not end by itself while the scenario runs. */
const HELD = [{ weight: 50, hold: '10m' }];

export const rollback: RolloutScenario = {
  name: 'rollback',
  group: 'rollouts',
  what: 'a patch to the model before takes all pods back to its space within 5 seconds',
  run: async (stage) => {
    await stage.begin('default', {}, { flips: true });
    await stage.patch({ model: 'lite' });
    await stage.untilServing('lite');
    const patchedMs = Date.now();
    await stage.patch({ model: 'default' });
    await stage.untilServing('default');
    const figures = await judgeTraffic(stage);
    const [old, fresh] = [stage.version('default'), stage.version('lite')];
    for (const [records, from, to] of [
      [between(stage.records, 0, patchedMs), old, fresh],
      [between(stage.records, patchedMs, Infinity), fresh, old],
    ] as const) {
      const flip = flipOf(
        records.filter(({ route }) => route !== 'pin'),
        from,
        to,
      );
      expect(flip.holds, `no mixture of spaces from ${from} to ${to}, got ${JSON.stringify(flip.wrong.slice(0, 3))}`);
    }
    const backMs = lastAnswerAfterMs(stage, fresh, patchedMs);
    expect(backMs < BACK_MS, `the way back within ${BACK_MS} ms, got ${Math.round(backMs)}`);
    return { ...figures, backSeconds: seconds(backMs) };
  },
};

export const abort: RolloutScenario = {
  name: 'abort',
  group: 'rollouts',
  what: 'a patch back in the middle of a canary ends it within 5 seconds',
  run: async (stage) => {
    await stage.begin('default', { steps: HELD });
    await stage.patch({ model: 'float32' });
    await stage.untilWeight(50);
    await stage.untilAnswers(stage.version('float32'), 10);
    const patchedMs = Date.now();
    await stage.patch({ model: 'default' });
    await stage.untilServing('default');
    const figures = await judgeTraffic(stage);
    const backMs = lastAnswerAfterMs(stage, stage.version('float32'), patchedMs);
    expect(backMs < BACK_MS, `the end of the canary within ${BACK_MS} ms, got ${Math.round(backMs)}`);
    return { ...figures, backSeconds: seconds(backMs) };
  },
};

export const approval: RolloutScenario = {
  name: 'approval',
  group: 'rollouts',
  what: 'with promotion by hand nothing changes over until the model is approved',
  run: async (stage) => {
    const fresh = stage.version('lite');
    await stage.begin('default', { promotion: 'Manual' }, { flips: true });
    await stage.patch({ model: 'lite' });
    await stage.untilStatus('approval is awaited', ({ phase }) => phase === 'AwaitingApproval');
    await sleep(UNAPPROVED_MS);
    const { phase } = await stage.status();
    expect(phase === 'AwaitingApproval', `approval to be awaited still, got ${phase ?? ''}`);
    const approvedMs = Date.now();
    await stage.patch({ rollout: { approved: 'lite' } });
    await stage.untilServing('lite');
    const tookMs = Date.now() - approvedMs;
    const figures = await judgeTraffic(stage);
    const early = stage.records.filter(({ version, receivedMs }) => version === fresh && receivedMs < approvedMs);
    expect(early.length === 0, `no answer of ${fresh} before the approval, got ${early.length}`);
    const flip = flipOf(
      stage.records.filter(({ route }) => route !== 'pin'),
      stage.version('default'),
      fresh,
    );
    expect(flip.holds, `no mixture of spaces, got ${JSON.stringify(flip.wrong.slice(0, 3))}`);
    return { ...figures, fromApprovalSeconds: seconds(tookMs) };
  },
};

export const twoPatches: RolloutScenario = {
  name: 'two-patches',
  group: 'rollouts',
  what: 'of two patches in a row the second holds, whatever the first had begun',
  run: async (stage) => {
    await stage.begin('default');
    await stage.patch({ model: 'patched' });
    await stage.untilWeight(20);
    await stage.patch({ model: 'lite' });
    await stage.patch({ model: 'float32' });
    await stage.untilServing('float32');
    const figures = await judgeTraffic(stage);
    const other = stage.records.filter(({ version }) => version === stage.version('lite'));
    expect(other.length === 0, `no answer of the model in between, got ${other.length}`);
    return figures;
  },
};
