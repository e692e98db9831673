import { flipOf } from '../analysis/flip.js';
import { pinnedOf } from '../analysis/pinned.js';
import type { DriverRecord } from '../driver/protocol.js';
import { until } from '../../waiting/until.js';
import { PATIENTLY } from '../rig/patience.js';
import { judgeTraffic, listed, seconds } from './judge.js';
import { expect, type RolloutScenario } from './scenario.js';

const RETAIN_MS = 15_000;
/** Between clocks of nodes, and between the end of retention and the moment at which every pod has heard of it. */
const TOLERANCE_MS = 1000;

export const otherSpace: RolloutScenario = {
  name: 'other-space',
  group: 'rollouts',
  what: 'a model of another space takes over on all pods at one instant; who pinned the old one is served until it is unloaded',
  run: async (stage) => {
    const [old, fresh] = [stage.version('default'), stage.version('lite')];
    await stage.begin('default', { retain: `${RETAIN_MS}ms` }, { pins: ['default'], flips: true });
    const startedMs = Date.now();
    await stage.patch({ model: 'lite' });
    const { serving } = await stage.untilServing('lite');
    const tookMs = Date.now() - startedMs;
    const flipMs = Date.parse(serving?.since ?? '');
    await stage.untilStatus('the old model is unloaded', ({ retained }) => retained === undefined);
    const unloadedMs = Date.now();
    await until(
      'who pinned the old version is told that it is gone',
      () => stage.records.some(({ route, status, sentMs }) => route === 'pin' && status === 409 && sentMs > unloadedMs),
      PATIENTLY,
    );
    // By when it was answered: on a busy machine a request may wait until the version is gone.
    const isGone = ({ route, status, receivedMs }: DriverRecord): boolean =>
      route === 'pin' && status === 409 && receivedMs > flipMs + RETAIN_MS - TOLERANCE_MS;
    const figures = await judgeTraffic(stage, { isExcused: isGone, excusedAs: 'pinnedRefusedAfterRetention' });

    const answers = stage.records.filter(({ route }) => route !== 'pin');
    const flip = flipOf(answers, old, fresh);
    expect(
      flip.holds,
      `no answer of the new space before the flip and none of the old after it, got ${JSON.stringify(flip.wrong.slice(0, 3))}`,
    );
    const offMs = Math.max(0, flip.window.fromMs - flipMs, flipMs - flip.window.toMs);
    expect(offMs < TOLERANCE_MS, `the change at ${serving?.since ?? ''}, got ${offMs} ms beside it`);
    const { skew } = flip;
    expect(skew !== undefined && skew.atLeastMs < 1000, `pods to change within 1 s, got ${JSON.stringify(skew)}`);
    const pinned = pinnedOf(stage.records, old);
    const wrong = [...pinned.wrongVersion, ...pinned.failed];
    expect(wrong.length === 0 && pinned.gaps === 0, `pinned clients served throughout, got ${listed(wrong)}`);
    const servedForMs = (pinned.lastAnsweredMs ?? 0) - flipMs;
    // That it is not refused sooner is judged above; a busy machine only asks more seldom.
    expect(servedForMs > RETAIN_MS / 2, `the old version kept ${RETAIN_MS} ms, got ${servedForMs}`);
    return {
      ...figures,
      pinnedAnswered: pinned.answered,
      answersOfTheOtherSpace: flip.wrong.length,
      changeAsideMs: Math.round(offMs),
      skewAtLeastMs: Math.round(skew.atLeastMs),
      skewAtMostMs: Math.round(skew.atMostMs),
      upgradeSeconds: seconds(tookMs),
    };
  },
};
