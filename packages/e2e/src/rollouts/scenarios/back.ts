import { setTimeout as sleep } from 'node:timers/promises';
import { between } from '../analysis/outcome.js';
import { flipOf } from '../analysis/flip.js';
import type { DriverRecord } from '../driver/protocol.js';
import { bucketOf } from '../rig/clients.js';
import { PATIENTLY } from '../rig/patience.js';
import { until } from '../../waiting/until.js';
import { judgeTraffic, judgeWayBack, listed, seconds } from './judge.js';
import { expect, type RolloutScenario } from './scenario.js';

/** Long enough to see that nothing happens without approval. */
const UNAPPROVED_MS = 3000;

/** So many answers of a canary's share show that it is kept while approval is awaited. */
const ANSWERS_AWAITING = 5;

/** A canary that does not end by itself while the scenario runs. */
const HELD = [{ weight: 50, hold: '10m' }];

export const rollback: RolloutScenario = {
  name: 'rollback',
  group: 'rollouts',
  what: 'a patch to the model before takes all pods back to its space, sooner than they left it',
  run: async (stage) => {
    // Longer than the lead of a way back, which is 3 s at most.
    await stage.begin('default', { switchLead: '8s' }, { flips: true });
    const startedMs = Date.now();
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
    return { ...figures, ...judgeWayBack(stage, fresh, { there: startedMs, back: patchedMs }) };
  },
};

export const abort: RolloutScenario = {
  name: 'abort',
  group: 'rollouts',
  what: 'a patch back in the middle of a canary ends it, sooner than it began',
  run: async (stage) => {
    await stage.begin('default', { steps: HELD });
    const startedMs = Date.now();
    await stage.patch({ model: 'default-int8' });
    await stage.untilWeight(50);
    await stage.untilAnswers(stage.version('default-int8'), 10);
    const patchedMs = Date.now();
    await stage.patch({ model: 'default' });
    await stage.untilServing('default');
    const figures = await judgeTraffic(stage);
    return { ...figures, ...judgeWayBack(stage, stage.version('default-int8'), { there: startedMs, back: patchedMs }) };
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

export const canaryApproval: RolloutScenario = {
  name: 'canary-approval',
  group: 'rollouts',
  what: 'with promotion by hand a canary keeps its clients, and gets no others, until the model is approved',
  run: async (stage) => {
    const fresh = stage.version('default-int8');
    const weight = 50;
    await stage.begin('default', { steps: [{ weight, hold: '1s' }], promotion: 'Manual' });
    await stage.patch({ model: 'default-int8' });
    await stage.untilStatus('approval is awaited', ({ phase }) => phase === 'AwaitingApproval');
    const awaitedMs = Date.now();
    const isOfShare = ({ who }: DriverRecord): boolean => bucketOf(who) < weight;
    const answered = (): DriverRecord[] => between(stage.serviceRecords, awaitedMs, Infinity).filter(isOfShare);
    await until('the share of the canary is answered', () => answered().length >= ANSWERS_AWAITING, PATIENTLY);
    const approvedMs = Date.now();
    await stage.patch({ rollout: { approved: 'default-int8' } });
    await stage.untilServing('default-int8');
    const tookMs = Date.now() - approvedMs;
    const figures = await judgeTraffic(stage);
    const early = stage.serviceRecords.filter(({ receivedMs }) => receivedMs < approvedMs);
    const beyond = early.filter(({ version, who }) => version === fresh && bucketOf(who) >= weight);
    expect(beyond.length === 0, `no answer of ${fresh} beyond its share before the approval, got ${listed(beyond)}`);
    const own = between(early, awaitedMs, approvedMs).filter(isOfShare);
    const lost = own.filter(({ version }) => version !== fresh);
    expect(
      own.length > 0 && lost.length === 0,
      `its share answered by ${fresh} while approval was awaited, got ${listed(lost)} of ${own.length}`,
    );
    return { ...figures, answersWhileAwaiting: own.length, fromApprovalSeconds: seconds(tookMs) };
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
    await stage.patch({ model: 'default-int8' });
    await stage.untilServing('default-int8');
    const figures = await judgeTraffic(stage);
    const other = stage.records.filter(({ version }) => version === stage.version('lite'));
    expect(other.length === 0, `no answer of the model in between, got ${other.length}`);
    return figures;
  },
};
