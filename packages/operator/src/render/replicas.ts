import type { Deployment } from '@face-comparison/kube-runtime';

import { FIELD_MANAGER, type FaceComparison } from '../api/v1alpha1/index.js';

// Once an autoscaler chooses the number of pods, the operator stops applying it. A field that its only owner stops applying
// is removed, and a Deployment without replicas has one pod: all the others would go before the autoscaler says anything.
// So another field manager takes the number first and keeps it until the autoscaler changes it, as in
// https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership.

/** Who keeps the number of pods until the autoscaler takes it. */
export const REPLICAS_MANAGER = `${FIELD_MANAGER}-replicas`;

/** Whether the operator still owns the number of pods of a Deployment. */
export function ownsReplicas(deployment: Deployment): boolean {
  const own = deployment.metadata?.managedFields?.filter(
    ({ manager, subresource }) => manager === FIELD_MANAGER && subresource === undefined,
  );
  return (own ?? []).some(({ fieldsV1 }) => member(member(fieldsV1, 'f:spec'), 'f:replicas') !== undefined);
}

/** To be applied by REPLICAS_MANAGER, with the number that there is, before the operator applies none. */
export function renderReplicas(
  owner: FaceComparison,
  replicas: number,
): Pick<Deployment, 'apiVersion' | 'kind' | 'metadata'> & {
  spec: { replicas: number };
} {
  const { name, namespace } = owner.metadata;
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { replicas } };
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}
