import type { Serving, ServedVersion, ServingPlan } from '@face-comparison/contract';

import type { FaceComparison, FaceComparisonSpec } from '../../src/api/v1alpha1/index.js';
import { decide, type Decision } from '../../src/domain/decide.js';
import type { ModelFacts } from '../../src/domain/model-facts.js';
import type { Pod } from '../../src/domain/pod.js';

/** A model of the simulated world: what it is, and what becomes of who loads it. */
export interface SimulatedModel {
  readonly version: string;
  readonly space: string;
  /** Spaces that it declares to be comparable with, and the cosine that is measured there. */
  readonly comparableWith?: readonly string[];
  readonly parity?: number;
  /** Reason code of the failure to load it. */
  readonly fails?: string;
  /** Share of its requests that fail. */
  readonly errorRate?: number;
  readonly latencyMs?: number;
  readonly loadMs?: number;
}

interface SimulatedVersion {
  readonly readyAt: number;
  requests: number;
  errors: number;
  latencySumMs: number;
}

interface SimulatedPod {
  readonly name: string;
  readonly startedAt: number;
  plan: ServingPlan | undefined;
  /** Plans on their way to it. */
  coming: { readonly at: number; readonly plan: ServingPlan }[];
  /** No plan reaches it until it is let go. */
  stuck: boolean;
  readonly versions: Map<string, SimulatedVersion>;
}

const TICK_MS = 50;
/** How soon the operator looks again while something moves, and at rest. */
const POLL_MS = 250;
const REST_POLL_MS = 1_000;
/** A plan reaches a pod within this time, and not always in the order of the pods. */
const MAX_DELIVERY_MS = 600;
const REQUESTS_PER_TICK = 4;

/**
 * Pods that follow plans as the server does, an API server that keeps a plan and a status, and an operator that is nothing but
 * `decide` and two writes, between which it can die. Time is simulated; whatever is random comes from one seed.
 */
export class Simulation {
  now = Date.parse('2026-01-01T00:00:00Z');
  readonly models: Readonly<Record<string, SimulatedModel>>;
  readonly object: FaceComparison;
  plan: ServingPlan | undefined;
  pods: SimulatedPod[] = [];
  /** Writes so far: plans and statuses. */
  writes = 0;
  readonly events: string[] = [];
  /** What happened that must never happen. */
  readonly violations: string[] = [];
  /** The next pass of the operator dies after so many writes. */
  crashAfterWrites: number | undefined;
  /** The operator dies right after the write of this number, counted from 1. */
  dieAtWrite: number | undefined;
  operatorIsUp = true;
  #random: number;
  #podCount = 0;
  #nextPassAt = 0;
  #wasServing = false;

  constructor(
    models: Readonly<Record<string, SimulatedModel>>,
    spec: FaceComparisonSpec,
    { replicas = 3, seed = 1 }: { readonly replicas?: number; readonly seed?: number } = {},
  ) {
    this.models = models;
    this.#random = seed;
    this.object = {
      apiVersion: 'face-comparison.dev/v1alpha1',
      kind: 'FaceComparison',
      metadata: { name: 'faces', namespace: 'default', uid: 'uid', generation: 1 },
      spec,
    };
    for (let i = 0; i < replicas; i++) this.addPod();
  }

  get status(): NonNullable<FaceComparison['status']> {
    return this.object.status ?? {};
  }

  patch(change: Partial<FaceComparisonSpec>): void {
    Object.assign(this.object.spec, change);
    this.object.metadata.generation = (this.object.metadata.generation ?? 0) + 1;
    this.#nextPassAt = this.now;
  }

  addPod(): void {
    const name = `faces-${++this.#podCount}`;
    this.pods.push({ name, startedAt: this.now, plan: undefined, coming: [], stuck: false, versions: new Map() });
    this.#nextPassAt = this.now;
  }

  /** A pod ends, and another comes in its place. */
  replacePod(index: number): void {
    this.pods.splice(index % this.pods.length, 1);
    this.addPod();
  }

  setStuck(index: number, stuck: boolean): void {
    const pod = this.pods[index % this.pods.length];
    if (pod === undefined) return;
    pod.stuck = stuck;
    if (stuck) pod.coming = [];
    else if (this.plan !== undefined) pod.coming.push({ at: this.now + TICK_MS, plan: this.plan });
  }

  /** Lets time pass. */
  run(ms: number): void {
    const end = this.now + ms;
    while (this.now < end) {
      this.now += TICK_MS;
      for (const pod of this.pods) this.#live(pod);
      this.#watch();
      if (this.operatorIsUp && this.now >= this.#nextPassAt) this.pass();
    }
  }

  /** Lets time pass until something holds. */
  runUntil(what: string, holds: () => boolean, limitMs = 600_000): void {
    const end = this.now + limitMs;
    while (!holds()) {
      if (this.now >= end) throw new Error(`${what} did not come; ${JSON.stringify(this.status, undefined, 1)}`);
      this.run(TICK_MS);
    }
  }

  /** One look of the operator, and the writes that follow from it. */
  pass(): Decision {
    const decision = decide({
      object: structuredClone(this.object),
      models: this.#facts(),
      plan: this.plan,
      pods: this.pods.map((pod) => this.#seen(pod)),
      deployment: { replicas: this.pods.length, image: undefined },
      now: this.now,
    });
    const pollMs = decision.moving ? POLL_MS : REST_POLL_MS;
    this.#nextPassAt = Math.min(this.now + pollMs, Math.max(decision.dueAt ?? Infinity, this.now + TICK_MS));
    let left = this.crashAfterWrites ?? Infinity;
    this.crashAfterWrites = undefined;
    const writePlan = (): boolean => {
      if (decision.plan === undefined || JSON.stringify(decision.plan) === JSON.stringify(this.plan)) return true;
      if (left-- <= 0) return false;
      this.#write(decision.plan);
      return this.writes !== this.dieAtWrite;
    };
    const writeStatus = (): boolean => {
      if (JSON.stringify(decision.status) === JSON.stringify(this.object.status)) return true;
      if (left-- <= 0) return false;
      this.object.status = structuredClone(decision.status);
      this.writes++;
      return this.writes !== this.dieAtWrite;
    };
    const steps = decision.statusFirst ? [writeStatus, writePlan] : [writePlan, writeStatus];
    if (!steps.every((step) => step())) return decision;
    for (const { reason } of decision.events) this.events.push(reason);
    return decision;
  }

  /** The version that a pod answers requests without a pin with, by its own plan; undefined when it answers none. */
  answers(pod: SimulatedPod): string | undefined {
    if (pod.plan === undefined) return undefined;
    const { switch: flip } = pod.plan;
    const standard = flip !== undefined && Date.parse(flip.at) <= this.now ? flip.to : pod.plan.default;
    return this.#isReady(pod, standard) ? standard : undefined;
  }

  #write(plan: ServingPlan): void {
    this.plan = structuredClone(plan);
    this.writes++;
    for (const pod of this.pods) {
      const at = this.now + TICK_MS + Math.floor(this.#next() * MAX_DELIVERY_MS);
      if (!pod.stuck) pod.coming.push({ at, plan: this.plan });
    }
  }

  #live(pod: SimulatedPod): void {
    // A new pod finds the plan mounted.
    if (pod.plan === undefined && this.plan !== undefined && !pod.stuck) this.#follow(pod, this.plan);
    for (const { plan } of pod.coming.filter(({ at }) => at <= this.now)) {
      if (plan.generation > (pod.plan?.generation ?? 0)) this.#follow(pod, plan);
    }
    pod.coming = pod.coming.filter(({ at }) => at > this.now);
    const standard = this.answers(pod);
    if (standard === undefined) return;
    const canary = pod.plan?.canary;
    for (let i = 0; i < REQUESTS_PER_TICK; i++) {
      const isTried = canary !== undefined && this.#isReady(pod, canary.version) && this.#next() * 100 < canary.weight;
      this.#serve(pod, isTried ? canary.version : standard);
    }
  }

  #follow(pod: SimulatedPod, plan: ServingPlan): void {
    pod.plan = plan;
    for (const version of pod.versions.keys()) {
      if (!plan.models.some((entry) => entry.version === version)) pod.versions.delete(version);
    }
    for (const { version } of plan.models) {
      if (pod.versions.has(version)) continue;
      const { loadMs = 500 } = this.#model(version);
      pod.versions.set(version, { readyAt: this.now + loadMs, requests: 0, errors: 0, latencySumMs: 0 });
    }
  }

  #serve(pod: SimulatedPod, version: string): void {
    const counts = pod.versions.get(version);
    if (counts === undefined) return;
    const { errorRate = 0, latencyMs = 40 } = this.#model(version);
    counts.requests++;
    counts.latencySumMs += latencyMs;
    if (this.#next() < errorRate) counts.errors++;
  }

  /** Looks for what must never be. */
  #watch(): void {
    const answering = this.pods.map((pod) => ({ pod, version: this.answers(pod) })).filter(({ version }) => version);
    const groups = new Set(answering.map(({ version = '' }) => this.#group(version)));
    if (groups.size > 1) this.#violated(`two spaces on the default route: ${[...groups].join(' and ')}`);
    for (const { pod, version = '' } of answering) {
      const canary = pod.plan?.canary;
      if (canary !== undefined && this.#group(canary.version) !== this.#group(version)) {
        this.#violated(`${pod.name} splits traffic across two spaces`);
      }
    }
    if (answering.length > 0) this.#wasServing = true;
    // Pods that a test takes away do not count: at least one that is old enough must answer.
    const settled = this.pods.some((pod) => this.now - pod.startedAt > 5_000);
    if (this.#wasServing && settled && answering.length === 0) this.#violated('no pod answers');
  }

  #violated(what: string): void {
    this.violations.push(`${new Date(this.now).toISOString()} ${what}`);
  }

  /** Versions of one group can be compared. */
  #group(version: string): string {
    const { space, comparableWith } = this.#model(version);
    return comparableWith?.[0] ?? space;
  }

  #isReady(pod: SimulatedPod, version: string): boolean {
    const loaded = pod.versions.get(version);
    return loaded !== undefined && loaded.readyAt <= this.now && this.#model(version).fails === undefined;
  }

  #model(version: string): SimulatedModel {
    const found = Object.values(this.models).find((model) => model.version === version);
    if (found === undefined) throw new Error(`no model has version ${version}`);
    return found;
  }

  #facts(): Map<string, ModelFacts> {
    return new Map(
      Object.entries(this.models).map(([model, { version, space }]) => [
        model,
        {
          ...{ model, version, manifest: `s3://models/${version}/manifest.json`, sha256: shaOf(version) },
          ...{ verification: 'verified', embeddingSpace: space },
        },
      ]),
    );
  }

  #seen(pod: SimulatedPod): Pod {
    const serving = pod.plan === undefined ? undefined : this.#serving(pod, pod.plan);
    return {
      name: pod.name,
      uid: pod.name,
      ready: this.answers(pod) !== undefined,
      ending: false,
      ...(serving === undefined ? { unanswered: 'connection refused' } : { serving }),
    };
  }

  #serving(pod: SimulatedPod, plan: ServingPlan): Serving {
    const { switch: flip } = plan;
    const standard = flip !== undefined && Date.parse(flip.at) <= this.now ? flip.to : plan.default;
    return {
      startedAt: new Date(pod.startedAt).toISOString(),
      now: new Date(this.now).toISOString(),
      generation: plan.generation,
      default: standard,
      versions: [...pod.versions].map(([version, loaded]) => this.#report(pod, version, loaded, standard)),
    };
  }

  #report(pod: SimulatedPod, version: string, loaded: SimulatedVersion, standard: string): ServedVersion {
    const model = this.#model(version);
    const isReady = this.#isReady(pod, version);
    const isComparable = this.#group(version) === this.#group(standard);
    const hasFailed = model.fails !== undefined && loaded.readyAt <= this.now;
    return {
      version,
      state: hasFailed ? 'failed' : isReady ? 'ready' : 'loading',
      ...(hasFailed ? { reason: `it fails: ${model.fails ?? ''}`, reasonCode: model.fails ?? '' } : {}),
      embeddingSpace: model.space,
      model: { name: 'm', sizeBytes: 1, vectorLength: 4, comparableWith: [...(model.comparableWith ?? [])] },
      parity: version === standard ? 1 : isComparable && isReady ? (model.parity ?? 1) : null,
      measured: isReady && this.#isReady(pod, standard),
      comparable: isComparable && isReady,
      lanes: 1,
      requests: loaded.requests,
      errors: loaded.errors,
      latency: { count: loaded.requests, sumMs: loaded.latencySumMs, p50Ms: null, p95Ms: null, p99Ms: null },
    };
  }

  /** A number from 0 to 1 (mulberry32): the same ones for the same seed. */
  #next(): number {
    this.#random = (this.#random + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#random ^ (this.#random >>> 15), 1 | this.#random);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
}

/** A digest for each version. */
export function shaOf(version: string): string {
  return Buffer.from(version).toString('hex').padEnd(64, '0').slice(0, 64);
}
