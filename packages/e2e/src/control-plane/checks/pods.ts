import Type from 'typebox';
import { AUTOSCALERS, DEPLOYMENTS, PODS, pathOf } from '../kube/resources.js';
import { conditionOf } from '../kube/objects.js';
import { until } from '../../waiting/until.js';
import { NAME, expect, type Stage } from '../stage.js';
import type { Check } from './check.js';

const LONG_WATCH = { minParity: 0.99, maxErrorRate: 0.02, maxLatencyRatio: 50, minRequests: 10, afterSwitch: '2s' };

const ScaleTargetSchema = Type.Object({
  spec: Type.Object({ scaleTargetRef: Type.Object({ kind: Type.String() }) }),
});

/** How late a pod hears of a switch: in time, near the last moment, and long after it. */
const DEAF_MS = [2000, 3600, 4000, 8000];

/** As `kubectl delete pod`, of the first one. */
async function deleteOnePod(stage: Stage): Promise<void> {
  const [pod] = stage.pods;
  expect(pod !== undefined, 'a pod to delete');
  await stage.bench.client.delete(pathOf(PODS, stage.namespace, pod.name), { gracePeriodSeconds: 30 });
}

/** As `kubectl scale facecomparison faces`. */
async function scale(stage: Stage, replicas: number): Promise<void> {
  await stage.bench.client.patch(`${stage.path}/scale`, { spec: { replicas } });
}

export const POD_CHECKS: readonly Check[] = [
  ...(['Loading', 'Canary', 'Observing'] as const).map((phase): Check => ({
    name: `pod-deleted-${phase.toLowerCase()}`,
    what: `a pod deleted in phase ${phase} of an upgrade in the same space delays it, and no request fails`,
    run: async (stage) => {
      await stage.begin({ rollout: phase === 'Observing' ? { checks: LONG_WATCH } : {} });
      await stage.addModel('new', { space: 'one', behaviour: { loadMs: phase === 'Loading' ? 1500 : 150 } });
      const started = Date.now();
      await stage.patch({ model: 'new' });
      await stage.untilPhase(phase);
      await deleteOnePod(stage);
      await stage.untilSettledOn('new');
      return { tookMs: Date.now() - started, ...stage.judge({ otherPods: true, leastReady: 1 }) };
    },
  })),
  {
    name: 'pod-deleted-switching',
    what: 'a pod deleted while a switch to another space is near: no instant with two spaces',
    run: async (stage) => {
      await stage.begin();
      await stage.addModel('new', { space: 'two' });
      const started = Date.now();
      await stage.patch({ model: 'new' });
      await stage.untilSwitchIsSet();
      await deleteOnePod(stage);
      await stage.untilSettledOn('new');
      return { tookMs: Date.now() - started, ...stage.judge({ otherPods: true, leastReady: 1 }) };
    },
  },
  ...DEAF_MS.map((deafMs): Check => ({
    name: `deaf-pod-${deafMs}`,
    what: `a pod that hears of a switch ${deafMs} ms late, with a lead of 4000 ms: put off if not all would know of it in time`,
    run: async (stage) => {
      await stage.begin({ rollout: { switchLead: '4s' } });
      await stage.addModel('new', { space: 'two' });
      const [deaf] = stage.pods;
      expect(deaf !== undefined, 'a pod');
      const version = stage.versionOf('new');
      const started = Date.now();
      await stage.patch({ model: 'new' });
      const isLoaded = (): boolean =>
        deaf.process?.serving().versions.some((each) => each.version === version && each.state === 'ready') === true;
      await until('the pod has the new model loaded', isLoaded, { everyMs: 5 });
      deaf.deafen(deafMs);
      await stage.untilSettledOn('new');
      const tookMs = Date.now() - started;
      const postponed = (await stage.eventReasons()).filter((reason) => reason === 'Warning SwitchPostponed').length;
      return { tookMs, postponed, ...stage.judge() };
    },
  })),
  {
    name: 'pod-crashes',
    what: 'a process that dies in the middle of a canary: counts begin anew, and the upgrade ends well',
    run: async (stage) => {
      await stage.begin();
      await stage.addModel('new', { space: 'one' });
      await stage.patch({ model: 'new' });
      await stage.untilPhase('Canary');
      stage.pods[0]?.crash();
      await stage.untilSettledOn('new');
      return stage.judge({ restarts: 1, leastReady: 1 });
    },
  },
  {
    name: 'scaled-up',
    what: 'scaled from 2 to 4 while a switch is near: the new pods serve the right space from their first answer',
    run: async (stage) => {
      await stage.begin({ replicas: 2 });
      await stage.addModel('new', { space: 'two', behaviour: { loadMs: 500 } });
      await stage.patch({ model: 'new' });
      await stage.untilPhase('Switching');
      await scale(stage, 4);
      await stage.until('there are 4 pods', ({ replicas }) => replicas === 4);
      await stage.untilSettledOn('new');
      expect(stage.pods.length === 4, `4 pods, got ${stage.pods.length}`);
      return stage.judge();
    },
  },
  {
    name: 'scaled-down',
    what: 'scaled from 3 to 1 in the middle of a canary: the upgrade ends well',
    run: async (stage) => {
      await stage.begin({ replicas: 3 });
      await stage.addModel('new', { space: 'one' });
      await stage.patch({ model: 'new' });
      await stage.untilPhase('Canary');
      await scale(stage, 1);
      await stage.until('there is 1 pod', ({ replicas }) => replicas === 1);
      await stage.untilSettledOn('new');
      return stage.judge({ otherPods: true, leastReady: 1 });
    },
  },
  {
    name: 'scaled-to-none',
    what: 'upgraded while scaled to no pods, then scaled up: the pods begin with the new model',
    run: async (stage) => {
      await stage.begin();
      await scale(stage, 0);
      await until('no pod is left', () => stage.pods.length === 0);
      await stage.addModel('new', { space: 'two' });
      await stage.patch({ model: 'new' });
      await stage.until(
        'the operator has seen it',
        ({ observedGeneration }) => observedGeneration === stage.comparison?.metadata.generation,
      );
      await stage.untilQuiet();
      await scale(stage, 2);
      await stage.untilSettledOn('new');
      return stage.judge({ otherPods: true, leastReady: 0, mayFail: (version) => version === undefined });
    },
  },
  {
    name: 'autoscaled',
    what: 'with autoscaling there is an HPA, which sets the replicas, and nobody takes them back',
    run: async (stage) => {
      await stage.begin({ autoscaling: { minReplicas: 2, maxReplicas: 5 } });
      const { client } = stage.bench;
      // What an HPA does: it writes to the scale of whatever it points at.
      const target = await client.get(ScaleTargetSchema, pathOf(AUTOSCALERS, stage.namespace, NAME));
      const { kind } = target.spec.scaleTargetRef;
      if (kind === 'FaceComparison') await scale(stage, 3);
      else await client.patch(`${pathOf(DEPLOYMENTS, stage.namespace, NAME)}/scale`, { spec: { replicas: 3 } });
      await stage.until('there are 3 pods', ({ replicas }) => replicas === 3);
      await stage.untilQuiet();
      expect((await stage.deployment()).spec.replicas === 3, 'the replicas that the HPA wrote to stay');
      return { target: kind, ...stage.judge() };
    },
  },
  {
    name: 'no-room',
    what: 'pods that no node takes are named in CapacityBlocked, and nothing waits in silence',
    run: async (stage) => {
      const { kubelet } = stage.bench;
      await stage.begin({ replicas: 2 });
      kubelet.setRoom(stage.namespace, false);
      await scale(stage, 3);
      const blocked = (): string | undefined => conditionOf(stage.status.conditions, 'CapacityBlocked')?.status;
      await stage.until('CapacityBlocked is True', () => blocked() === 'True');
      const message = conditionOf(stage.status.conditions, 'CapacityBlocked')?.message ?? '';
      await stage.untilQuiet();
      kubelet.setRoom(stage.namespace, true);
      await stage.until('CapacityBlocked is False', () => blocked() === 'False');
      await stage.untilSettledOn('old');
      return { message, ...stage.judge() };
    },
  },
];
