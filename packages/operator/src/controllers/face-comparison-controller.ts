import { isDeepStrictEqual } from 'node:util';

import { ServingPlanSchema, type ServingPlan } from '@face-comparison/contract';
import {
  controllerOf,
  isConflict,
  isInvalid,
  isNotFound,
  resources,
  type ConfigMap,
  type Deployment,
  type EventRecorder,
  type KubeClient,
  type Logger,
  type ObjectKey,
  type Pod as KubePod,
  type ReconcileResult,
} from '@face-comparison/kube-runtime';
import { Value } from 'typebox/value';

import {
  FACE_COMPARISON_CONDITIONS,
  FIELD_MANAGER,
  PLAN_GENERATION_ANNOTATION,
  type FaceComparison,
  type FaceComparisonStatus,
  type ResolvedSpec,
} from '../api/v1alpha1/index.js';
import { ChildWriter, type ForeignObject } from '../cluster/child-writer.js';
import type { NamespaceInformers } from '../cluster/informers.js';
import { faceComparisons } from '../cluster/resources.js';
import { decide, type Decision, type Observed } from '../domain/decide.js';
import type { ModelFacts } from '../domain/model-facts.js';
import { follows, lasting, type Pod } from '../domain/pod.js';
import type { OperatorMetrics } from '../metrics.js';
import type { LearnedFacts } from '../models/learned-facts.js';
import { modelFacts } from '../models/model-facts.js';
import { askPods } from '../pods/ask-pods.js';
import type { ServingReader } from '../pods/serving-reader.js';
import {
  lackOfMemory,
  memoryLimit,
  PLAN_KEY,
  planConfigMapName,
  rememberedTemplate,
  renderDeployment,
  renderHorizontalPodAutoscaler,
  renderNetworkPolicy,
  renderPlanConfigMap,
  renderPodDisruptionBudget,
  renderService,
  renderServiceAccount,
  selectorText,
  SERVER_CONTAINER,
} from '../render/index.js';

export interface FaceComparisonControllerOptions {
  readonly client: KubeClient;
  readonly informers: NamespaceInformers;
  readonly writer: ChildWriter;
  readonly reader: Pick<ServingReader, 'read'>;
  readonly recorder: Pick<EventRecorder, 'record'>;
  readonly learned: LearnedFacts;
  readonly metrics: OperatorMetrics;
  readonly log: Logger;
  /** Image for a FaceComparison that names none, when its first pods are made. */
  readonly serverImage: string;
  readonly serverImagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** Who may ask pods what they serve. */
  readonly operatorNamespace: string;
  /** How often pods are asked while something moves, in milliseconds. */
  readonly pollMs: number;
  /** Called when pods told of models of which nothing was known. */
  readonly onLearned: (namespace: string, digests: readonly string[]) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How often pods are asked when nothing moves, in milliseconds: a pod that went astray is seen after that. */
const REST_POLL_MS = 30_000;
/** How often they are asked right after the plan has changed, and for how long. */
const EAGER_POLL_MS = 250;
const EAGER_MS = 10_000;
const SOONEST_MS = 20;
/** How soon it is looked again whether the children of an earlier object of the same name are gone. */
const LEAVING_POLL_MS = 500;

/** Makes of each FaceComparison what it says: looks at everything, decides, and writes what differs, the status last. */
export class FaceComparisonController {
  readonly #options: FaceComparisonControllerOptions;
  /** When the plan was written last, by uid. */
  readonly #planWrittenAt = new Map<string, number>();

  constructor(options: FaceComparisonControllerOptions) {
    this.#options = options;
  }

  async reconcile(key: ObjectKey, signal: AbortSignal): Promise<ReconcileResult | undefined> {
    const { informers, metrics, now } = this.#options;
    const object = informers.comparisons.get(key);
    if (object === undefined) {
      metrics.forget(key.namespace ?? '', key.name);
      return undefined;
    }
    // What is being deleted gets no child any more: garbage collection is at work.
    if (object.metadata.deletionTimestamp !== undefined) return undefined;
    const foreign = await this.#foreignChildren(object, signal);
    if (foreign.some(({ isLeaving }) => isLeaving)) return { requeueAfterMs: LEAVING_POLL_MS };
    const observed = await this.#observe(object, foreign, signal);
    const decision = decide(observed);
    await this.#follow(object, observed, decision, signal);
    return { requeueAfterMs: this.#nextLook(object, decision, now()) };
  }

  async #observe(object: FaceComparison, foreign: readonly ForeignObject[], signal: AbortSignal): Promise<Observed> {
    const { informers, reader, now } = this.#options;
    const { namespace, name } = object.metadata;
    const models = new Map(
      informers.models
        .list({ namespace })
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .map((model): [string, ModelFacts] => [model.metadata.name, modelFacts(model)]),
    );
    const plan = planIn(informers.configMaps.get({ namespace, name: planConfigMapName(name) }));
    const deployment = informers.deployments.get({ namespace, name });
    const pods = await askPods(this.#podsOf(object), reader, signal);
    this.#learn(object, plan, pods);
    const serving = object.status?.serving?.sha256;
    const servingFacts = [...models.values()].find(({ sha256 }) => sha256 === serving);
    return {
      object,
      models,
      plan,
      pods,
      deployment: deployment && { replicas: deployment.spec?.replicas ?? 1, image: imageOf(deployment) },
      now: now(),
      obstacles: foreign.map(
        ({ kind, name: taken }) =>
          `there is a ${kind} ${taken} that does not belong to this FaceComparison; remove it, or choose another name`,
      ),
      // A model of which nothing is known is given the benefit of the doubt: pods say how it went.
      lackOfRoom: ({ resources: next }, spec) =>
        next === undefined
          ? undefined
          : lackOfMemory(memoryLimit(deployment), servingFacts?.resources ?? next, next, spec.lanes),
    };
  }

  /** The pods of the Deployment; a pod that only wears its labels is none of them. */
  #podsOf({ metadata: { namespace, name } }: FaceComparison): KubePod[] {
    return this.#options.informers.pods.list({ namespace }).filter((pod) => {
      const controller = controllerOf(pod);
      return (
        pod.metadata?.labels?.['app.kubernetes.io/instance'] === name &&
        controller?.kind === 'ReplicaSet' &&
        controller.name.startsWith(`${name}-`)
      );
    });
  }

  #learn({ metadata }: FaceComparison, plan: ServingPlan | undefined, pods: readonly Pod[]): void {
    const { learned, onLearned } = this.#options;
    const digests = new Map(plan?.models.map(({ version, sha256 = '' }) => [version, sha256]));
    const news = pods.flatMap(({ serving }) =>
      serving !== undefined && serving.generation === plan?.generation ? learned.learn(serving, digests) : [],
    );
    if (news.length > 0) onLearned(metadata.namespace, news);
  }

  /** Children whose names are taken. Only those are looked for that are not known to be ours. */
  async #foreignChildren(object: FaceComparison, signal: AbortSignal): Promise<ForeignObject[]> {
    const { informers, writer } = this.#options;
    const { namespace, name } = object.metadata;
    const found = await Promise.all([
      writer.foreign(informers.configMaps, { namespace, name: planConfigMapName(name) }, object, signal),
      writer.foreign(informers.deployments, { namespace, name }, object, signal),
      writer.foreign(informers.services, { namespace, name }, object, signal),
      writer.foreign(informers.serviceAccounts, { namespace, name }, object, signal),
      writer.foreign(informers.podDisruptionBudgets, { namespace, name }, object, signal),
      writer.foreign(informers.networkPolicies, { namespace, name }, object, signal),
      object.spec.autoscaling === undefined
        ? undefined
        : writer.foreign(informers.horizontalPodAutoscalers, { namespace, name }, object, signal),
    ]);
    return found.filter((foreign) => foreign !== undefined);
  }

  /** Writes what was decided: the plan, then what makes pods read it, then the other children, the status last or first. */
  async #follow(object: FaceComparison, observed: Observed, decision: Decision, signal: AbortSignal): Promise<void> {
    const { recorder, metrics, log } = this.#options;
    const { namespace, name } = object.metadata;
    const { spec, plan, events, statusFirst } = decision;
    const status = { ...decision.status, selector: selectorText(name) };
    if (statusFirst) await this.#writeStatus(object, status, signal);
    if (spec !== undefined && plan !== undefined) {
      await this.#writePlan(object, plan, signal);
      await this.#nudgePods(namespace, observed.pods, plan.generation, signal);
      await this.#writeChildren(object, spec, signal);
    }
    if (!statusFirst) await this.#writeStatus(object, status, signal);
    metrics.show(namespace, name, status);
    metrics.count(namespace, name, events, status);
    for (const event of events) {
      log.info({ namespace, name, reason: event.reason }, event.note);
      recorder.record(object, { ...event, action: event.reason });
    }
  }

  async #writePlan(object: FaceComparison, plan: ServingPlan, signal: AbortSignal): Promise<void> {
    const { informers, writer, now } = this.#options;
    const { namespace, name, uid = '' } = object.metadata;
    const found = informers.configMaps.get({ namespace, name: planConfigMapName(name) });
    // Whoever still believes to lead must not overwrite a plan that it has not seen.
    const resourceVersion = found?.metadata?.resourceVersion;
    const child = renderPlanConfigMap(object, plan);
    if (await writer.apply(informers.configMaps, child, { resourceVersion, signal })) {
      this.#planWrittenAt.set(uid, now());
    }
  }

  /** A change of the pod makes the kubelet bring the ConfigMap at once; by itself it takes a minute or more. */
  async #nudgePods(namespace: string, pods: readonly Pod[], generation: number, signal: AbortSignal): Promise<void> {
    const { client, informers } = this.#options;
    const unaware = lasting(pods).filter((pod) => !follows(pod, generation) && pod.annotated !== generation);
    await Promise.all(
      unaware.map(async ({ name, uid }) => {
        const annotations = { [PLAN_GENERATION_ANNOTATION]: String(generation) };
        // With its uid: a pod that is gone in the meantime must not be made.
        const pod = await client
          .patch(resources.pods, { namespace, name }, { metadata: { uid, annotations } }, { signal })
          .catch((error: unknown) => ifGone(error));
        if (pod !== undefined) informers.pods.observe(pod);
      }),
    );
  }

  async #writeChildren(object: FaceComparison, spec: ResolvedSpec, signal: AbortSignal): Promise<void> {
    const { informers, writer, operatorNamespace } = this.#options;
    const { namespace, name } = object.metadata;
    await writer.apply(informers.serviceAccounts, renderServiceAccount(object, spec), { signal });
    await writer.apply(informers.services, renderService(object, spec), { signal });
    await writer.apply(informers.networkPolicies, renderNetworkPolicy(object, operatorNamespace), { signal });
    await writer.apply(informers.podDisruptionBudgets, renderPodDisruptionBudget(object), { signal });
    await this.#writeDeployment(object, spec, signal);
    const autoscaler = renderHorizontalPodAutoscaler(object, spec);
    if (autoscaler !== undefined) {
      await writer.apply(informers.horizontalPodAutoscalers, autoscaler, { signal });
    } else {
      await writer.remove(informers.horizontalPodAutoscalers, { namespace, name }, object, signal);
    }
  }

  async #writeDeployment(object: FaceComparison, spec: ResolvedSpec, signal: AbortSignal): Promise<void> {
    const { informers, writer, serverImage, serverImagePullPolicy } = this.#options;
    const { namespace, name } = object.metadata;
    const found = informers.deployments.get({ namespace, name });
    const model = informers.models.get({ namespace, name: spec.model })?.status?.resources;
    const isHandover = spec.autoscaling !== undefined && found !== undefined && ownsReplicas(found);
    const child = renderDeployment(object, spec, {
      serverImage,
      imagePullPolicy: serverImagePullPolicy,
      replicas: replicasOf(spec, found, isHandover),
      model,
      existing: rememberedTemplate(found),
    });
    await writer.apply(informers.deployments, child, {
      // The number of pods that is written is the one that was seen: it must still be that one.
      resourceVersion: isHandover ? found.metadata?.resourceVersion : undefined,
      signal,
    });
  }

  async #writeStatus(object: FaceComparison, status: FaceComparisonStatus, signal: AbortSignal): Promise<void> {
    const { client, informers } = this.#options;
    if (isDeepStrictEqual(plain(status), ownPart(object.status))) return;
    const { namespace, name, resourceVersion } = object.metadata;
    const wanted = { metadata: { namespace, name }, status };
    informers.comparisons.observe(
      await client.apply(faceComparisons, wanted, { subresource: 'status', resourceVersion, signal }),
    );
  }

  #nextLook({ metadata: { uid = '' } }: FaceComparison, { dueAt, moving }: Decision, now: number): number {
    const writtenAt = this.#planWrittenAt.get(uid);
    const isFresh = writtenAt !== undefined && now - writtenAt < EAGER_MS;
    if (!isFresh) this.#planWrittenAt.delete(uid);
    const pollMs = !moving
      ? REST_POLL_MS
      : isFresh
        ? Math.min(EAGER_POLL_MS, this.#options.pollMs)
        : this.#options.pollMs;
    return Math.max(SOONEST_MS, Math.min(pollMs, (dueAt ?? Infinity) - now));
  }
}

/** What lies in the ConfigMap; a plan that cannot be read is as good as none: its number is in the status. */
function planIn(configMap: ConfigMap | undefined): ServingPlan | undefined {
  try {
    const plan: unknown = JSON.parse(configMap?.data?.[PLAN_KEY] ?? 'null');
    return Value.Check(ServingPlanSchema, plan) ? plan : undefined;
  } catch {
    return undefined;
  }
}

function imageOf(deployment: Deployment): string | undefined {
  return deployment.spec?.template.spec?.containers.find(({ name }) => name === SERVER_CONTAINER)?.image;
}

/**
 * How many pods. Where an autoscaler chooses, the field is left to it; but who lets go of a field that nobody else owns makes the
 * server fall back to one pod, so until the autoscaler has written it, what is there is kept.
 */
function replicasOf(spec: ResolvedSpec, found: Deployment | undefined, isHandover: boolean): number | undefined {
  if (spec.autoscaling === undefined) return spec.replicas;
  if (found === undefined) return spec.autoscaling.minReplicas;
  return isHandover ? found.spec?.replicas : undefined;
}

function ownsReplicas({ metadata }: Deployment): boolean {
  return (
    metadata?.managedFields?.some(({ manager, subresource, fieldsV1 }) => {
      if (manager !== FIELD_MANAGER || subresource !== undefined) return false;
      const fields: unknown = fieldsV1;
      return JSON.stringify(fields ?? {}).includes('"f:replicas"');
    }) === true
  );
}

/** As it comes back from the server: without members that are undefined. */
function plain(status: FaceComparisonStatus): unknown {
  return JSON.parse(JSON.stringify(status));
}

/** The status without what others have put there. */
function ownPart(status: FaceComparisonStatus | undefined): unknown {
  if (status === undefined) return undefined;
  const ours: ReadonlySet<string> = new Set(FACE_COMPARISON_CONDITIONS);
  const { conditions, ...rest } = status;
  return {
    ...rest,
    ...(conditions === undefined ? {} : { conditions: conditions.filter(({ type }) => ours.has(type)) }),
  };
}

/** A pod that is gone, or replaced by one of the same name, needs no nudge. */
function ifGone(error: unknown): undefined {
  if (isNotFound(error) || isConflict(error) || isInvalid(error)) return undefined;
  throw error;
}
