import { setTimeout as sleep } from 'node:timers/promises';
import { LeaseSchema } from '../kube/objects.js';
import { LEASES, pathOf } from '../kube/resources.js';
import { OperatorProcess } from '../operator/operator-process.js';
import { until } from '../../waiting/until.js';
import { expect, type Figures, type Stage } from '../stage.js';
import type { Check } from './check.js';

const LEASE = 'face-comparison-operator';

interface Pair {
  readonly leader: OperatorProcess;
  readonly other: OperatorProcess;
}

/** Two operators that elect a leader, as the chart's Deployment of two replicas. */
async function startPair(stage: Stage): Promise<Pair> {
  const options = {
    credentials: stage.bench.proxy.credentials,
    namespaces: [stage.namespace],
    leaseNamespace: stage.namespace,
  };
  const leader = await OperatorProcess.start(options);
  await holder(stage, undefined);
  return { leader, other: await OperatorProcess.start(options) };
}

/** Waits until somebody else than the one named holds the lease. */
function holder(stage: Stage, notThis: string | undefined): Promise<string> {
  return until('somebody else leads', async () => {
    const lease = await stage.bench.client.find(LeaseSchema, pathOf(LEASES, stage.namespace, LEASE));
    const identity = lease?.spec.holderIdentity;
    return identity == null || identity === '' || identity === notThis ? undefined : identity;
  });
}

/** The leader ends in the middle of a canary; the other one goes on. */
async function handOver(stage: Stage, end: (leader: OperatorProcess) => Promise<unknown>): Promise<Figures> {
  const { leader, other } = await startPair(stage);
  try {
    await stage.begin();
    await stage.addModel('new', { space: 'one' });
    await stage.patch({ model: 'new' });
    await stage.untilPhase('Canary');
    const first = await holder(stage, undefined);
    const started = Date.now();
    await end(leader);
    await holder(stage, first);
    const leadsAfterMs = Date.now() - started;
    await stage.untilSettledOn('new');
    await stage.untilQuiet();
    return { leadsAfterMs, ...stage.judge() };
  } finally {
    leader.kill();
    await leader.ended();
    await other.stop();
  }
}

export const OPERATOR_CHECKS: readonly Check[] = [
  {
    name: 'leader-killed',
    what: 'the leader of two operators is killed in the middle of a canary: the other one takes over',
    ownOperator: true,
    run: (stage) =>
      handOver(stage, async (leader) => {
        leader.kill();
        await leader.ended();
      }),
  },
  {
    name: 'leader-stopped',
    what: 'the leader of two operators gets SIGTERM: it hands over at once, and ends with status 0',
    ownOperator: true,
    run: (stage) =>
      handOver(stage, async (leader) => {
        const status = await leader.stop();
        expect(status === 0, `the leader to end with status 0, got ${status ?? 'none'}:\n${leader.output}`);
      }),
  },
  {
    name: 'operator-upgraded',
    what: 'another operator with another default image: no write to the Deployment, no pod restarted',
    ownOperator: true,
    run: async (stage) => {
      const { credentials } = stage.bench.proxy;
      const namespaces = [stage.namespace];
      const before = await OperatorProcess.start({ credentials, namespaces });
      await stage.begin();
      const { metadata, spec } = await stage.deployment();
      expect((await before.stop()) === 0, 'the operator to end with status 0 after SIGTERM');
      const writes = stage.writes.length;
      const after = await OperatorProcess.start({
        credentials,
        namespaces,
        serverImage: 'facecompare.local/server:next',
      });
      try {
        await stage.untilQuiet(3000);
        const now = await stage.deployment();
        expect(
          now.metadata.generation === metadata.generation,
          `the Deployment's generation to stay ${metadata.generation ?? 'none'}, got ${now.metadata.generation ?? 'none'}`,
        );
        const image = spec.template.spec.containers[0]?.image;
        expect(
          stage.status.image === image,
          `the image ${image ?? 'none'} in status, got ${stage.status.image ?? 'none'}`,
        );
        return { generation: metadata.generation ?? 0, writes: stage.writes.length - writes, ...stage.judge() };
      } finally {
        await after.stop();
      }
    },
  },
  {
    name: 'connection-lost',
    what: 'the API server out of reach for the instant of a switch: pods change over by themselves, the operator catches up',
    ownOperator: true,
    run: async (stage) => {
      const proxy = await stage.bench.startProxy();
      stage.watchWritesOf(proxy);
      const operator = await OperatorProcess.start({ credentials: proxy.credentials, namespaces: [stage.namespace] });
      try {
        await stage.begin({ rollout: { switchLead: '4s' } });
        await stage.addModel('new', { space: 'two' });
        await stage.patch({ model: 'new' });
        const at = await until(
          'all pods know of the switch',
          () => {
            const plans = stage.pods.map(({ process }) => process?.serving().switch?.at);
            return plans.every((instant) => instant !== undefined && instant === plans[0]) ? plans[0] : undefined;
          },
          { everyMs: 5 },
        );
        proxy.cutOff(true);
        await sleep(Math.max(0, Date.parse(at) - Date.now()) + 1500);
        proxy.cutOff(false);
        const started = Date.now();
        await stage.untilSettledOn('new');
        return { caughtUpMs: Date.now() - started, ...stage.judge() };
      } finally {
        await operator.stop();
        await proxy.stop();
      }
    },
  },
];

/** It takes the API server away from everybody, and so runs alone. */
export const API_SERVER_RESTART: Check = {
  name: 'api-server-restarted',
  what: 'the API server killed and started again in the middle of a canary: the upgrade ends well',
  run: async (stage) => {
    await stage.begin({
      rollout: {
        steps: [
          { weight: 10, hold: '1s' },
          { weight: 50, hold: '1s' },
        ],
      },
    });
    await stage.addModel('new', { space: 'one' });
    await stage.patch({ model: 'new' });
    await stage.untilPhase('Canary');
    const started = Date.now();
    await stage.bench.controlPlane.restartApiServer();
    const awayMs = Date.now() - started;
    await stage.untilSettledOn('new');
    const settledMs = Date.now() - started;
    await stage.untilQuiet();
    return { awayMs, settledMs, ...stage.judge() };
  },
};
