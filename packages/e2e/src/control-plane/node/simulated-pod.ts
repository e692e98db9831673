import { setTimeout as sleep } from 'node:timers/promises';
import { KubeError, type PodClient } from '../kube/kube-client.js';
import { ConfigMapSchema, type Pod } from '../kube/objects.js';
import { CONFIG_MAPS, PODS, pathOf } from '../kube/resources.js';
import type { ModelWorld } from './model-world.js';
import { podStatus, type PodState } from './pod-status.js';
import { ServingProcess } from './serving-process.js';

/** How long things take on the simulated node; a real one's times, scaled down. */
export interface NodeTimes {
  /** From a pod's binding to its first process. */
  readonly startMs: number;
  /** From a change of the pod object to the mounted ConfigMap being up to date. A real kubelet: under 50 ms. */
  readonly syncMs: number;
  /** Between two looks at mounted ConfigMaps without such a change. A real kubelet: 60 to 90 s. */
  readonly resyncMs: number;
  /** Between two looks of the process at its plan. The real server: 500 ms. */
  readonly pollMs: number;
  readonly probeMs: number;
  /** From SIGTERM to the end of the process. */
  readonly stopMs: number;
  readonly restartMs: number;
}

export interface SimulatedPodOptions {
  readonly client: PodClient;
  readonly world: ModelWorld;
  readonly node: string;
  readonly address: string;
  readonly times: NodeTimes;
  readonly lanes: number;
  readonly onChange: (pod: SimulatedPod) => void;
}

const PLAN_KEY = 'plan.json';
const RETRY_MS = 100;

/** One pod on the simulated node, from its binding to its end. */
export class SimulatedPod {
  readonly #options: SimulatedPodOptions;
  readonly #stopped = new AbortController();
  #object: Pod;
  #state: PodState;
  #reported = '';
  #process: ServingProcess | undefined;
  /** The plan as it lies in the mounted volume. */
  #mounted: string | undefined;
  /** What is done to the pod is done one after the other. */
  #work: Promise<void> = Promise.resolve();
  #ending = false;
  /** Until then nothing new is mounted, in milliseconds since 1970. */
  #deafUntil = 0;

  constructor(object: Pod, options: SimulatedPodOptions) {
    this.#object = object;
    this.#options = options;
    const [container] = object.spec.containers;
    this.#state = {
      stage: 'creating',
      ready: false,
      container: container?.name ?? '',
      image: container?.image ?? '',
      address: undefined,
      restarts: 0,
      startedAt: undefined,
      since: Date.now(),
    };
  }

  get name(): string {
    return this.#object.metadata.name;
  }

  get namespace(): string {
    return this.#object.metadata.namespace ?? 'default';
  }

  get uid(): string {
    return this.#object.metadata.uid;
  }

  /** The FaceComparison it belongs to. */
  get instance(): string {
    return this.#object.metadata.labels?.['app.kubernetes.io/instance'] ?? '';
  }

  get restarts(): number {
    return this.#state.restarts;
  }

  /** The process that requests reach: the pod has said that it is ready, and is not on its way out. */
  get endpoint(): ServingProcess | undefined {
    return this.#state.ready && !this.#ending ? this.#process : undefined;
  }

  get process(): ServingProcess | undefined {
    return this.#process;
  }

  get isEnding(): boolean {
    return this.#ending;
  }

  /** Nothing takes it: it stays Pending. */
  refuse(): void {
    this.#enqueue(async () => {
      this.#set({ stage: 'unschedulable' });
      await this.#report();
    });
  }

  /** Binds it to the node, mounts its plan and runs its process, until it is deleted. */
  run(): void {
    this.#enqueue(() => this.#start());
    void this.#every(this.#options.times.resyncMs, () => this.#enqueue(() => this.#mount()));
    void this.#every(this.#options.times.pollMs, () => this.#readMounted());
    void this.#every(this.#options.times.probeMs, () => this.#probe());
  }

  /** The pod object is another: like a kubelet, looks at the mounted ConfigMap at once, but not for a mere change of status. */
  changed(object: Pod): void {
    const before = this.#object;
    this.#object = object;
    if (object.metadata.deletionTimestamp !== undefined) {
      this.#end();
      return;
    }
    if (
      JSON.stringify([before.metadata.annotations, before.metadata.labels]) ===
      JSON.stringify([object.metadata.annotations, object.metadata.labels])
    )
      return;
    this.#enqueue(async () => {
      await this.#pause(this.#options.times.syncMs);
      await this.#mount();
    });
  }

  /** The pod object is gone: whatever still runs is killed. */
  async gone(): Promise<void> {
    this.#ending = true;
    this.#stopped.abort();
    await this.#process?.stop();
  }

  /** Its node is slow: what is mounted stays as it is for so long. */
  deafen(ms: number): void {
    this.#deafUntil = Date.now() + ms;
  }

  /** The process dies; the node starts another one in the same pod. */
  crash(): void {
    this.#enqueue(async () => {
      await this.#process?.stop();
      this.#process = undefined;
      this.#set({ stage: 'crashed', ready: false, restarts: this.#state.restarts + 1 });
      await this.#report();
      await this.#pause(this.#options.times.restartMs);
      await this.#mount();
      await this.#startProcess();
    });
  }

  async #start(): Promise<void> {
    const { client, node, times } = this.#options;
    if (this.#object.spec.nodeName === undefined) {
      const target = { apiVersion: 'v1', kind: 'Node', name: node };
      await client.create(`${this.#path}/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: this.name },
        target,
      });
    }
    await this.#report();
    await this.#pause(times.startMs);
    // As with a real one, the container waits for its volumes.
    for (;;) {
      await this.#mount();
      if (this.#mounted !== undefined || this.#ending) break;
      await this.#pause(RETRY_MS);
    }
    await this.#startProcess();
  }

  async #startProcess(): Promise<void> {
    if (this.#ending) return;
    const { address, world, lanes } = this.#options;
    const process = new ServingProcess({
      address,
      world,
      lanes,
      pod: this.name,
      retryDelaysMs: [500, 1500],
      onPlan: () => this.#options.onChange(this),
    });
    await process.start();
    this.#process = process;
    this.#readMounted();
    this.#set({ stage: 'running', address, startedAt: Date.now() });
    await this.#report();
  }

  #end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#process?.drain();
    this.#options.onChange(this);
    this.#enqueue(async () => {
      this.#set({ ready: false });
      await this.#report();
      await this.#pause(this.#options.times.stopMs);
      this.#stopped.abort();
      await this.#process?.stop();
      await this.#untilDone(() =>
        this.#options.client.delete(this.#path, { gracePeriodSeconds: 0, preconditions: { uid: this.uid } }),
      );
    });
  }

  async #mount(): Promise<void> {
    await this.#pause(Math.max(0, this.#deafUntil - Date.now()));
    const { client } = this.#options;
    for (const { configMap } of this.#object.spec.volumes ?? []) {
      if (configMap?.name === undefined) continue;
      const found = await client
        .find(ConfigMapSchema, pathOf(CONFIG_MAPS, this.namespace, configMap.name))
        .catch(() => undefined);
      const plan = found?.data?.[PLAN_KEY];
      if (plan !== undefined) this.#mounted = plan;
    }
  }

  #readMounted(): void {
    if (this.#mounted !== undefined) this.#process?.readPlan(this.#mounted);
  }

  #probe(): void {
    const ready = this.#process?.isReady ?? false;
    if (ready === this.#state.ready || this.#ending) return;
    this.#set({ ready });
    this.#enqueue(() => this.#report());
  }

  #set(change: Partial<PodState>): void {
    const since = change.ready === undefined || change.ready === this.#state.ready ? this.#state.since : Date.now();
    this.#state = { ...this.#state, ...change, since };
    this.#options.onChange(this);
  }

  /** Writes the status if it is another than the last one written. */
  async #report(): Promise<void> {
    const status = podStatus(this.#state);
    const text = JSON.stringify(status);
    if (text === this.#reported) return;
    await this.#untilDone(() => this.#options.client.patch(`${this.#path}/status`, { status }));
    this.#reported = text;
  }

  /** A node goes on trying while the API server is away; a pod that is gone needs nothing more. */
  async #untilDone(action: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await action();
        return;
      } catch (error) {
        if (this.#stopped.signal.aborted || isGone(error)) return;
        await this.#pause(RETRY_MS);
      }
    }
  }

  get #path(): string {
    return pathOf(PODS, this.namespace, this.name);
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      if (!this.#stopped.signal.aborted && !isGone(error)) console.error(`simulated pod ${this.name}:`, error);
    });
  }

  async #every(ms: number, action: () => void): Promise<void> {
    // Pods do not look in step.
    await this.#pause(Math.random() * ms);
    while (!this.#stopped.signal.aborted) {
      action();
      await this.#pause(ms);
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }
}

function isGone(error: unknown): boolean {
  return error instanceof KubeError && error.status === 404;
}
