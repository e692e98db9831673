export { memoryLimit, renderDeployment, type DeploymentInputs } from './deployment.js';
export { renderHorizontalPodAutoscaler } from './horizontal-pod-autoscaler.js';
export { lackOfMemory, memoryForTwoMiB } from './memory.js';
export {
  childLabels,
  METRICS_PORT,
  PLAN_KEY,
  planConfigMapName,
  podSelector,
  SERVER_CONTAINER,
  selectorText,
} from './names.js';
export { METRICS_NAMESPACE_LABEL, renderNetworkPolicy } from './network-policy.js';
export { renderPlanConfigMap } from './plan-config-map.js';
export { renderPodDisruptionBudget } from './pod-disruption-budget.js';
export { renderService, serviceUrl } from './service.js';
export { renderServiceAccount } from './service-account.js';
export {
  rememberedTemplate,
  TEMPLATE_ANNOTATION,
  TEMPLATE_INPUTS_ANNOTATION,
  type RememberedTemplate,
} from './template-inputs.js';
