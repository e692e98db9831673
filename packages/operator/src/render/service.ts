import type { Service } from '@face-comparison/kube-runtime';

import type { FaceComparison, ResolvedSpec } from '../api/v1alpha1/index.js';
import { childMetadata, type Child, HTTP_PORT, podSelector } from './names.js';

/** The address that clients call. The private port is not behind it. */
export function renderService(owner: FaceComparison, { service }: ResolvedSpec): Child<Service> {
  const { name } = owner.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(owner, name, service.annotations),
    spec: {
      type: 'ClusterIP',
      selector: { ...podSelector(name) },
      ports: [
        {
          name: HTTP_PORT.name,
          port: service.port,
          targetPort: HTTP_PORT.name,
          protocol: 'TCP',
          appProtocol: 'http',
        },
      ],
    },
  };
}

/** Where the service is, within the cluster. */
export function serviceUrl(owner: FaceComparison, { service }: ResolvedSpec): string {
  return `http://${owner.metadata.name}.${owner.metadata.namespace}.svc:${service.port}`;
}
