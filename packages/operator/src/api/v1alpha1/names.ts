/** Names that users and other programs meet: the group, the kinds, the annotations. */

export const API_GROUP = 'face-comparison.dev';
export const API_VERSION = 'v1alpha1';
export const GROUP_VERSION = `${API_GROUP}/${API_VERSION}` as const;

/** Name by which the operator applies what it owns (server-side apply) and signs its events. */
export const FIELD_MANAGER = 'face-comparison-operator';

/** What the API server has to know to route requests for a kind. */
export interface ResourceNames {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
}

export const FACE_MODEL = {
  kind: 'FaceModel',
  plural: 'facemodels',
  singular: 'facemodel',
  shortName: 'fm',
} as const satisfies ResourceNames;

export const FACE_COMPARISON = {
  kind: 'FaceComparison',
  plural: 'facecomparisons',
  singular: 'facecomparison',
  shortName: 'fc',
} as const satisfies ResourceNames;

/** On a FaceComparison, an instant (RFC 3339): rejections recorded before it no longer count. */
export const RETRY_ANNOTATION = `${API_GROUP}/retry`;

/** On pods: the generation of the plan. Writing it makes the kubelet bring the ConfigMap to the pod at once. */
export const PLAN_GENERATION_ANNOTATION = `${API_GROUP}/plan-generation`;
