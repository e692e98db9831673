import { ownerReference, type KubeObject } from '@face-comparison/kube-runtime';

import { FIELD_MANAGER, type FaceComparison, type ObjectMeta } from '../api/v1alpha1/index.js';

/** Ports of the server's container, by the names that probes and Services use. */
export const HTTP_PORT = { name: 'http', number: 8080 } as const;
export const METRICS_PORT = { name: 'metrics', number: 9090 } as const;

/** The container of the pods that serves. */
export const SERVER_CONTAINER = 'server';

/** Key of the plan in its ConfigMap. */
export const PLAN_KEY = 'plan.json';

export type Labels = Readonly<Record<string, string>>;

/** Labels that the pods of a FaceComparison have and no others. They are for ever: a Deployment's selector cannot change. */
export function podSelector(name: string): Labels {
  return {
    'app.kubernetes.io/name': 'face-comparison',
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/component': 'server',
  };
}

/** Labels of everything that belongs to a FaceComparison. */
export function childLabels(name: string): Labels {
  return { ...podSelector(name), 'app.kubernetes.io/managed-by': FIELD_MANAGER };
}

/** The same as one text, for `status.selector`. */
export function selectorText(name: string): string {
  return Object.entries(podSelector(name))
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
}

/** Names of the children of a FaceComparison. All but the plan are called like it. */
export function planConfigMapName(name: string): string {
  return `${name}-plan`;
}

/** An object that a FaceComparison owns. */
export type Child<Kind extends KubeObject> = Kind & { metadata: ObjectMeta };

/** Metadata of a child: it goes when the FaceComparison does (garbage collection). */
export function childMetadata(
  owner: FaceComparison,
  name: string = owner.metadata.name,
  annotations: Labels = {},
): ObjectMeta {
  return {
    name,
    namespace: owner.metadata.namespace,
    labels: { ...childLabels(owner.metadata.name) },
    ...(Object.keys(annotations).length === 0 ? {} : { annotations: { ...annotations } }),
    ownerReferences: [ownerReference(owner, { controller: true, blockOwnerDeletion: true })],
  };
}
