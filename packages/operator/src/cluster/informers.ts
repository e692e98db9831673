import {
  Informer,
  resources,
  type KubeClient,
  type KubeObject,
  type Logger,
  type ObjectKey,
  type Resource,
  type RuntimeMetrics,
} from '@face-comparison/kube-runtime';

import { FIELD_MANAGER } from '../api/v1alpha1/index.js';
import { faceComparisons, faceModels } from './resources.js';

const OURS = `app.kubernetes.io/managed-by=${FIELD_MANAGER}`;

/** One informer for each kind that the operator follows, in one namespace or in all. */
export function namespaceInformers(
  client: KubeClient,
  namespace: string | undefined,
  { log, metrics }: { readonly log: Logger; readonly metrics: RuntimeMetrics },
) {
  const follow = <T extends KubeObject>(resource: Resource<T>, labelSelector?: string): Informer<T> =>
    new Informer({
      client,
      resource,
      namespace,
      log,
      metrics,
      ...(labelSelector === undefined ? {} : { labelSelector }),
    });
  return {
    models: follow(faceModels),
    comparisons: follow(faceComparisons),
    deployments: new Informer({
      client,
      resource: resources.deployments,
      namespace,
      labelSelector: OURS,
      log,
      metrics,
      // Whether the number of pods is ours or an autoscaler's is written there.
      transform: (deployment) => deployment,
    }),
    configMaps: follow(resources.configMaps, OURS),
    services: follow(resources.services, OURS),
    serviceAccounts: follow(resources.serviceAccounts, OURS),
    podDisruptionBudgets: follow(resources.podDisruptionBudgets, OURS),
    horizontalPodAutoscalers: follow(resources.horizontalPodAutoscalers, OURS),
    networkPolicies: follow(resources.networkPolicies, OURS),
    pods: follow(resources.pods, OURS),
  };
}

export type NamespaceInformers = ReturnType<typeof namespaceInformers>;

/** The FaceComparison that a pod belongs to, by its label: its owner is a ReplicaSet. */
export function comparisonOfPod({ metadata }: KubeObject): ObjectKey[] {
  const name = metadata?.labels?.['app.kubernetes.io/instance'];
  const namespace = metadata?.namespace;
  return name === undefined || namespace === undefined ? [] : [{ namespace, name }];
}
