import type { Static } from 'typebox';
import type { Bench } from './bench.js';
import {
  ConfigMapSchema,
  DeploymentSchema,
  EventSchema,
  ObjectSchema,
  conditionOf,
  type FaceComparison,
  type FaceComparisonStatus,
  type KubeObject,
  type Rejection,
} from './kube/objects.js';
import {
  CHILDREN,
  CONFIG_MAPS,
  DEPLOYMENTS,
  EVENTS,
  FACE_COMPARISONS,
  FACE_MODELS,
  NAMESPACES,
  PODS,
  pathOf,
  type Resource,
} from './kube/resources.js';
import type { ModelSource, NewModel } from './node/model-world.js';
import type { SimulatedPod } from './node/simulated-pod.js';
import { RouteObserver } from './observe/route-observer.js';
import { leastReadyPods, mixedMs, mixedSamples } from './observe/route-samples.js';
import { StatusTimeline } from './observe/status-timeline.js';
import { Traffic } from './observe/traffic.js';
import { describeRequest } from './proxy/api-request.js';
import type { RecordingProxy, RecordedWrite } from './proxy/recording-proxy.js';
import { until } from '../waiting/until.js';

/** How long nobody may write anything before it is said that there is rest. */
const QUIET_MS = 1500;

const REQUESTS_PER_SECOND = 60;

/** The one FaceComparison of each stage. */
export const NAME = 'faces';

/** Rollouts in seconds instead of minutes. */
export const FAST_ROLLOUT = {
  steps: [
    { weight: 10, hold: '300ms' },
    { weight: 50, hold: '300ms' },
  ],
  checks: { minParity: 0.99, maxErrorRate: 0.02, maxLatencyRatio: 50, minRequests: 10, afterSwitch: '300ms' },
  retain: '2s',
  // Only what is meant to run into it does, however busy the machine is.
  deadline: '10m',
  // A loaded machine needs a second or two to tell all pods of an instant.
  switchLead: '4s',
} as const;

export interface Rollout {
  readonly steps?: readonly { readonly weight: number; readonly hold: string }[];
  readonly checks?: Readonly<Record<string, number | string>>;
  readonly promotion?: 'Automatic' | 'Manual';
  readonly approved?: string;
  readonly retain?: string;
  readonly deadline?: string;
  readonly switchLead?: string;
}

/** What may have happened on a stage without being wrong. */
export interface Allowances {
  /** Pods that are there may be others than at the start. */
  readonly otherPods?: boolean;
  readonly restarts?: number;
  /** Fewer ready pods than this at no instant; by default all that there are at the start. */
  readonly leastReady?: number;
  /** Failed requests that are owed to the check itself, such as those of a bad version's own share. */
  readonly mayFail?: (version: string | undefined) => boolean;
  /** Two spaces may answer at one instant. */
  readonly mayMix?: boolean;
}

export type Figures = Readonly<Record<string, number | string | boolean | readonly string[]>>;

/** A namespace with one FaceComparison, its models, clients that call it, and somebody who watches what they get. */
export class Stage {
  readonly bench: Bench;
  readonly namespace: string;
  readonly routes: RouteObserver;
  readonly traffic: Traffic;
  #proxy: RecordingProxy;
  readonly #timeline: StatusTimeline;
  readonly #models = new Map<string, ModelSource>();
  #podsAtStart: readonly string[] = [];
  /** In milliseconds since 1970. */
  #patchedAt = 0;

  private constructor(bench: Bench, namespace: string, timeline: StatusTimeline) {
    const { kubelet } = bench;
    this.bench = bench;
    this.namespace = namespace;
    this.#proxy = bench.proxy;
    this.#timeline = timeline;
    this.routes = new RouteObserver(kubelet, namespace, NAME);
    this.traffic = new Traffic({ kubelet, namespace, instance: NAME, requestsPerSecond: REQUESTS_PER_SECOND });
  }

  static async open(bench: Bench, namespace: string): Promise<Stage> {
    const { client } = bench;
    await client.apply(pathOf(NAMESPACES, undefined, namespace), {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    return new Stage(bench, namespace, await StatusTimeline.start(client, namespace, NAME));
  }

  // ---- what a user does

  /** Makes a model and its FaceModel. `sha256` and `manifest` lie about it where they are given. */
  async addModel(
    name: string,
    model: Omit<NewModel, 'version'>,
    lies: { readonly sha256?: string; readonly manifest?: string } = {},
  ): Promise<ModelSource> {
    const made = await this.bench.world.make({ ...model, version: this.versionOf(name) });
    const source = { ...made, ...lies };
    this.#models.set(name, source);
    await this.applyModel(name);
    return source;
  }

  /** Applies the FaceModel of a model that was made, again if it was deleted. */
  async applyModel(name: string): Promise<void> {
    const { version, manifest, sha256 } = this.model(name);
    await this.bench.client.apply(pathOf(FACE_MODELS, this.namespace, name), {
      apiVersion: 'face-comparison.dev/v1alpha1',
      kind: 'FaceModel',
      metadata: { name },
      spec: { version, source: { manifest, sha256 } },
    });
  }

  async deleteModel(name: string): Promise<void> {
    await this.bench.client.delete(pathOf(FACE_MODELS, this.namespace, name));
  }

  model(name: string): ModelSource {
    const model = this.#models.get(name);
    if (model === undefined) throw new Error(`there is no model ${name} on the stage ${this.namespace}`);
    return model;
  }

  /** Versions are unique over all stages. */
  versionOf(name: string): string {
    return `${name}-${this.namespace}`;
  }

  async create(
    model: string,
    { rollout = {}, ...more }: { rollout?: Rollout } & Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await this.bench.client.apply(this.path, {
      apiVersion: 'face-comparison.dev/v1alpha1',
      kind: 'FaceComparison',
      metadata: { name: NAME },
      spec: { model, ...more, rollout: { ...FAST_ROLLOUT, ...rollout } },
    });
  }

  /** As `kubectl patch facecomparison faces --type=merge -p '{"spec": …}'`. */
  async patch(spec: object): Promise<void> {
    this.#patchedAt = Date.now();
    await this.bench.client.patch(this.path, { spec });
  }

  /** As `kubectl annotate`. */
  async annotate(annotations: Readonly<Record<string, string>>): Promise<void> {
    await this.bench.client.patch(this.path, { metadata: { annotations } });
  }

  /** Deletes the FaceComparison; its children are left to the garbage collector. */
  async deleteComparison(): Promise<void> {
    await this.bench.client.delete(this.path, { propagationPolicy: 'Background' });
  }

  /**
   * A FaceComparison that serves the model `old` in the space `one`, with clients that call it, and at rest: the scene of
   * most upgrades. What is counted counts from here.
   */
  async begin(spec: { rollout?: Rollout } & Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.addModel('old', { space: 'one' });
    await this.create('old', spec);
    await this.untilSettledOn('old');
    this.restart();
  }

  /** From here on is counted. */
  restart(): void {
    this.#podsAtStart = this.pods.map(({ uid }) => uid);
    this.routes.reset();
    this.traffic.reset();
  }

  /** Says that the operator of this namespace goes through a proxy of its own. */
  watchWritesOf(proxy: RecordingProxy): void {
    this.#proxy = proxy;
  }

  // ---- what there is

  get path(): string {
    return pathOf(FACE_COMPARISONS, this.namespace, NAME);
  }

  get comparison(): FaceComparison | undefined {
    return this.#timeline.latest;
  }

  get status(): FaceComparisonStatus {
    return this.comparison?.status ?? {};
  }

  get pods(): readonly SimulatedPod[] {
    return this.bench.kubelet.podsOf(this.namespace, NAME);
  }

  /** Phases that the status went through since an instant. */
  phases(sinceMs: number): string[] {
    return this.#timeline.phases(sinceMs);
  }

  /** Writes of the operator in this namespace. */
  get writes(): readonly RecordedWrite[] {
    return this.#proxy.writes.filter(({ namespace }) => namespace === this.namespace);
  }

  get isRolling(): boolean {
    return this.status.rollout !== undefined;
  }

  rejections(): readonly Rejection[] {
    return this.status.rejected ?? [];
  }

  deployment(): Promise<Static<typeof DeploymentSchema>> {
    return this.bench.client.get(DeploymentSchema, pathOf(DEPLOYMENTS, this.namespace, NAME));
  }

  /** The plan that the operator has written. */
  async plan(): Promise<string> {
    const { data } = await this.bench.client.get(ConfigMapSchema, pathOf(CONFIG_MAPS, this.namespace, `${NAME}-plan`));
    return data?.['plan.json'] ?? '';
  }

  /** Reasons of the Events about the FaceComparison, those of kind Warning as `Warning X`. */
  async eventReasons(): Promise<string[]> {
    const { items } = await this.bench.client.list(EventSchema, pathOf(EVENTS, this.namespace));
    return items
      .filter(({ regarding }) => regarding?.kind === 'FaceComparison' && regarding.name === NAME)
      .map(({ type, reason = '' }) => (type === 'Warning' ? `Warning ${reason}` : reason));
  }

  /** What is left of the FaceComparison: itself, children, pods. */
  async leftovers(): Promise<string[]> {
    const found: string[] = [];
    const look = async (resource: Resource, mine: (object: KubeObject) => boolean): Promise<void> => {
      const { items } = await this.bench.client.list(ObjectSchema, pathOf(resource, this.namespace));
      found.push(...items.filter(mine).map(({ metadata }) => `${resource.plural}/${metadata.name}`));
    };
    const isOurs = ({ metadata }: KubeObject): boolean =>
      metadata.labels?.['app.kubernetes.io/instance'] === NAME ||
      metadata.ownerReferences?.some(({ name }) => name === NAME) === true;
    await look(FACE_COMPARISONS, () => true);
    for (const resource of [...CHILDREN, PODS]) await look(resource, isOurs);
    return found.sort();
  }

  // ---- waiting

  /** Waits until something is so of the FaceComparison. */
  async until(what: string, condition: (status: FaceComparisonStatus) => boolean): Promise<void> {
    await until(`${this.namespace}: ${what}`, () => condition(this.status), {
      describe: () => this.describe(),
    });
  }

  /** Waits until the status has reached a phase since the last patch; on a busy machine it may have left it again. */
  async untilPhase(phase: string): Promise<void> {
    // A canary is told of with its percentage.
    await this.until(`the phase is ${phase}`, () =>
      this.phases(this.#patchedAt).some((seen) => seen.split(' ')[0] === phase),
    );
  }

  /** Waits until the instant of a switch has been set since the last patch, and returns it in milliseconds since 1970. */
  async untilSwitchIsSet(): Promise<number> {
    const find = (): string | undefined =>
      this.#timeline.seen
        .filter(({ at }) => at >= this.#patchedAt)
        .findLast(({ object }) => object.status?.rollout?.switchAt !== undefined)?.object.status?.rollout?.switchAt;
    await this.until('the instant of the switch is set', () => find() !== undefined);
    return Date.parse(find() ?? '');
  }

  /** Waits until nothing is under way: this model answers on every pod, and all pods follow the newest plan. */
  async untilSettledOn(model: string): Promise<void> {
    await this.until(`all is settled on ${model}`, (status) => {
      const { phase, observedGeneration, rollout, updatedReplicas = 0, readyReplicas = 0 } = status;
      return (
        phase === 'Serving' &&
        status.model === model &&
        rollout === undefined &&
        observedGeneration === this.comparison?.metadata.generation &&
        updatedReplicas === this.pods.length &&
        readyReplicas === this.pods.length &&
        this.pods.length > 0 &&
        this.pods.every(({ endpoint }) => endpoint !== undefined)
      );
    });
  }

  /** Waits until the model was tried and given up, and the old one answers everywhere again. */
  async untilRejected(model: string, reasons: readonly string[], back = 'old'): Promise<Rejection> {
    const find = (): Rejection | undefined => this.rejections().find((rejection) => rejection.model === model);
    await this.until(`${model} is rejected`, () => find() !== undefined);
    await this.untilSettledOn(back);
    const rejection = find();
    if (rejection === undefined || !reasons.includes(rejection.reason)) {
      throw new Error(`${model} was rejected as ${rejection?.reason ?? 'nothing'}, expected ${reasons.join(' or ')}`);
    }
    // Events are written beside the rest, and may come a moment later.
    let events: string[] = [];
    await until(
      'there is an Event Warning RolloutRejected',
      async () => (events = await this.eventReasons()).includes('Warning RolloutRejected'),
      { describe: () => events.join(', ') },
    );
    const { status, reason } = conditionOf(this.status.conditions, 'RolloutSucceeded') ?? {};
    expect(status === 'False', `RolloutSucceeded False, got ${status ?? 'nothing'} (${reason ?? ''})`);
    return rejection;
  }

  /** Waits until the old version is unloaded on all pods. */
  async untilUnloaded(model: string): Promise<void> {
    await until(
      `${this.namespace}: ${model} is unloaded on all pods`,
      () =>
        this.status.retained === undefined &&
        this.pods.every(({ process }) =>
          process?.serving().versions.every(({ version }) => version !== this.versionOf(model)),
        ),
      { describe: () => this.describe() },
    );
  }

  /** Waits until nobody writes any more, and says how long that was looked at. */
  async untilQuiet(quietMs = QUIET_MS): Promise<void> {
    let seen = -1;
    let since = 0;
    await until(
      `${this.namespace}: nothing is written for ${quietMs} ms`,
      () => {
        const count = this.writes.length;
        if (count !== seen) [seen, since] = [count, performance.now()];
        return performance.now() - since >= quietMs;
      },
      {
        describe: () => `written last: ${this.writes.slice(-5).map(describeRequest).join(', ')}`,
      },
    );
  }

  // ---- judging

  /**
   * What must hold on every stage since `restart`, and figures of it.
   * @throws Error naming what did not
   */
  judge({
    otherPods = false,
    restarts: allowed = 0,
    leastReady,
    mayFail = () => false,
    mayMix = false,
  }: Allowances = {}): Figures {
    this.routes.sample();
    const { changes, taken } = this.routes;
    const { world } = this.bench;
    const mixed = mixedSamples(changes, world);
    expect(
      mixed.length === 0 || mayMix,
      `no two spaces at one instant, got them for ${mixedMs(changes, world)} ms, first ${JSON.stringify(mixed[0])}`,
    );
    const least = leastReadyPods(changes) ?? 0;
    expect(
      least >= (leastReady ?? this.#podsAtStart.length),
      `never fewer than ${leastReady ?? this.#podsAtStart.length} ready pods, got ${least}`,
    );
    const restarts = this.pods.reduce((sum, pod) => sum + pod.restarts, 0);
    expect(restarts <= allowed, `at most ${allowed} restarts, got ${restarts}`);
    const uids = this.pods.map(({ uid }) => uid);
    const stayed = this.#podsAtStart.every((uid) => uids.includes(uid));
    expect(stayed || otherPods, 'all pods to stay');
    const { answers, failed } = this.traffic;
    const unexpected = failed.filter(({ version }) => !mayFail(version));
    expect(
      unexpected.length === 0,
      `no failed request, got ${unexpected.length}, the first ${JSON.stringify(unexpected[0])}`,
    );
    return {
      looks: taken,
      mixed: mixed.length,
      leastReady: least,
      restarts,
      requests: answers.length,
      failed: failed.length,
    };
  }

  describe(): string {
    const { phase, message, model, rollout } = this.status;
    const pods = this.pods.map(
      ({ name, endpoint, process }) =>
        `${name} ${endpoint === undefined ? 'not ready' : 'ready'} plan ${process?.serving().generation ?? 'none'}`,
    );
    return `phase ${phase ?? 'none'} on ${model ?? 'none'}, rollout ${rollout?.version ?? 'none'} ${rollout?.phase ?? ''}: ${message ?? 'no message'} [${pods.join(', ')}]`;
  }

  /** Ends watching, and deletes the namespace without waiting for it. */
  async close(): Promise<void> {
    this.routes.stop();
    this.traffic.stop();
    this.#timeline.stop();
    await this.bench.client.delete(pathOf(NAMESPACES, undefined, this.namespace));
  }
}

/** @throws Error saying what was expected */
export function expect(condition: boolean, expected: string): asserts condition {
  if (!condition) throw new Error(`expected ${expected}`);
}
