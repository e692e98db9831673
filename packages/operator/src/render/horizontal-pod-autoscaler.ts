import type { HorizontalPodAutoscaler } from '@face-comparison/kube-runtime';

import type { FaceComparison, ResolvedSpec } from '../api/v1alpha1/index.js';
import { childMetadata, type Child } from './names.js';

/** Chooses the number of pods by their use of CPU; undefined where the spec does not ask for it. */
export function renderHorizontalPodAutoscaler(
  owner: FaceComparison,
  { autoscaling }: ResolvedSpec,
): Child<HorizontalPodAutoscaler> | undefined {
  if (autoscaling === undefined) return undefined;
  const { minReplicas, maxReplicas, targetCPU } = autoscaling;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: childMetadata(owner),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: owner.metadata.name },
      minReplicas,
      maxReplicas,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: targetCPU } } },
      ],
    },
  };
}
