import type { ServiceAccount } from '@face-comparison/kube-runtime';

import type { FaceComparison, ResolvedSpec } from '../api/v1alpha1/index.js';
import { childMetadata, type Child } from './names.js';

/** The identity of the pods. They do not speak to the API server, so they get no token for it. */
export function renderServiceAccount(owner: FaceComparison, { serviceAccount }: ResolvedSpec): Child<ServiceAccount> {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: childMetadata(owner, owner.metadata.name, serviceAccount.annotations),
    automountServiceAccountToken: false,
  };
}
