import type {
  EventsV1Event,
  V1ConfigMap,
  V1CustomResourceDefinition,
  V1Deployment,
  V1Lease,
  V1Namespace,
  V1NetworkPolicy,
  V1Node,
  V1Pod,
  V1PodDisruptionBudget,
  V1Service,
  V1ServiceAccount,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { KubeObject } from './objects.js';
import { defineResource, type Resource } from './resource.js';
import type { Wire } from './wire.js';

export type Pod = Wire<V1Pod>;
export type Service = Wire<V1Service>;
export type ConfigMap = Wire<V1ConfigMap>;
export type ServiceAccount = Wire<V1ServiceAccount>;
export type Namespace = Wire<V1Namespace>;
export type Node = Wire<V1Node>;
export type Deployment = Wire<V1Deployment>;
export type PodDisruptionBudget = Wire<V1PodDisruptionBudget>;
export type HorizontalPodAutoscaler = Wire<V2HorizontalPodAutoscaler>;
export type NetworkPolicy = Wire<V1NetworkPolicy>;
export type Lease = Wire<V1Lease>;
export type Event = Wire<EventsV1Event>;
export type CustomResourceDefinition = Wire<V1CustomResourceDefinition>;

function builtIn<T extends KubeObject>(
  apiVersion: string,
  plural: string,
  kind: string,
  scope: 'namespaced' | 'cluster' = 'namespaced',
): Resource<T> {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return defineResource<T>({ group, version, plural, kind, namespaced: scope === 'namespaced' });
}

/** Resources of Kubernetes itself, typed. */
export const resources = {
  pods: builtIn<Pod>('v1', 'pods', 'Pod'),
  services: builtIn<Service>('v1', 'services', 'Service'),
  configMaps: builtIn<ConfigMap>('v1', 'configmaps', 'ConfigMap'),
  serviceAccounts: builtIn<ServiceAccount>('v1', 'serviceaccounts', 'ServiceAccount'),
  namespaces: builtIn<Namespace>('v1', 'namespaces', 'Namespace', 'cluster'),
  nodes: builtIn<Node>('v1', 'nodes', 'Node', 'cluster'),
  deployments: builtIn<Deployment>('apps/v1', 'deployments', 'Deployment'),
  podDisruptionBudgets: builtIn<PodDisruptionBudget>('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget'),
  horizontalPodAutoscalers: builtIn<HorizontalPodAutoscaler>(
    'autoscaling/v2',
    'horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
  ),
  networkPolicies: builtIn<NetworkPolicy>('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy'),
  leases: builtIn<Lease>('coordination.k8s.io/v1', 'leases', 'Lease'),
  events: builtIn<Event>('events.k8s.io/v1', 'events', 'Event'),
  customResourceDefinitions: builtIn<CustomResourceDefinition>(
    'apiextensions.k8s.io/v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    'cluster',
  ),
} as const;
