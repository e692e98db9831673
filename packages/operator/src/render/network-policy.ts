import type { NetworkPolicy } from '@face-comparison/kube-runtime';

import { API_GROUP, type FaceComparison } from '../api/v1alpha1/index.js';
import { childMetadata, type Child, HTTP_PORT, METRICS_PORT, podSelector } from './names.js';

/** A namespace with this label, set to "true", may read the private port of the pods: where Prometheus runs, say. */
export const METRICS_NAMESPACE_LABEL = `${API_GROUP}/metrics`;

/**
 * Who may reach the pods: anyone the API, and only the operator and those who collect metrics the private port, which says
 * what is loaded and asks for no key.
 *
 * Egress is left as it is: a photo may be at any URL, a model in any store, and the server itself refuses private addresses
 * where the socket is opened (which a NetworkPolicy, that knows no names, could not do better).
 *
 * @param operatorNamespace where the operator runs
 */
export function renderNetworkPolicy(owner: FaceComparison, operatorNamespace: string): Child<NetworkPolicy> {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: childMetadata(owner),
    spec: {
      podSelector: { matchLabels: { ...podSelector(owner.metadata.name) } },
      policyTypes: ['Ingress'],
      ingress: [
        { ports: [{ protocol: 'TCP', port: HTTP_PORT.name }] },
        {
          from: [
            { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': operatorNamespace } } },
            { namespaceSelector: { matchLabels: { [METRICS_NAMESPACE_LABEL]: 'true' } } },
          ],
          ports: [{ protocol: 'TCP', port: METRICS_PORT.name }],
        },
      ],
    },
  };
}
