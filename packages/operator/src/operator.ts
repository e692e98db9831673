import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import {
  Controller,
  EventRecorder,
  KubeClient,
  keyOf,
  Manager,
  ownerKeys,
  RuntimeMetrics,
  type Logger,
  type ObjectKey,
} from '@face-comparison/kube-runtime';

import {
  API_GROUP,
  FACE_COMPARISON,
  FIELD_MANAGER,
  type FaceComparison,
  type FaceModel,
} from './api/v1alpha1/index.js';
import { ChildWriter } from './cluster/child-writer.js';
import { comparisonOfPod, namespaceInformers, type NamespaceInformers } from './cluster/informers.js';
import type { OperatorConfig } from './config.js';
import { FaceComparisonController } from './controllers/face-comparison-controller.js';
import { FaceModelController } from './controllers/face-model-controller.js';
import { OperatorMetrics } from './metrics.js';
import { LearnedFacts } from './models/learned-facts.js';
import { ServingReader } from './pods/serving-reader.js';

/** One look at an object may take so long: a hundred pods that do not answer, in groups. */
const RECONCILE_TIMEOUT_MS = 60_000;

/** Puts the parts together: for each watched namespace its informers and two controllers, under one manager. */
export function createOperator(
  config: OperatorConfig,
  log: Logger,
  isInPod: boolean,
): { run(signal?: AbortSignal): Promise<void> } {
  const metrics = new RuntimeMetrics();
  const client = KubeClient.fromEnvironment({ fieldManager: FIELD_MANAGER, metrics });
  const recorder = new EventRecorder({ client, controller: `${API_GROUP}/operator`, log });
  const reader = new ServingReader();
  const shared: Shared = {
    config,
    client,
    recorder,
    reader,
    log,
    metrics,
    operatorMetrics: new OperatorMetrics(metrics.registry),
    learned: new LearnedFacts(),
  };
  const scopes = config.namespaces.length === 0 ? [undefined] : config.namespaces;
  const parts = scopes.map((namespace) => scope(namespace, shared));
  return new Manager({
    client,
    informers: parts.flatMap(({ informers }) => Object.values(informers)),
    controllers: parts.flatMap(({ controllers }) => controllers),
    leaderElection: config.leaderElect
      ? {
          namespace: config.leaseNamespace,
          name: config.leaseName,
          // A container that is started again in the same pod has its lease still: the process before it is gone.
          identity: isInPod ? hostname() : `${hostname()}_${randomUUID().slice(0, 8)}`,
        }
      : undefined,
    health: { host: config.host, port: config.healthPort },
    metricsServer: { host: config.host, port: config.metricsPort },
    onStop: async () => {
      await recorder.flush();
      await reader.close();
    },
    log,
    metrics,
  });
}

interface Shared {
  readonly config: OperatorConfig;
  readonly client: KubeClient;
  readonly recorder: EventRecorder;
  readonly reader: ServingReader;
  readonly log: Logger;
  readonly metrics: RuntimeMetrics;
  readonly operatorMetrics: OperatorMetrics;
  readonly learned: LearnedFacts;
}

/** What watches one namespace, or all. */
function scope(
  namespace: string | undefined,
  shared: Shared,
): { readonly informers: NamespaceInformers; readonly controllers: readonly Controller[] } {
  const { config, client, log, metrics, learned } = shared;
  const informers = namespaceInformers(client, namespace, { log, metrics });
  const suffix = namespace === undefined ? '' : `-${namespace}`;
  const models = new FaceModelController({
    client,
    models: informers.models,
    comparisons: informers.comparisons,
    learned,
    manifests: {
      cacheDir: config.cacheDir,
      s3: {
        ...(config.s3Endpoint === undefined ? {} : { endpoint: config.s3Endpoint, forcePathStyle: true }),
        ...(config.s3Region === undefined ? {} : { region: config.s3Region }),
      },
    },
    now: Date.now,
  });
  const modelController: Controller = new Controller({
    name: `facemodel${suffix}`,
    reconcile: (key, signal) => models.reconcile(key, signal),
    concurrency: config.concurrency,
    reconcileTimeoutMs: RECONCILE_TIMEOUT_MS,
    watches: [
      { informer: informers.models, keys: (model: FaceModel) => [keyOf(model)] },
      { informer: informers.comparisons, keys: (comparison: FaceComparison) => modelsOf(informers, comparison) },
    ],
    log,
    metrics,
  });
  const comparisons = new FaceComparisonController({
    client,
    informers,
    writer: new ChildWriter(client),
    reader: shared.reader,
    recorder: shared.recorder,
    learned,
    metrics: shared.operatorMetrics,
    log,
    serverImage: config.serverImage,
    serverImagePullPolicy: config.serverImagePullPolicy,
    operatorNamespace: config.operatorNamespace,
    pollMs: config.pollMs,
    onLearned: (where, digests) => {
      for (const model of informers.models.list({ namespace: where })) {
        if (digests.includes(model.spec.source.sha256)) modelController.enqueue(keyOf(model));
      }
    },
    now: Date.now,
  });
  const ofOwner = ownerKeys({ kind: FACE_COMPARISON.kind, group: API_GROUP });
  const children = [
    informers.deployments,
    informers.configMaps,
    informers.services,
    informers.serviceAccounts,
    informers.podDisruptionBudgets,
    informers.horizontalPodAutoscalers,
    informers.networkPolicies,
  ];
  const comparisonController = new Controller({
    name: `facecomparison${suffix}`,
    reconcile: (key, signal) => comparisons.reconcile(key, signal),
    concurrency: config.concurrency,
    reconcileTimeoutMs: RECONCILE_TIMEOUT_MS,
    watches: [
      { informer: informers.comparisons, keys: (comparison: FaceComparison) => [keyOf(comparison)] },
      { informer: informers.models, keys: (model: FaceModel) => comparisonsOf(informers, model) },
      { informer: informers.pods, keys: comparisonOfPod },
      ...children.map((informer) => ({ informer, keys: ofOwner })),
    ],
    log,
    metrics,
  });
  return { informers, controllers: [modelController, comparisonController] };
}

/** The FaceModels that a FaceComparison names or has loaded. */
function modelsOf({ models }: NamespaceInformers, { metadata, spec, status }: FaceComparison): ObjectKey[] {
  const digests = [status?.serving, status?.rollout, status?.retained].map((model) => model?.sha256);
  return models
    .list({ namespace: metadata.namespace })
    .filter((model) => model.metadata.name === spec.model || digests.includes(model.spec.source.sha256))
    .map(keyOf);
}

/** The FaceComparisons that name a FaceModel. */
function comparisonsOf({ comparisons }: NamespaceInformers, { metadata }: FaceModel): ObjectKey[] {
  return comparisons
    .list({ namespace: metadata.namespace })
    .filter(({ spec }) => spec.model === metadata.name)
    .map(keyOf);
}
