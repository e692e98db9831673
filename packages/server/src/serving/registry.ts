import type { ServingPlan } from '@face-comparison/contract';
import type { EngineModel } from '@face-comparison/engine';
import type { LanePool } from '../lanes/scheduler.js';
import { route, defaultVersion, type Route } from './routing.js';
import { VersionStatistics } from './statistics.js';

export type VersionState = 'downloading' | 'loading' | 'warming' | 'ready' | 'failed' | 'unloading';

export type PlanEntry = ServingPlan['models'][number];

/** How well the vectors of a version agree with those of the default, measured on the default's golden crops. */
export interface Parity {
  /** The version compared with. */
  readonly against: string;
  /** The smallest cosine; null when the two cannot be compared on crops. */
  readonly cosine: number | null;
}

/** The lanes of a version; see LaneGroup. */
export interface VersionLanes extends LanePool {
  readonly size: number;
  start(): Promise<void>;
  warm(budgetMs: number): Promise<number | null>;
  goldenCosine(other: EngineModel, budgetMs: number): Promise<number | null>;
  stop(): Promise<void>;
}

/** A model version of the plan and what has become of it. */
export class ServedVersion {
  readonly entry: PlanEntry;
  readonly statistics = new VersionStatistics();
  state: VersionState = 'downloading';
  progress: { doneBytes: number; totalBytes: number } = { doneBytes: 0, totalBytes: 0 };
  reason: string | undefined;
  /** The failure as a word that a program can tell apart. */
  reasonCode: string | undefined;
  model: EngineModel | undefined;
  lanes: VersionLanes | undefined;
  parity: Parity | undefined;
  /** The smallest cosine to the vectors that the makers of the model got for its golden crops. */
  selfParity: number | null = null;
  /** Requests that are being answered by it. */
  inFlight = 0;
  readonly #abort = new AbortController();

  constructor(entry: PlanEntry) {
    this.entry = entry;
  }

  get version(): string {
    return this.entry.version;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** A method, since the compiler does not see that it may change while something is awaited. */
  isAbandoned(): boolean {
    return this.#abort.signal.aborted;
  }

  /** No longer wanted: whatever loads it stops. */
  abandon(): void {
    this.#abort.abort();
  }
}

/** The bundle can be read, and yet the version must not be served. */
class ModelRefusedError extends Error {
  override readonly name = 'ModelRefusedError';
  readonly code: 'version_mismatch' | 'golden_mismatch';

  constructor(code: ModelRefusedError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** A plan that is not followed; the last good one stays. */
export interface RefusedPlan {
  /** Null when the plan could not be read. */
  readonly generation: number | null;
  readonly reason: string;
}

export interface RegistryOptions {
  readonly open: (
    entry: PlanEntry,
    onProgress: (progress: ServedVersion['progress']) => void,
    signal: AbortSignal,
  ) => Promise<EngineModel>;
  readonly createLanes: (model: EngineModel) => VersionLanes;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Told of each failure to load a version. */
  readonly onLoadFailed?: (error: Error) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits before a version that could not be loaded is tried again. */
  readonly retryDelaysMs?: readonly number[];
  readonly goldenBudgetMs?: number;
}

const RETRY_DELAYS_MS = [5_000, 15_000, 60_000, 300_000];
const GOLDEN_BUDGET_MS = 120_000;
const DRAIN_POLL_MS = 50;
/** setTimeout takes no longer waits. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The model versions of this process: loads what the plan names, unloads what it no longer names, and routes. */
export class Registry {
  readonly #options: RegistryOptions;
  readonly #versions = new Map<string, ServedVersion>();
  /** Versions on their way out; they still finish their requests. */
  readonly #leaving = new Set<ServedVersion>();
  #plan: ServingPlan | undefined;
  #refused: RefusedPlan | undefined;
  #switchTimer: NodeJS.Timeout | undefined;
  /** Parity is measured for one plan or loaded version after the other. */
  #measured: Promise<void> = Promise.resolve();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  get plan(): ServingPlan | undefined {
    return this.#plan;
  }

  /** Why the latest plan is not followed. */
  get refused(): RefusedPlan | undefined {
    return this.#refused;
  }

  get versions(): readonly ServedVersion[] {
    return [...this.#versions.values(), ...this.#leaving];
  }

  get(version: string): ServedVersion | undefined {
    return this.#versions.get(version);
  }

  /** Versions that are ready and can be pinned. */
  get loadedVersions(): string[] {
    return [...this.#versions.values()].filter(({ state }) => state === 'ready').map(({ version }) => version);
  }

  /**
   * Whether requests may come here: the default is ready, and so is the version that a switch makes the default. A process that
   * starts shortly before a switch would otherwise be ready, and at the instant of it no more.
   */
  get isReady(): boolean {
    const target = this.#plan?.switch?.to;
    return this.standard !== undefined && (target === undefined || this.#versions.get(target)?.state === 'ready');
  }

  /** The version that answers requests without a pin, if it is ready. */
  get standard(): ServedVersion | undefined {
    const version =
      this.#plan === undefined ? undefined : this.#versions.get(defaultVersion(this.#plan, this.#options.now()));
    return version?.state === 'ready' ? version : undefined;
  }

  /**
   * Follows a plan from now on, unless something speaks against it: then nothing changes, and `refused` says why.
   * @returns whether the plan is followed
   */
  apply(plan: ServingPlan): boolean {
    const reason = this.#objection(plan);
    if (reason !== undefined) {
      this.refuse({ generation: plan.generation, reason });
      return false;
    }
    this.#refused = undefined;
    this.#plan = plan;
    for (const served of [...this.#versions.values()]) {
      if (!plan.models.some((entry) => isSameEntry(entry, served.entry))) void this.#unload(served);
    }
    for (const entry of plan.models) {
      if (this.#versions.has(entry.version)) continue;
      const served = new ServedVersion(entry);
      this.#versions.set(entry.version, served);
      void this.#load(served);
    }
    this.#awaitSwitch();
    this.#measureParity();
    return true;
  }

  /** Notes that a plan was not taken. */
  refuse(refused: RefusedPlan): void {
    this.#refused = refused;
    this.#options.log('error', 'serving plan refused; the last good one stays', {
      ...refused,
      following: this.#plan?.generation,
    });
  }

  /** Calls for what has to be done when the default changes at an instant; routing itself looks at the clock. */
  #awaitSwitch(): void {
    clearTimeout(this.#switchTimer);
    const at = this.#plan?.switch?.at;
    const waitMs = at === undefined ? 0 : Date.parse(at) - this.#options.now();
    if (waitMs <= 0) return;
    this.#switchTimer = setTimeout(
      () => {
        this.#awaitSwitch();
        if (this.#plan?.switch === undefined || Date.parse(this.#plan.switch.at) > this.#options.now()) return;
        this.#options.log('info', 'default switched', { to: this.#plan.switch.to });
        this.#measureParity();
      },
      Math.min(waitMs, MAX_TIMER_MS),
    ).unref();
  }

  route(pin: string | undefined, client: string): Route {
    if (this.#plan === undefined) return { kind: 'not-ready', version: 'none' };
    return route({
      plan: this.#plan,
      versions: new Map(
        [...this.#versions.values()].map(({ version, state, model }) => [
          version,
          {
            version,
            space: model?.space ?? '',
            ready: state === 'ready',
            loading: state === 'downloading' || state === 'loading' || state === 'warming',
          },
        ]),
      ),
      comparable: (a, b) => this.comparable(a, b) === true,
      pin,
      client,
      now: this.#options.now(),
    });
  }

  /**
   * Whether vectors of two loaded versions may be compared: they share a space, or one declares the space of the other and
   * parity was measured to be as good as declared. Undefined as long as it is not known.
   */
  comparable(a: string, b: string): boolean | undefined {
    const first = this.#versions.get(a);
    const second = this.#versions.get(b);
    if (first?.model === undefined || second?.model === undefined) return undefined;
    if (first.model.space === second.model.space) return true;
    const declared = declaration(first.model, second.model) ?? declaration(second.model, first.model);
    if (declared === undefined) return false;
    const parity = [first, second].find((version) => version.parity?.against === (version === first ? b : a))?.parity;
    if (parity === undefined) return undefined;
    return parity.cosine !== null && parity.cosine >= declared;
  }

  /** Ends all lanes. */
  async stop(): Promise<void> {
    clearTimeout(this.#switchTimer);
    for (const served of this.#versions.values()) served.abandon();
    await Promise.all(this.versions.map(async ({ lanes }) => lanes?.stop()));
  }

  #objection(plan: ServingPlan): string | undefined {
    for (const entry of plan.models) {
      const served = this.#versions.get(entry.version);
      // One that has not served anything yet may be corrected.
      if (served?.state === 'ready' && !isSameEntry(served.entry, entry)) {
        return `version ${entry.version} is already served from ${served.entry.manifest}; a version never changes, give the other manifest another version`;
      }
    }
    return this.#canaryObjection(plan);
  }

  #canaryObjection(plan: ServingPlan): string | undefined {
    const standard = defaultVersion(plan, this.#options.now());
    const canary = plan.canary;
    if (canary === undefined || canary.weight === 0 || this.comparable(canary.version, standard) !== false) {
      return undefined;
    }
    return `the canary ${canary.version} would split traffic across two embedding spaces: its vectors cannot be compared with those of ${standard}`;
  }

  /**
   * Drops a canary that turns out not to be comparable only after its plan was taken, when the manifests have been read or
   * parity has been measured. The rest of the plan stays: to go back to an older one could unload what serves now.
   */
  #judgeCanary(): void {
    const plan = this.#plan;
    const reason = plan === undefined ? undefined : this.#canaryObjection(plan);
    if (plan === undefined || reason === undefined) return;
    const { canary, ...rest } = plan;
    this.#plan = rest;
    this.#refused = { generation: plan.generation, reason };
    this.#options.log('error', 'canary refused; the rest of the serving plan is followed', {
      ...this.#refused,
      canary,
    });
  }

  async #load(served: ServedVersion): Promise<void> {
    const { log, retryDelaysMs = RETRY_DELAYS_MS } = this.#options;
    for (let attempt = 0; !served.isAbandoned(); attempt++) {
      try {
        await this.#loadOnce(served);
        return;
      } catch (error) {
        if (served.isAbandoned()) return;
        served.state = 'failed';
        const failure = error instanceof Error ? error : new Error(String(error));
        served.reason = failure.message;
        served.reasonCode = 'code' in failure && typeof failure.code === 'string' ? failure.code : undefined;
        this.#options.onLoadFailed?.(failure);
        const delay = retryDelaysMs[Math.min(attempt, retryDelaysMs.length - 1)] ?? 0;
        log('error', 'model version cannot be served', {
          version: served.version,
          reason: served.reason,
          retryInMs: delay,
        });
        await abortableDelay(delay, served.signal);
      }
    }
  }

  async #loadOnce(served: ServedVersion): Promise<void> {
    const { open, createLanes, log, goldenBudgetMs = GOLDEN_BUDGET_MS } = this.#options;
    const started = performance.now();
    served.state = 'downloading';
    const model = await open(served.entry, (progress) => (served.progress = progress), served.signal);
    if (model.manifest.version !== served.version) {
      throw new ModelRefusedError(
        'version_mismatch',
        `the plan calls it ${served.version}, its manifest says ${model.manifest.version}`,
      );
    }
    served.model = model;
    this.#judgeCanary();
    served.state = 'loading';
    const lanes = createLanes(model);
    served.lanes = lanes;
    let selfParity: number | null;
    try {
      await lanes.start();
      if (served.isAbandoned()) throw new Error('no longer wanted');
      served.state = 'warming';
      selfParity = await lanes.warm(goldenBudgetMs);
      if (selfParity === null || selfParity < model.manifest.golden.minCosine) {
        throw new ModelRefusedError(
          'golden_mismatch',
          `this machine computes other vectors than the makers of the model: cosine ${selfParity ?? 'unknown'} on the golden crops, at least ${model.manifest.golden.minCosine} expected`,
        );
      }
    } catch (error) {
      await lanes.stop();
      served.lanes = undefined;
      throw error;
    }
    served.selfParity = selfParity;
    served.reason = undefined;
    served.reasonCode = undefined;
    served.state = 'ready';
    log('info', 'model version is ready', {
      version: served.version,
      space: model.space,
      tookMs: Math.round(performance.now() - started),
    });
    this.#measureParity();
  }

  /** Measures what has not been measured yet against the present default. */
  #measureParity(): void {
    this.#measured = this.#measured.then(() => this.#measureAll()).then(() => this.#judgeCanary());
  }

  async #measureAll(): Promise<void> {
    const standard = this.standard;
    if (standard?.model === undefined) return;
    for (const served of this.#versions.values()) {
      if (served.state !== 'ready' || served.lanes === undefined || served.parity?.against === standard.version)
        continue;
      if (served === standard) continue;
      try {
        const cosine = await served.lanes.goldenCosine(
          standard.model,
          this.#options.goldenBudgetMs ?? GOLDEN_BUDGET_MS,
        );
        served.parity = { against: standard.version, cosine };
        this.#options.log('info', 'parity measured', { version: served.version, against: standard.version, cosine });
      } catch (error) {
        if (served.isAbandoned()) continue;
        this.#options.log('warn', 'parity could not be measured', { version: served.version, reason: String(error) });
      }
    }
  }

  async #unload(served: ServedVersion): Promise<void> {
    this.#versions.delete(served.version);
    this.#leaving.add(served);
    served.state = 'unloading';
    served.abandon();
    while (served.inFlight > 0) await abortableDelay(DRAIN_POLL_MS);
    await served.lanes?.stop();
    this.#leaving.delete(served);
    this.#options.log('info', 'model version is unloaded', { version: served.version });
  }
}

function isSameEntry(a: PlanEntry, b: PlanEntry): boolean {
  return a.version === b.version && a.manifest === b.manifest && a.sha256 === b.sha256;
}

function declaration(from: EngineModel, to: EngineModel): number | undefined {
  return from.manifest.comparableWith?.find(({ space }) => space === to.space)?.minCosine;
}

function abortableDelay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms).unref();
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
