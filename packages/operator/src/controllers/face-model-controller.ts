import type { ReadManifestOptions } from '@face-comparison/bundle';
import {
  setCondition,
  type Informer,
  type KubeClient,
  type ObjectKey,
  type ReconcileResult,
} from '@face-comparison/kube-runtime';

import {
  modelSpecMistakes,
  type FaceComparison,
  type FaceModel,
  type FaceModelStatus,
  type ServedBy,
} from '../api/v1alpha1/index.js';
import { faceModels } from '../cluster/resources.js';
import { holds } from '../cluster/difference.js';
import { rolesOf } from '../models/serving-roles.js';
import type { LearnedFacts } from '../models/learned-facts.js';
import { sizeText } from '../models/size-text.js';
import { verifyModel, type ManifestFacts, type Verification } from '../models/verify-model.js';

/** A source that did not answer is asked again after this time, doubled each time up to the longest. */
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 600_000;
const MANIFEST_TIMEOUTS = { idleMs: 5_000, retryBaseMs: 200 };

export interface FaceModelControllerOptions {
  readonly client: KubeClient;
  readonly models: Informer<FaceModel>;
  readonly comparisons: Informer<FaceComparison>;
  readonly learned: LearnedFacts;
  readonly manifests: Pick<ReadManifestOptions, 'cacheDir' | 's3'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Says of each FaceModel what its manifest says, whether it is the one that is meant, and where it serves. */
export class FaceModelController {
  readonly #options: FaceModelControllerOptions;
  /** How often the source of a model has not answered in a row, by uid. */
  readonly #failures = new Map<string, number>();

  constructor(options: FaceModelControllerOptions) {
    this.#options = options;
  }

  async reconcile(key: ObjectKey, signal: AbortSignal): Promise<ReconcileResult | undefined> {
    const { client, models, comparisons, now } = this.#options;
    const model = models.get(key);
    if (model === undefined || model.metadata.deletionTimestamp !== undefined) return undefined;
    const verified = await this.#verify(model, signal);
    const servedBy = comparisons
      .list({ namespace: model.metadata.namespace })
      .flatMap((comparison) => rolesOf(comparison, model.spec.source.sha256));
    const status = statusOf(model, verified.verification, verified.facts, servedBy, now());
    if (!holds(status, model.status) || hasMore(model.status, status)) {
      const { name, namespace } = model.metadata;
      models.observe(
        await client.apply(
          faceModels,
          { metadata: { name, namespace }, status },
          { subresource: 'status', resourceVersion: model.metadata.resourceVersion, signal },
        ),
      );
    }
    return verified.retryAfterMs === undefined ? undefined : { requeueAfterMs: verified.retryAfterMs };
  }

  async #verify(
    model: FaceModel,
    signal: AbortSignal,
  ): Promise<{
    readonly verification: Verification | 'as before';
    readonly facts: ManifestFacts | undefined;
    readonly retryAfterMs?: number;
  }> {
    const { learned, manifests } = this.#options;
    const { spec, metadata, status } = model;
    const uid = metadata.uid ?? '';
    const known = status?.conditions?.find(({ type }) => type === 'Verified');
    const facts = learned.get(spec.source.sha256);
    // Neither a FaceModel nor what a digest stands for changes: a verdict is for good.
    if (known?.status === 'True' || known?.status === 'False') return { verification: 'as before', facts: undefined };
    const mistakes = modelSpecMistakes(spec);
    if (mistakes.length > 0) {
      return { verification: { kind: 'refused', reason: 'ManifestInvalid', message: mistakes.join('; ') }, facts };
    }
    const options = { ...manifests, timeouts: MANIFEST_TIMEOUTS, signal };
    const verification = await verifyModel(spec, options);
    if (verification.kind !== 'unknown') {
      this.#failures.delete(uid);
      return { verification, facts: verification.kind === 'verified' ? verification.facts : undefined };
    }
    const failures = this.#failures.get(uid) ?? 0;
    this.#failures.set(uid, failures + 1);
    return {
      verification,
      facts,
      ...(verification.reason === 'OnlyInPods'
        ? {}
        : { retryAfterMs: Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS) }),
    };
  }
}

function statusOf(
  { metadata: { generation }, status = {} }: FaceModel,
  verification: Verification | 'as before',
  facts: ManifestFacts | undefined,
  servedBy: readonly ServedBy[],
  now: number,
): FaceModelStatus {
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  const conditions =
    verification === 'as before'
      ? status.conditions
      : [...setCondition(status.conditions, { type: 'Verified', ...verdict(verification), ...observed }, now)];
  return {
    ...observed,
    ...(facts === undefined ? manifestPart(status) : describe(facts)),
    ...(servedBy.length === 0
      ? {}
      : { servedBy: [...servedBy], serving: servedBy.map(({ name, role }) => `${name} (${role})`).join(', ') }),
    ...(conditions === undefined ? {} : { conditions }),
  };
}

function verdict(verification: Verification): {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
} {
  switch (verification.kind) {
    case 'verified':
      return { status: 'True', reason: 'Verified', message: 'the manifest is the one that is meant' };
    case 'refused':
      return { status: 'False', reason: verification.reason, message: verification.message };
    case 'unknown':
      return { status: 'Unknown', reason: verification.reason, message: verification.message };
  }
}

function describe(facts: ManifestFacts): FaceModelStatus {
  const { name, embeddingSpace, vectorLength, sizeBytes, comparableWith, resources } = facts;
  return {
    ...{ name, embeddingSpace, vectorLength, sizeBytes, size: sizeText(sizeBytes) },
    ...(comparableWith.length === 0 ? {} : { comparableWith: [...comparableWith] }),
    ...(resources === undefined ? {} : { resources }),
  };
}

/** What was found out before. */
function manifestPart(status: FaceModelStatus): FaceModelStatus {
  const { servedBy, serving, conditions, observedGeneration, ...manifest } = status;
  return manifest;
}

/** Whether something is there that has to go. */
function hasMore(found: FaceModelStatus | undefined, wanted: FaceModelStatus): boolean {
  return found?.servedBy !== undefined && wanted.servedBy === undefined;
}
