import { setTimeout as sleep } from 'node:timers/promises';
import { isReady, leaseHolder } from '../rig/objects.js';
import { OPERATOR_NAMESPACE, RELEASE, namespaceOf } from '../rig/rig.js';
import { NAME, SELECTOR, Stage } from '../rig/stage.js';
import { applyAll } from '../rig/tool-pod.js';
import { until } from '../../waiting/until.js';
import { PATIENCE, PATIENTLY } from '../rig/patience.js';
import { judgeTraffic, seconds } from './judge.js';
import { expect, type Figures, type RolloutScenario } from './scenario.js';

const LEASE = `/apis/coordination.k8s.io/v1/namespaces/${OPERATOR_NAMESPACE}/leases/${RELEASE}`;
const CHILDREN = [
  'deployments',
  'pods',
  'services',
  'configmaps',
  'serviceaccounts',
  'poddisruptionbudgets',
  'networkpolicies',
] as const;

/** While a pod may not be evicted, nobody is: seen for this long. */
const BLOCKED_MS = 3000;

export const faults: readonly RolloutScenario[] = [
  {
    name: 'leader-deleted',
    group: 'faults',
    what: 'the pod of the leader of two operators is deleted without grace in the middle of an upgrade, and the other finishes it',
    run: async (stage) => {
      const { rig } = stage;
      await rig.install(['replicas=2']);
      const leader = await holder(stage);
      const figures = await duringCanary(stage, async () => {
        const deletedMs = Date.now();
        // The name of who holds the lease begins with that of its pod.
        const pods = (await rig.cluster.kubectl(['get', 'pods', '-n', OPERATOR_NAMESPACE, '-o', 'name'])).split('\n');
        const pod = pods.find((name) => name !== '' && leader.startsWith(name.replace('pod/', '')));
        expect(pod !== undefined, `a pod that holds the lease, got ${leader} of ${pods.join()}`);
        await rig.cluster.kubectl(['delete', pod, '-n', OPERATOR_NAMESPACE, '--grace-period=0', '--force']);
        await until('another operator leads', async () => (await holder(stage)) !== leader, PATIENTLY);
        return { takenOverAfterSeconds: seconds(Date.now() - deletedMs) };
      });
      await rig.install();
      return figures;
    },
  },
  {
    name: 'api-server-restarted',
    group: 'faults',
    what: 'the API server goes away in the middle of an upgrade, which is finished when it is back',
    missing: ownClusterOnly,
    run: (stage) =>
      duringCanary(stage, async () => {
        const stoppedMs = Date.now();
        await stage.rig.cluster.restartApiServer(() => sleep(3000));
        return { apiServerAwaySeconds: seconds(Date.now() - stoppedMs) };
      }),
  },
  {
    name: 'pod-deleted',
    group: 'faults',
    what: 'a serving pod is deleted in the middle of an upgrade, and its successor joins it',
    run: (stage) =>
      duringCanary(
        stage,
        async () => {
          const [pod] = await stage.pods();
          await stage.rig.cluster.kubectl([
            'delete',
            'pod',
            pod?.metadata.name ?? '',
            '-n',
            stage.namespace,
            '--wait=false',
          ]);
          return {};
        },
        1,
      ),
  },
  {
    name: 'node-drained',
    group: 'faults',
    what: 'a drained node loses one serving pod at a time',
    missing: ownClusterOnly,
    run: async (stage) => {
      const { cluster } = stage.rig;
      await stage.begin('default');
      const [first] = await stage.pods();
      const node = first?.spec.nodeName ?? '';
      const drain = ['drain', node, `--pod-selector=${SELECTOR}`, '--ignore-daemonsets', '--delete-emptydir-data'];
      const drained = cluster.kubectl([...drain, `--timeout=${PATIENCE}`]);
      drained.catch(() => undefined); // awaited below; until then nobody listens
      try {
        await until('a pod is on its way out', async () => (await ready(stage)) === 1, PATIENTLY);
        const blockedMs = Date.now();
        while (Date.now() - blockedMs < BLOCKED_MS) {
          const now = await ready(stage);
          expect(now === 1, `one pod ready while its fellow has no node, got ${now}`);
          await sleep(250);
        }
      } finally {
        await cluster.kubectl(['uncordon', node]);
      }
      await drained;
      await stage.untilServing('default');
      const least = Math.min(...stage.looks.map(({ status }) => status.readyReplicas ?? 0));
      expect(least >= 1, `a pod ready all along, got ${least}`);
      return { ...(await judgeTraffic(stage, { disturbed: 2 })), leastReadyPods: least };
    },
  },
  {
    name: 'operator-upgraded',
    group: 'faults',
    what: 'the operator is upgraded in the middle of an upgrade of the model, with another server image, and no serving pod restarts',
    run: async (stage) => {
      const figures = await duringCanary(stage, async () => {
        const startedMs = Date.now();
        await stage.rig.install(['logLevel=debug', 'serverImage.tag=another']);
        return { operatorUpgradeSeconds: seconds(Date.now() - startedMs) };
      });
      await stage.rig.install();
      return figures;
    },
  },
  {
    name: 'object-deleted',
    group: 'faults',
    what: 'a FaceComparison that is deleted in the middle of an upgrade leaves nothing',
    run: async (stage) => {
      await stage.begin('default', { steps: [{ weight: 50, hold: '10m' }] });
      await stage.patch({ model: 'default-int8' });
      await stage.untilWeight(50);
      // Whoever calls a Service that is gone waits for nothing.
      await stage.end();
      const deletedMs = Date.now();
      const { cluster } = stage.rig;
      await cluster.kubectl(['delete', 'facecomparison', NAME, '-n', stage.namespace]);
      const left = ['get', CHILDREN.join(','), '-n', stage.namespace, '-l', SELECTOR, '-o', 'name'];
      await until('all its children are gone', async () => (await cluster.kubectl(left)).trim() === '', PATIENTLY);
      const tookMs = Date.now() - deletedMs;
      await stage.applyComparison('default');
      await stage.untilServing('default');
      return { goneAfterSeconds: seconds(tookMs) };
    },
  },
  {
    name: 'namespace-deleted',
    group: 'faults',
    what: 'a namespace that is deleted while a model is being loaded in it goes away',
    run: async ({ rig }) => {
      const other = await Stage.open(rig, 'rollouts-gone');
      await other.untilServing('default');
      await other.patch({ model: 'default-int8' });
      await other.untilStatus('default-int8 is being loaded', ({ phase }) => phase === 'Loading');
      const deletedMs = Date.now();
      await rig.cluster.kubectl(['delete', 'namespace', other.namespace, `--timeout=${PATIENCE}`]);
      const tookMs = Date.now() - deletedMs;
      // The name is free again, and the operator looks after what comes next under it.
      await applyAll(rig.cluster, [namespaceOf(other.namespace)]);
      await rig.cluster.kubectl(['delete', 'namespace', other.namespace, `--timeout=${PATIENCE}`]);
      return { goneAfterSeconds: seconds(tookMs) };
    },
  },
];

/** Upgrades to a comparable model, lets something happen during the canary, and holds the way there to the usual promises. */
async function duringCanary(stage: Stage, happens: () => Promise<Figures>, disturbed = 0): Promise<Figures> {
  await stage.begin('default');
  const startedMs = Date.now();
  await stage.patch({ model: 'default-int8' });
  await stage.untilWeight(20);
  stage.mark('fault');
  const figures = await happens();
  stage.mark('fault over');
  await stage.untilServing('default-int8');
  const tookMs = Date.now() - startedMs;
  return { ...(await judgeTraffic(stage, { disturbed })), ...figures, upgradeSeconds: seconds(tookMs) };
}

async function holder({ rig }: Stage): Promise<string> {
  return until(
    'an operator leads',
    async () => {
      const name = leaseHolder(await rig.api.get(LEASE));
      return name === '' ? undefined : name;
    },
    PATIENTLY,
  );
}

async function ready(stage: Stage): Promise<number> {
  return (await stage.pods()).filter(isReady).length;
}

function ownClusterOnly({ rig }: Stage): string | undefined {
  return rig.cluster.isOurs ? undefined : 'the cluster is not ours to stop parts of it';
}
