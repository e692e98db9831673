import { defineResource } from '@face-comparison/kube-runtime';

import {
  API_GROUP,
  API_VERSION,
  FACE_COMPARISON,
  FACE_MODEL,
  type FaceComparison,
  type FaceModel,
} from '../api/v1alpha1/index.js';

export const faceModels = defineResource<FaceModel>({
  group: API_GROUP,
  version: API_VERSION,
  plural: FACE_MODEL.plural,
  kind: FACE_MODEL.kind,
  namespaced: true,
});

export const faceComparisons = defineResource<FaceComparison>({
  group: API_GROUP,
  version: API_VERSION,
  plural: FACE_COMPARISON.plural,
  kind: FACE_COMPARISON.kind,
  namespaced: true,
});
