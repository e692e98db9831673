export * from './condition.js';
export {
  withDefaults,
  type ResolvedChecks,
  type ResolvedRollout,
  type ResolvedSpec,
  type ResolvedStep,
} from './defaults.js';
export { formatDuration, parseDuration } from './duration.js';
export type { FaceComparison } from './face-comparison.js';
export {
  FaceComparisonSpecSchema,
  type CanaryStep,
  type EnvVar,
  type FaceComparisonSpec,
  type Toleration,
} from './face-comparison-spec.js';
export {
  FACE_COMPARISON_CONDITIONS,
  FaceComparisonStatusSchema,
  MAX_REJECTIONS,
  PHASES,
  type Counters,
  type FaceComparisonConditionType,
  type FaceComparisonStatus,
  type Phase,
  type PodBaseline,
  type Rejection,
  type RolloutStatus,
  type ServingModel,
} from './face-comparison-status.js';
export {
  FACE_MODEL_CONDITIONS,
  FaceModelSpecSchema,
  FaceModelStatusSchema,
  SERVING_ROLES,
  type FaceModel,
  type FaceModelConditionType,
  type FaceModelSpec,
  type FaceModelStatus,
  type ModelResources,
  type ServedBy,
  type ServingRole,
} from './face-model.js';
export * from './names.js';
export type { ObjectMeta } from './object-meta.js';
export { faceComparisonMistakes, modelSpecMistakes, specMistakes } from './mistakes.js';
