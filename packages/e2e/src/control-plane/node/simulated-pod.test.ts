import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { KubeError, parsed, type PodClient } from '../kube/kube-client.js';
import type { Pod } from '../kube/objects.js';
import { until } from '../../waiting/until.js';
import { ModelWorld, type ModelSource } from './model-world.js';
import { SimulatedPod, type NodeTimes } from './simulated-pod.js';

const OFTEN = { everyMs: 5 };

/** By itself the node looks at ConfigMaps so seldom that no test sees it. */
const TIMES: NodeTimes = {
  ...{ startMs: 0, syncMs: 1, resyncMs: 3_600_000, pollMs: 5, probeMs: 5, stopMs: 1, restartMs: 1 },
};

/** An API server that knows one ConfigMap, and notes what is written. */
class FakeClient implements PodClient {
  plan: string | undefined;
  /** How often the ConfigMap was read. */
  reads = 0;
  readonly written: string[] = [];

  find<T extends TSchema>(schema: T, path: string): Promise<Static<T> | undefined> {
    this.reads++;
    if (this.plan === undefined) return Promise.resolve(undefined);
    const metadata = { name: 'faces-plan', uid: 'c', resourceVersion: '1', creationTimestamp: '' };
    return Promise.resolve(parsed(schema, { metadata, data: { 'plan.json': this.plan } }, path));
  }

  create(path: string): Promise<void> {
    this.written.push(`create ${path}`);
    return Promise.resolve();
  }

  patch(path: string, body: object): Promise<void> {
    this.written.push(`patch ${path} ${JSON.stringify(body)}`);
    return Promise.resolve();
  }

  delete(path: string): Promise<void> {
    this.written.push(`delete ${path}`);
    return Promise.resolve();
  }
}

const podObject = (change: Partial<Pod['metadata']> = {}, status: Pod['status'] = {}): Pod => ({
  metadata: {
    ...{ name: 'faces-1', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
    labels: { 'app.kubernetes.io/instance': 'faces' },
    ...change,
  },
  spec: { containers: [{ name: 'server', image: 'x' }], volumes: [{ configMap: { name: 'faces-plan' } }] },
  status,
});

// Other systems have but one loopback address.
(process.platform === 'linux' ? describe : describe.skip)(
  'a simulated pod (needs the addresses of 127.0.0.0/8)',
  () => {
    let folder = '';
    let world: ModelWorld;
    let client: FakeClient;
    let pod: SimulatedPod;
    let model: ModelSource;
    let addresses = 0;

    const plan = (generation: number): string => {
      const { version, manifest, sha256 } = model;
      return JSON.stringify({ generation, default: version, models: [{ version, manifest, sha256 }] });
    };
    const followed = (): number | undefined => pod.process?.serving().generation;
    const isReady = (): boolean => pod.endpoint !== undefined;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'simulated-pod-'));
      world = await ModelWorld.create(folder);
      model = await world.make({ version: '1', space: 'a', behaviour: { loadMs: 1 } });
      client = new FakeClient();
      const address = `127.${20 + (process.pid % 10)}.${1 + (process.pid % 250)}.${++addresses}`;
      const onChange = (): void => undefined;
      pod = new SimulatedPod(podObject(), { client, world, times: TIMES, node: 'node', address, lanes: 1, onChange });
    });

    afterEach(async () => {
      await pod.gone();
      await rm(folder, { recursive: true });
    });

    it('is bound, waits for its ConfigMap, and gets ready with what the plan says', async () => {
      pod.run();
      await until('it is bound', () => client.written.some((write) => write.includes('/binding')), OFTEN);
      expect(isReady()).toBe(false);
      client.plan = plan(1);
      await until('it is ready', isReady, OFTEN);
      await until('it says so', () => client.written.at(-1)?.includes('"ready":true'), OFTEN);
      expect(followed()).toBe(1);
    });

    it('reads a new plan when an annotation of it has changed, and not for a change of its status', async () => {
      client.plan = plan(1);
      pod.run();
      await until('it is ready', isReady, OFTEN);
      client.plan = plan(2);
      pod.changed(podObject({ resourceVersion: '2' }, { phase: 'Running' }));
      // What is done to a pod is done in turn: after a crash is over, the change of its status would have been seen to.
      expect(followed()).toBe(1);
      pod.changed(podObject({ resourceVersion: '3', annotations: { a: '2' } }, { phase: 'Running' }));
      await until('it follows the second plan', () => followed() === 2, OFTEN);
    });

    it('hears late of what is new while its node is slow', async () => {
      client.plan = plan(1);
      pod.run();
      await until('it is ready', isReady, OFTEN);
      client.plan = plan(2);
      const started = performance.now();
      pod.deafen(300);
      pod.changed(podObject({ annotations: { a: '2' } }));
      await until('it follows the second plan', () => followed() === 2, OFTEN);
      // Timers and clocks are off by a millisecond or two.
      expect(performance.now() - started).toBeGreaterThanOrEqual(290);
    });

    it('is started again in the same place after a crash, and counts it', async () => {
      client.plan = plan(1);
      pod.run();
      await until('it is ready', isReady, OFTEN);
      const before = pod.process;
      pod.crash();
      await until('another process is ready', () => isReady() && pod.process !== before, OFTEN);
      expect(pod.restarts).toBe(1);
    });

    it('answers nobody once it is being deleted, and then says that it is gone', async () => {
      client.plan = plan(1);
      pod.run();
      await until('it is ready', isReady, OFTEN);
      pod.changed(podObject({ deletionTimestamp: '2026-01-01T00:00:00Z' }));
      expect(isReady()).toBe(false);
      await until('it is deleted', () => client.written.some((write) => write.startsWith('delete')), OFTEN);
    });

    it('does not fall over a pod that is gone already', async () => {
      client.patch = () => Promise.reject(new KubeError(404, 'not found'));
      client.plan = plan(1);
      pod.run();
      await until('its process runs all the same', isReady, OFTEN);
    });
  },
);
