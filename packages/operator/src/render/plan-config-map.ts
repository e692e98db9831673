import type { ServingPlan } from '@face-comparison/contract';
import type { ConfigMap } from '@face-comparison/kube-runtime';

import type { FaceComparison } from '../api/v1alpha1/index.js';
import { childMetadata, type Child, PLAN_KEY, planConfigMapName } from './names.js';

/** The serving plan, as the pods mount it. */
export function renderPlanConfigMap(owner: FaceComparison, plan: ServingPlan): Child<ConfigMap> {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(owner, planConfigMapName(owner.metadata.name)),
    data: { [PLAN_KEY]: `${JSON.stringify(plan, null, 2)}\n` },
  };
}
