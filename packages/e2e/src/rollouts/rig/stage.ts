import { setTimeout as sleep } from 'node:timers/promises';
import type { DriverRecord, Pin, Traffic } from '../driver/protocol.js';
import { bucketOf, clientOf, evenClients, keysFileOf } from './clients.js';
import { manifestUrl, STORE_ENVIRONMENT, STORE_REGION } from './model-store.js';
import {
  isReady,
  parseEvents,
  parseFaceComparison,
  parsePods,
  restartsOf,
  type Event,
  type FaceComparisonStatus,
  type Pod,
} from './objects.js';
import { applyAll, serviceAddress } from './tool-pod.js';
import { until } from '../../waiting/until.js';
import { PATIENTLY } from './patience.js';
import type { Mark } from '../run-record.js';
import { namespaceOf, OPERATOR_NAMESPACE, type Rig } from './rig.js';

const GROUP = 'face-comparison.dev/v1alpha1';
/** The one FaceComparison of a stage. */
export const NAME = 'faces';
export const SELECTOR = `app.kubernetes.io/instance=${NAME}`;
const REPLICAS = 2;
const HTTP_PORT = 8080;
const RETRY = 'face-comparison.dev/retry';

const LOOK_MS = 250;
/** Asking pods directly takes from what the service carries. */
const PODS_PER_SECOND = 0.5;
const PODS_PER_SECOND_NEAR_A_FLIP = 2;
/** The driver's answers are fetched this often, in looks. */
const LOOKS_PER_FETCH = 4;

const CLIENTS = evenClients();
const PINNED = clientOf('with-stored-vectors');
/** Above the weight of every canary, so that it only sees what answers everybody. */
const PROBE = clientOf(
  Array.from({ length: 1000 }, (_, i) => `probe-${i}`).find((name) => bucketOf(name) >= 99) ?? 'probe',
);

/** `spec.rollout` of a FaceComparison. */
export interface Rollout {
  readonly steps?: readonly { readonly weight: number; readonly hold: string }[];
  readonly checks?: Readonly<Record<string, number | string>>;
  readonly promotion?: 'Automatic' | 'Manual';
  readonly approved?: string | null;
  readonly retain?: string;
  readonly deadline?: string;
  readonly switchLead?: string;
}

/** A machine that loads a model beside everything else answers late for a while: requests wait, and are not sent away. */
const PATIENT = [{ name: 'FACE_COMPARISON_QUEUE_LIMIT', value: '1000' }];

/** What scenarios begin with: short, and lenient with a machine of two cores that does everything else as well. */
const ROLLOUT = {
  steps: [
    { weight: 20, hold: '5s' },
    { weight: 50, hold: '5s' },
  ],
  checks: { minParity: 0.99, maxErrorRate: 0.01, maxLatencyRatio: 10, minRequests: 10, afterSwitch: '3s' },
  promotion: 'Automatic',
  approved: null,
  retain: '1h',
  // Only what is meant to run into it does, however busy the machine is.
  deadline: '15m',
  switchLead: '4s',
} as const satisfies Rollout;

/** The shortest way from anything to the model that a scenario begins with. */
const SETTLING = { ...ROLLOUT, steps: [], checks: { ...ROLLOUT.checks, afterSwitch: '1s' }, retain: '1s' };

/** The status at some moment. */
export interface Look {
  readonly atMs: number;
  readonly status: FaceComparisonStatus;
}

/** A namespace with one FaceComparison, its models, traffic to it, and somebody who watches. */
export class Stage {
  readonly rig: Rig;
  readonly namespace: string;
  /** Requests a second through the Service, from the next `begin` on. */
  perSecond = 0;
  /** Requests a second that the service answered with nothing else to do. */
  capacityPerSecond = 0;
  /** What it took to make the stage. */
  openingFigures: Readonly<Record<string, number>> = {};
  /** Everything since `begin`, in order. */
  records: DriverRecord[] = [];
  marks: Mark[] = [];
  looks: Look[] = [];
  #serviceUrl = '';
  #pins: readonly Pin[] = [];
  #podsPerSecond = PODS_PER_SECOND;
  #podsAtStart: readonly Pod[] = [];
  #targets = '';
  #fetched = 0;
  #isOpen = false;
  #watching: Promise<void> = Promise.resolve();

  private constructor(rig: Rig, namespace: string) {
    this.rig = rig;
    this.namespace = namespace;
  }

  /** Makes the namespace with all FaceModels and the FaceComparison on the default model. */
  static async open(rig: Rig, namespace: string): Promise<Stage> {
    const stage = new Stage(rig, namespace);
    await applyAll(rig.cluster, [namespaceOf(namespace)]);
    await stage.applyComparison('default');
    return stage;
  }

  get serviceUrl(): string {
    return this.#serviceUrl;
  }

  /** A key that the service takes. */
  get key(): string {
    return PINNED.key;
  }

  /** Requests through the Service, of whoever insists on no version. */
  get serviceRecords(): DriverRecord[] {
    return this.records.filter(({ route }) => route === 'service');
  }

  /** Applies the keys, the FaceModels and the FaceComparison. */
  async applyComparison(model: string): Promise<void> {
    const { rig, namespace } = this;
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace },
      stringData: { 'keys.json': keysFileOf([...CLIENTS, PINNED, PROBE]) },
    };
    const models = [...rig.bundles.values()].map(({ name, version, sha256 }) => {
      const manifest = name === 'default' ? 'file:///models/default/manifest.json' : manifestUrl(name);
      return this.#model(name, version, manifest, sha256);
    });
    const { approved: _, ...rollout } = ROLLOUT;
    const spec = {
      model,
      replicas: REPLICAS,
      lanes: 1,
      auth: { mode: 'ApiKey', keysSecret: 'keys' },
      resources: { requests: { cpu: '100m' } },
      s3: { endpoint: rig.endpoint, region: STORE_REGION },
      pod: { env: [...STORE_ENVIRONMENT, ...PATIENT] },
      rollout,
    };
    const comparison = { apiVersion: GROUP, kind: 'FaceComparison', metadata: { name: NAME, namespace }, spec };
    await applyAll(rig.cluster, [secret, ...models, comparison]);
  }

  /** Applies a FaceModel that lies about where it is or what it must be. */
  async applyModel(name: string, version: string, manifest: string, sha256: string): Promise<void> {
    await applyAll(this.rig.cluster, [this.#model(name, version, manifest, sha256)]);
  }

  /** The version of a bundle. */
  version(name: string): string {
    const bundle = this.rig.bundles.get(name);
    if (bundle === undefined) throw new Error(`there is no bundle ${name}`);
    return bundle.version;
  }

  async patch(spec: { readonly model?: string; readonly rollout?: Rollout }): Promise<void> {
    this.mark(spec.model === undefined ? 'patched' : `patched to ${spec.model}`);
    await this.rig.api.patch(this.#path, { spec });
  }

  /** @throws KubeApiError when there is none */
  async status(): Promise<FaceComparisonStatus> {
    return (await this.#object()).status ?? {};
  }

  /** Waits until the status, for the spec as it is now, is as wanted; the message of an error has the last one. */
  async untilStatus(what: string, holds: (status: FaceComparisonStatus) => boolean): Promise<FaceComparisonStatus> {
    let last: FaceComparisonStatus = {};
    return until(
      what,
      async () => {
        const { metadata, status = {} } = await this.#object();
        last = status;
        return status.observedGeneration === metadata.generation && holds(status) ? status : undefined;
      },
      { ...PATIENTLY, describe: () => `${last.phase ?? ''}: ${last.message ?? ''}` },
    );
  }

  /** Waits until a model serves, nothing goes on, and every pod follows. */
  async untilServing(model: string): Promise<FaceComparisonStatus> {
    return this.untilStatus(`${model} serves`, ({ phase, serving, rollout, updatedReplicas, readyReplicas }) => {
      const isQuiet = phase === 'Serving' && rollout === undefined;
      return isQuiet && serving?.model === model && updatedReplicas === REPLICAS && readyReplicas === REPLICAS;
    });
  }

  /** Waits until the canary has a weight. */
  async untilWeight(weight: number): Promise<void> {
    await this.untilStatus(`the canary has ${weight} %`, (status) => status.weight === weight);
  }

  /** Waits until clients have got so many answers of a version. */
  async untilAnswers(version: string, count: number): Promise<void> {
    await until(
      `there are ${count} answers of ${version}`,
      () => this.serviceRecords.filter((record) => record.version === version).length >= count,
      PATIENTLY,
    );
  }

  /**
   * Goes to where each scenario begins: a model serves alone, nothing was rejected, and there is traffic.
   * @param options.pins models whose versions clients insist on
   * @param options.flips pods are asked more often, so that it is seen when each of them changes over
   */
  async begin(
    model: string,
    rollout: Rollout = {},
    { pins = [], flips = false }: { readonly pins?: readonly string[]; readonly flips?: boolean } = {},
  ): Promise<void> {
    await this.rig.api.patch(this.#path, { metadata: { annotations: { [RETRY]: new Date().toISOString() } } });
    await this.patch({ model, rollout: SETTLING });
    await this.untilStatus(`${model} serves alone`, ({ phase, serving, rollout: moving, retained, ...status }) => {
      const isQuiet = phase === 'Serving' && moving === undefined && retained === undefined;
      return isQuiet && serving?.model === model && status.updatedReplicas === REPLICAS;
    });
    await this.untilServing(model);
    await this.patch({ rollout: { ...ROLLOUT, ...rollout, checks: { ...ROLLOUT.checks, ...rollout.checks } } });
    this.#podsPerSecond = flips ? PODS_PER_SECOND_NEAR_A_FLIP : PODS_PER_SECOND;
    this.#pins = pins.map((name) => ({ version: this.version(name), client: PINNED, perSecond: 1 }));
    this.#serviceUrl = await this.#addressOfService();
    this.#podsAtStart = await this.pods();
    this.#targets = '';
    await this.#aim(this.#podsAtStart);
    await this.#fetch();
    this.forget();
    this.#isOpen = true;
    this.#watching = this.#watch();
  }

  /** Forgets what was seen. */
  forget(): void {
    this.records = [];
    this.marks = [];
    this.looks = [];
  }

  /** Waits for the answers of what was sent, and stops. */
  async end(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#watching;
    await this.rig.driver.send({ ...this.#traffic([]), perSecond: 0, pins: [] });
    await until(
      'all requests are answered',
      async () => (await this.rig.driver.records(this.#fetched)).unansweredSinceMs === null,
      PATIENTLY,
    );
    await this.#fetch();
  }

  /** What the service carries, in requests a second, with all other traffic stopped. */
  async measureCapacity(): Promise<number> {
    this.#serviceUrl = await this.#addressOfService();
    const { perSecond } = await this.rig.driver.measureCapacity(this.#traffic([]));
    return perSecond;
  }

  mark(label: string): void {
    this.marks.push({ atMs: Date.now(), label });
  }

  async pods(): Promise<readonly Pod[]> {
    const selector = encodeURIComponent(SELECTOR);
    return parsePods(await this.rig.api.get(`/api/v1/namespaces/${this.namespace}/pods?labelSelector=${selector}`));
  }

  /** Events about the FaceComparison. */
  async events(): Promise<readonly Event[]> {
    const all = parseEvents(await this.rig.api.get(`/apis/events.k8s.io/v1/namespaces/${this.namespace}/events`));
    return all.filter(({ regarding }) => regarding?.kind === 'FaceComparison' && regarding.name === NAME);
  }

  /** How many pods of the beginning are gone, or have had a container started anew. */
  async disturbedPods(): Promise<number> {
    const now = new Map((await this.pods()).map((pod) => [pod.metadata.uid, pod]));
    return this.#podsAtStart.filter((pod) => {
      const same = now.get(pod.metadata.uid);
      return same === undefined || restartsOf(same) > restartsOf(pod);
    }).length;
  }

  /** Requests through the Service that were not answered as they should be. */
  failures(isExcused: (record: DriverRecord) => boolean = () => false): DriverRecord[] {
    return this.records.filter((record) => record.route !== 'pod' && record.status !== 200 && !isExcused(record));
  }

  /** From when to when all pods were seen to follow a plan with this weight. */
  spanOfWeight(weight: number): { readonly fromMs: number; readonly toMs: number } {
    const own = this.looks.filter(({ status }) => status.weight === weight && status.updatedReplicas === REPLICAS);
    const [first, last] = [own.at(0), own.at(-1)];
    if (first === undefined || last === undefined) throw new Error(`the canary was never seen at ${weight} %`);
    return { fromMs: first.atMs, toMs: last.atMs };
  }

  /** What helps to see why a scenario failed. */
  async describe(): Promise<string> {
    const operator = ['-n', OPERATOR_NAMESPACE, '-l', 'app.kubernetes.io/name=face-comparison-operator'];
    const commands = [
      ['describe', 'facecomparison', NAME, '-n', this.namespace],
      ['get', 'pods', '-A', '-o', 'wide'],
      ['get', 'events', '-n', this.namespace, '--sort-by=.lastTimestamp'],
      ['logs', ...operator, '--tail=60'],
      ['logs', '-n', this.namespace, '-l', SELECTOR, '--tail=30'],
    ];
    const told = commands.map((args) => this.rig.cluster.kubectl(args).catch((error: unknown) => String(error)));
    return (await Promise.all(told)).join('\n');
  }

  get #path(): string {
    return `/apis/${GROUP}/namespaces/${this.namespace}/facecomparisons/${NAME}`;
  }

  async #object(): Promise<ReturnType<typeof parseFaceComparison>> {
    return parseFaceComparison(await this.rig.api.get(this.#path));
  }

  async #addressOfService(): Promise<string> {
    return `http://${await serviceAddress(this.rig.cluster, this.namespace, NAME)}:80`;
  }

  #model(name: string, version: string, manifest: string, sha256: string): object {
    const metadata = { name, namespace: this.namespace };
    return { apiVersion: GROUP, kind: 'FaceModel', metadata, spec: { version, source: { manifest, sha256 } } };
  }

  #traffic(pods: readonly Pod[]): Traffic {
    return {
      serviceUrl: this.#serviceUrl,
      clients: CLIENTS,
      perSecond: this.perSecond,
      pins: this.#pins,
      pods: pods.map(({ metadata, status }) => ({
        name: metadata.name,
        url: `http://${status.podIP ?? ''}:${HTTP_PORT}`,
      })),
      podClient: PROBE,
      podsPerSecond: this.#podsPerSecond,
    };
  }

  /** Asks the pods that are ready, too; does nothing while they are the same. */
  async #aim(pods: readonly Pod[]): Promise<void> {
    const ready = pods.filter(isReady);
    const targets = ready.map(({ metadata }) => metadata.name).join();
    if (targets === this.#targets) return;
    await this.rig.driver.send(this.#traffic(ready));
    this.#targets = targets;
  }

  async #fetch(): Promise<void> {
    for (;;) {
      const page = await this.rig.driver.records(this.#fetched);
      if (page.lost > 0) throw new Error(`${page.lost} records of the driver are lost`);
      const last = page.records.at(-1);
      if (last === undefined) return;
      this.#fetched = last.n;
      this.records.push(...page.records);
    }
  }

  /** Looks at the status, the pods and the answers until the end. */
  async #watch(): Promise<void> {
    for (let looks = 0; this.#isOpen; looks++) {
      try {
        await this.#look();
        if (looks % LOOKS_PER_FETCH === 0) {
          await this.#aim(await this.pods());
          await this.#fetch();
        }
      } catch {
        // The API server may be away, and the object may be deleted: scenarios do that. What is missed is fetched later.
      }
      await sleep(LOOK_MS);
    }
  }

  async #look(): Promise<void> {
    const status = await this.status();
    const before = this.looks.at(-1)?.status;
    this.looks.push({ atMs: Date.now(), status });
    const word = wordOf(status);
    if (before === undefined || wordOf(before) !== word) this.mark(word);
  }
}

/** The phase, with the weight of a canary. */
function wordOf({ phase = 'no phase', weight }: FaceComparisonStatus): string {
  return weight === undefined ? phase : `${phase} ${weight} %`;
}
