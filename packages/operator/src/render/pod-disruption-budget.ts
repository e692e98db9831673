import type { PodDisruptionBudget } from '@face-comparison/kube-runtime';

import type { FaceComparison } from '../api/v1alpha1/index.js';
import { childMetadata, type Child, podSelector } from './names.js';

/**
 * Lets nodes be drained one pod at a time. maxUnavailable and not minAvailable: with a single replica the drain of its node
 * must go on, not hang for ever; and a pod that does not answer anyway never stands in its way.
 */
export function renderPodDisruptionBudget(owner: FaceComparison): Child<PodDisruptionBudget> {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: childMetadata(owner),
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: { ...podSelector(owner.metadata.name) } },
    },
  };
}
