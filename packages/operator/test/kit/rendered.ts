import {
  GROUP_VERSION,
  withDefaults,
  type FaceComparison,
  type FaceComparisonSpec,
} from '../../src/api/v1alpha1/index.js';
import { FULL_FACE_COMPARISON, SMALLEST_FACE_COMPARISON } from '../../src/crd/examples.js';
import {
  renderDeployment,
  renderHorizontalPodAutoscaler,
  renderNetworkPolicy,
  renderPlanConfigMap,
  renderPodDisruptionBudget,
  renderService,
  renderServiceAccount,
  type DeploymentInputs,
} from '../../src/render/index.js';

/** A FaceComparison as the API server gives it. */
export function faceComparison(spec: Partial<FaceComparisonSpec> = {}, name = 'faces'): FaceComparison {
  return {
    apiVersion: GROUP_VERSION,
    kind: 'FaceComparison',
    metadata: { name, namespace: 'default', uid: 'b0e2d8a4-5c0f-4d0e-9a53-0f5f5b1f4c11' },
    spec: { ...SMALLEST_FACE_COMPARISON.spec, ...spec },
  };
}

export const SMALLEST = faceComparison();
export const FULLEST = faceComparison(FULL_FACE_COMPARISON.spec);

export const DEPLOYMENT_INPUTS: DeploymentInputs = {
  serverImage: 'facecompare.local/server:dev',
  imagePullPolicy: 'IfNotPresent',
  replicas: 2,
  model: { sharedMiB: 149, perLaneMiB: 293 },
};

export const PLAN = {
  generation: 7,
  default: '2.0.0',
  models: [{ version: '2.0.0', manifest: 'file:///models/default/manifest.json' }],
};

/** The Deployment of a FaceComparison. */
export const deploymentOf = (owner: FaceComparison, inputs: Partial<DeploymentInputs> = {}) =>
  renderDeployment(owner, withDefaults(owner.spec), { ...DEPLOYMENT_INPUTS, ...inputs });

/** Everything that a FaceComparison owns. */
export function rendered(owner: FaceComparison) {
  const spec = withDefaults(owner.spec);
  const autoscaler = renderHorizontalPodAutoscaler(owner, spec);
  return {
    serviceAccount: renderServiceAccount(owner, spec),
    planConfigMap: renderPlanConfigMap(owner, PLAN),
    deployment: deploymentOf(owner, { replicas: spec.replicas }),
    service: renderService(owner, spec),
    podDisruptionBudget: renderPodDisruptionBudget(owner),
    networkPolicy: renderNetworkPolicy(owner, 'face-comparison-system'),
    ...(autoscaler === undefined ? {} : { autoscaler }),
  };
}
