import { until } from '../../waiting/until.js';
import { expect, type Figures, type Rollout, type Stage } from '../stage.js';
import type { ModelBehaviour } from '../node/model-world.js';
import type { Check } from './check.js';
import { upgrade } from './upgrades.js';

interface PointOfReturn {
  readonly name: string;
  readonly what: string;
  readonly space: string;
  readonly rollout?: Rollout;
  readonly behaviour?: Partial<ModelBehaviour>;
  /** Resolves where the user changes their mind. */
  readonly reach: (stage: Stage) => Promise<unknown>;
}

const SLOW_STEPS = {
  steps: [
    { weight: 10, hold: '10m' },
    { weight: 50, hold: '10m' },
  ],
};

const POINTS_OF_RETURN: readonly PointOfReturn[] = [
  {
    name: 'back-from-loading',
    what: 'while it loads',
    space: 'one',
    behaviour: { neverLoads: true },
    reach: (stage) => stage.untilPhase('Loading'),
  },
  {
    name: 'back-from-canary',
    what: 'in the first step of its canary',
    space: 'one',
    rollout: SLOW_STEPS,
    reach: (stage) => stage.untilPhase('Canary'),
  },
  {
    name: 'back-from-approval',
    what: 'while it waits to be approved',
    space: 'two',
    rollout: { promotion: 'Manual' },
    reach: (stage) => stage.untilPhase('AwaitingApproval'),
  },
  {
    name: 'back-from-switching',
    what: 'after the instant of the switch was set, and before it',
    space: 'two',
    rollout: { switchLead: '4s' },
    reach: (stage) => stage.untilSwitchIsSet(),
  },
  {
    name: 'back-at-last-moment',
    what: 'too late to call the switch off',
    space: 'two',
    rollout: { switchLead: '3s' },
    reach: async (stage) => {
      const at = await stage.untilSwitchIsSet();
      await until('the switch is near', () => at - Date.now() < 300, { everyMs: 5 });
    },
  },
  {
    name: 'back-from-observing',
    what: 'while it is watched after the switch',
    space: 'two',
    rollout: {
      checks: { minRequests: 10, afterSwitch: '20s', maxErrorRate: 0.02, maxLatencyRatio: 50, minParity: 0.99 },
    },
    reach: (stage) => stage.untilPhase('Observing'),
  },
  {
    name: 'back-from-retained',
    what: 'after it has taken over, while the old one is kept',
    space: 'two',
    rollout: { retain: '10m' },
    reach: (stage) => stage.untilSettledOn('new'),
  },
  {
    name: 'back-within-a-space',
    what: 'after it has taken over step by step, while the old one is kept',
    space: 'one',
    rollout: { retain: '10m' },
    reach: (stage) => stage.untilSettledOn('new'),
  },
];

async function goBack(stage: Stage, { space, rollout = {}, behaviour = {}, reach }: PointOfReturn): Promise<Figures> {
  await stage.begin({ rollout: { retain: '1s', ...rollout } });
  await stage.addModel('new', { space, behaviour });
  await stage.patch({ model: 'new' });
  await reach(stage);
  const left = stage.status.phase ?? '';
  const started = Date.now();
  await stage.patch({ model: 'old' });
  const old = stage.versionOf('old');
  await until(
    `${stage.namespace}: the old version answers everybody again`,
    () =>
      stage.status.model === 'old' &&
      !stage.isRolling &&
      Object.values(stage.routes.changes.at(-1)?.pods ?? {}).every((versions) => versions.join() === old),
    { describe: () => stage.describe() },
  );
  const backMs = Date.now() - started;
  await stage.untilSettledOn('old');
  await stage.patch({ rollout: { retain: '1s' } });
  await stage.untilUnloaded('new');
  await stage.untilQuiet();
  expect(stage.rejections().length === 0, 'what was called off not to count as rejected');
  return { leftPhase: left, backMs, phases: stage.phases(started), ...stage.judge() };
}

export const CHANGES_OF_MIND: readonly Check[] = [
  ...POINTS_OF_RETURN.map((point): Check => ({
    name: point.name,
    what: `patched back from a new model ${point.what}: the old one answers again, without a mistake on the way`,
    run: (stage) => goBack(stage, point),
  })),
  {
    name: 'two-patches-in-a-row',
    what: 'the second of two patches in a row counts',
    run: async (stage) => {
      await stage.begin({ rollout: { retain: '1s' } });
      await stage.addModel('first', { space: 'two', behaviour: { loadMs: 1500 } });
      await stage.addModel('second', { space: 'three' });
      await stage.patch({ model: 'first' });
      const figures = await upgrade(stage, 'second');
      await stage.untilUnloaded('first');
      await stage.untilUnloaded('old');
      return figures;
    },
  },
  {
    name: 'patch-mid-canary',
    what: 'another model in the middle of a canary: the canary ends, the other one takes over',
    run: async (stage) => {
      await stage.begin({ rollout: { ...SLOW_STEPS, retain: '1s' } });
      await stage.addModel('first', { space: 'one' });
      await stage.addModel('second', { space: 'two' });
      await stage.patch({ model: 'first' });
      await stage.untilPhase('Canary');
      return upgrade(stage, 'second');
    },
  },
  {
    name: 'manual-promotion',
    what: 'with Manual, a model waits until it is approved by name',
    run: async (stage) => {
      await stage.begin({ rollout: { promotion: 'Manual', approved: 'another' } });
      await stage.addModel('new', { space: 'two' });
      const started = Date.now();
      await stage.patch({ model: 'new' });
      await stage.untilPhase('AwaitingApproval');
      await stage.untilQuiet();
      expect(stage.status.model === 'old', 'the old model to answer until the new one is approved');
      await stage.patch({ rollout: { approved: 'new' } });
      await stage.untilSettledOn('new');
      return { phases: stage.phases(started), ...stage.judge() };
    },
  },
  {
    name: 'retry',
    what: 'a rejected model is tried again when the annotation says so, and not before',
    run: async (stage) => {
      await stage.begin();
      await stage.addModel('new', {
        space: 'two',
        behaviour: { failure: () => ({ code: 'model_unusable', message: 'no memory on this node' }) },
      });
      await stage.patch({ model: 'new' });
      await stage.untilRejected('new', ['LoadFailed']);
      const version = stage.versionOf('new');
      stage.bench.world.change(version, { failure: () => undefined });
      await stage.untilUnloaded('new');
      const opened = stage.bench.world.timesOpened(version);
      await stage.untilQuiet();
      expect(stage.bench.world.timesOpened(version) === opened, 'nothing to be tried before the annotation');
      const started = Date.now();
      await stage.annotate({ 'face-comparison.dev/retry': new Date().toISOString() });
      await stage.untilSettledOn('new');
      return { tookMs: Date.now() - started, ...stage.judge() };
    },
  },
];
