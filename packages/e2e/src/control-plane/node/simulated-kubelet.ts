import type { KubeClient } from '../kube/kube-client.js';
import { follow } from '../kube/follow.js';
import { PodSchema, type Pod } from '../kube/objects.js';
import { NODES, PODS, pathOf } from '../kube/resources.js';
import { LoopbackAddresses } from './loopback-addresses.js';
import type { ModelWorld } from './model-world.js';
import { rfc3339 } from './pod-status.js';
import { SimulatedPod, type NodeTimes } from './simulated-pod.js';

const NODE = 'simulated';
/** The node controller gives a node up after 50 s without a heartbeat. */
const HEARTBEAT_MS = 10_000;
const LANES = 2;

export interface SimulatedKubeletOptions {
  readonly client: KubeClient;
  readonly world: ModelWorld;
  readonly times: NodeTimes;
}

/** Scheduler and kubelet of a made-up node: every pod of the cluster runs on it, as a simulated serving process. */
export class SimulatedKubelet {
  readonly #options: SimulatedKubeletOptions;
  readonly #stopped = new AbortController();
  readonly #addresses = new LoopbackAddresses(process.pid);
  readonly #pods = new Map<string, SimulatedPod>();
  readonly #full = new Set<string>();
  readonly #refused = new Set<SimulatedPod>();
  readonly #listeners = new Set<(pod: SimulatedPod) => void>();
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: SimulatedKubeletOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { client } = this.#options;
    await client.apply(pathOf(NODES, undefined, NODE), { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } });
    await this.#beat();
    this.#heartbeat = setInterval(() => void this.#beat().catch(() => undefined), HEARTBEAT_MS).unref();
    await follow(
      client,
      PodSchema,
      pathOf(PODS),
      { changed: (object) => this.#changed(object), gone: (object) => this.#gone(object) },
      this.#stopped.signal,
    );
  }

  /** The pods of a FaceComparison that are there and not on their way out, ready or not. */
  podsOf(namespace: string, instance: string): SimulatedPod[] {
    return [...this.#pods.values()].filter(
      (pod) => pod.namespace === namespace && pod.instance === instance && !pod.isEnding,
    );
  }

  /** Told of each change in a pod: a plan taken up, readiness, its end. */
  onChange(listener: (pod: SimulatedPod) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** From now on no node has room for new pods of the namespace, until it is called with true. */
  setRoom(namespace: string, hasRoom: boolean): void {
    if (!hasRoom) {
      this.#full.add(namespace);
      return;
    }
    this.#full.delete(namespace);
    for (const pod of this.#refused) {
      if (pod.namespace !== namespace) continue;
      this.#refused.delete(pod);
      if (!pod.isEnding) pod.run();
    }
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    clearInterval(this.#heartbeat);
    await Promise.all([...this.#pods.values()].map((pod) => pod.gone()));
  }

  #changed(object: Pod): void {
    const { uid, namespace = 'default', deletionTimestamp } = object.metadata;
    const known = this.#pods.get(uid);
    if (known !== undefined) {
      known.changed(object);
      return;
    }
    if (object.status.phase === 'Failed' || object.status.phase === 'Succeeded') return;
    const { client, world, times } = this.#options;
    const pod = new SimulatedPod(object, {
      client,
      world,
      times,
      node: NODE,
      lanes: LANES,
      address: this.#addresses.next(),
      onChange: (changed) => {
        for (const listener of this.#listeners) listener(changed);
      },
    });
    this.#pods.set(uid, pod);
    if (deletionTimestamp !== undefined) pod.changed(object);
    else if (this.#full.has(namespace)) {
      this.#refused.add(pod);
      pod.refuse();
    } else pod.run();
  }

  #gone({ metadata }: Pod): void {
    const pod = this.#pods.get(metadata.uid);
    this.#pods.delete(metadata.uid);
    void pod?.gone();
  }

  async #beat(): Promise<void> {
    const now = rfc3339(Date.now());
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'simulated',
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    };
    await this.#options.client.patch(`${pathOf(NODES, undefined, NODE)}/status`, {
      status: { conditions: [ready], capacity: { pods: '1000' }, allocatable: { pods: '1000' } },
    });
  }
}
