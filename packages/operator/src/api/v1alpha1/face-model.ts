import Type, { type Static } from 'typebox';

import { Conditions } from './condition.js';
import type { FACE_MODEL, GROUP_VERSION } from './names.js';
import type { ObjectMeta } from './object-meta.js';
import { celRules, EmbeddingSpace, ModelVersion, OpenEnum, Resources, Sha256, Worded } from './schema-parts.js';

/** Where the manifest of a bundle may be. Users and passwords have no place in an object that many may read. */
export const MANIFEST_URL_PATTERN =
  '^(file:///[^?#\\s]+|https://[^/?#@\\s]+/[^#\\s]*|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^\\s]+)$';

export const FaceModelSpecSchema = Type.Object(
  {
    version: ModelVersion('Version of the model; it must be that of the manifest.'),
    source: Type.Object(
      {
        manifest: Worded(
          MANIFEST_URL_PATTERN,
          'a file:///path, https://host/path or s3://bucket/key URL, without user, password and fragment',
          2048,
          { description: 'Where the manifest of the bundle is, as the serving pods see it.' },
        ),
        sha256: Sha256('sha256 of the manifest; another manifest is refused.'),
      },
      { description: 'Where the model is, and what it must be.' },
    ),
  },
  {
    description: 'A version of a model. It never changes.',
    ...celRules({ rule: 'self == oldSelf', message: 'a FaceModel never changes; make another' }),
  },
);
export type FaceModelSpec = Static<typeof FaceModelSpecSchema>;

/** What a FaceComparison does with a model. */
export const SERVING_ROLES = ['Default', 'Canary', 'Loading', 'Retained'] as const;
export type ServingRole = (typeof SERVING_ROLES)[number];

export const FACE_MODEL_CONDITIONS = ['Verified'] as const;
export type FaceModelConditionType = (typeof FACE_MODEL_CONDITIONS)[number];

export const FaceModelStatusSchema = Type.Object(
  {
    observedGeneration: Type.Optional(
      Type.Integer({ minimum: 0, format: 'int64', description: 'The generation that this status is about.' }),
    ),
    name: Type.Optional(Type.String({ description: 'Name of the model in its manifest.' })),
    embeddingSpace: Type.Optional(
      EmbeddingSpace('Embedding space of its vectors: those of two models can be compared when it is the same.'),
    ),
    vectorLength: Type.Optional(Type.Integer({ minimum: 0, description: 'How many numbers a vector has.' })),
    sizeBytes: Type.Optional(Type.Integer({ minimum: 0, format: 'int64', description: 'Bytes of all its files.' })),
    size: Type.Optional(Type.String({ description: 'The same for people, such as 78 MB.' })),
    comparableWith: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Other embedding spaces that the manifest declares its vectors to be comparable with.',
        'x-kubernetes-list-type': 'atomic',
      }),
    ),
    resources: Type.Optional(Resources('Memory that it takes, as its makers measured it.')),
    servedBy: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ description: 'Name of the FaceComparison.' }),
            role: OpenEnum(SERVING_ROLES, 'What it does with the model.'),
          },
          { description: 'A FaceComparison.' },
        ),
        {
          description: 'The FaceComparisons that have the model loaded.',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
        },
      ),
    ),
    serving: Type.Optional(Type.String({ description: 'The same for people, such as "faces (Default)".' })),
    conditions: Conditions(FACE_MODEL_CONDITIONS),
  },
  { description: 'What the operator found out about the model.' },
);
export type FaceModelStatus = Static<typeof FaceModelStatusSchema>;
export type ServedBy = NonNullable<FaceModelStatus['servedBy']>[number];
export type ModelResources = NonNullable<FaceModelStatus['resources']>;

export interface FaceModel {
  apiVersion: typeof GROUP_VERSION;
  kind: typeof FACE_MODEL.kind;
  metadata: ObjectMeta;
  spec: FaceModelSpec;
  status?: FaceModelStatus;
}
