import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Type from 'typebox';
import { parse } from 'yaml';
import { REPOSITORY } from '../cluster/scripts.js';
import { KubeClient, parsed } from './kube/kube-client.js';
import { CRDS, FACE_COMPARISONS, FACE_MODELS, pathOf } from './kube/resources.js';
import { ObjectSchema } from './kube/objects.js';
import { ModelWorld } from './node/model-world.js';
import { SimulatedKubelet } from './node/simulated-kubelet.js';
import type { NodeTimes } from './node/simulated-pod.js';
import { RecordingProxy } from './proxy/recording-proxy.js';
import { TestControlPlane } from './test-control-plane.js';
import { until } from '../waiting/until.js';

/** Where the generated definitions of our kinds lie. */
const DEFINITIONS = join(REPOSITORY, 'charts/face-comparison-operator/crds-generated');

/** A real node's times, about a fifth of them, so that an upgrade takes seconds. */
const NODE_TIMES: NodeTimes = {
  startMs: 50,
  syncMs: 30,
  resyncMs: 15_000,
  pollMs: 100,
  probeMs: 100,
  stopMs: 100,
  restartMs: 200,
};

/** A control plane with our kinds, a simulated node, and the proxy that operators go through. */
export class Bench {
  readonly controlPlane: TestControlPlane;
  readonly client: KubeClient;
  readonly world: ModelWorld;
  readonly kubelet: SimulatedKubelet;
  readonly proxy: RecordingProxy;
  readonly #folder: string;

  private constructor(parts: Pick<Bench, 'controlPlane' | 'client' | 'world' | 'kubelet' | 'proxy'>, folder: string) {
    this.controlPlane = parts.controlPlane;
    this.client = parts.client;
    this.world = parts.world;
    this.kubelet = parts.kubelet;
    this.proxy = parts.proxy;
    this.#folder = folder;
  }

  static async open(): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'control-plane-'));
    const controlPlane = await TestControlPlane.start();
    const client = new KubeClient(controlPlane.credentials);
    await installDefinitions(client);
    const world = await ModelWorld.create(join(folder, 'models'));
    const kubelet = new SimulatedKubelet({ client, world, times: NODE_TIMES });
    await kubelet.start();
    const bench = new Bench({ controlPlane, client, world, kubelet, proxy: await startProxy(controlPlane) }, folder);
    return bench;
  }

  /** Another proxy, for a check that must see or cut off its own operator alone. */
  startProxy(): Promise<RecordingProxy> {
    return startProxy(this.controlPlane);
  }

  async close(): Promise<void> {
    await this.kubelet.stop();
    await this.proxy.stop();
    this.client.close();
    await this.controlPlane.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function startProxy({ credentials, serverCert, serverKey }: TestControlPlane): Promise<RecordingProxy> {
  return RecordingProxy.start({ upstream: credentials, serverCert, serverKey });
}

const NamedSchema = Type.Object({ metadata: Type.Object({ name: Type.String() }) });

async function installDefinitions(client: KubeClient): Promise<void> {
  const files = (await readdir(DEFINITIONS)).filter((file) => file.endsWith('.yaml'));
  for (const file of files) {
    const definition = parsed(NamedSchema, parse(await readFile(join(DEFINITIONS, file), 'utf8')), file);
    await client.apply(pathOf(CRDS, undefined, definition.metadata.name), definition);
  }
  for (const resource of [FACE_MODELS, FACE_COMPARISONS]) {
    const isServed = (): Promise<boolean> =>
      client.list(ObjectSchema, pathOf(resource)).then(
        () => true,
        () => false,
      );
    await until(`the API server serves ${resource.plural}`, isServed);
  }
}
