import type { CustomResourceDefinition } from '@face-comparison/kube-runtime';
import type { TSchema } from 'typebox';

import { nameRule } from '../api/v1alpha1/face-comparison.js';
import {
  API_GROUP,
  API_VERSION,
  FACE_COMPARISON,
  FACE_MODEL,
  FaceComparisonSpecSchema,
  FaceComparisonStatusSchema,
  FaceModelSpecSchema,
  FaceModelStatusSchema,
  type ResourceNames,
} from '../api/v1alpha1/index.js';
import type { CelRule } from '../api/v1alpha1/schema-parts.js';
import { openApiSchema } from './open-api-schema.js';

type Version = CustomResourceDefinition['spec']['versions'][number];
export type Column = NonNullable<Version['additionalPrinterColumns']>[number];

/** A kind as its users meet it: what it is, what it holds, what `kubectl get` shows. */
export interface KindDefinition {
  readonly names: ResourceNames;
  readonly description: string;
  readonly spec: TSchema;
  readonly status: TSchema;
  /** Rules about the object as a whole. */
  readonly rules: readonly CelRule[];
  readonly columns: readonly Column[];
  readonly subresources: NonNullable<Version['subresources']>;
}

const age: Column = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'How long ago the object was made.',
};

/** The two kinds, in the order in which a user needs them. */
export const KINDS: readonly KindDefinition[] = [
  {
    names: FACE_MODEL,
    description: 'A version of a model that can be served. It never changes: its manifest is pinned by its digest.',
    spec: FaceModelSpecSchema,
    status: FaceModelStatusSchema,
    rules: [],
    columns: [
      { name: 'Version', type: 'string', jsonPath: '.spec.version', description: 'Version of the model.' },
      { name: 'Space', type: 'string', jsonPath: '.status.embeddingSpace', description: 'Its embedding space.' },
      { name: 'Size', type: 'string', jsonPath: '.status.size', description: 'Size of its files.' },
      {
        name: 'Verified',
        type: 'string',
        jsonPath: '.status.conditions[?(@.type=="Verified")].status',
        description: 'Whether the manifest is what its digest says.',
      },
      { name: 'Serving', type: 'string', jsonPath: '.status.serving', description: 'Who serves it.' },
      age,
    ],
    subresources: { status: {} },
  },
  {
    names: FACE_COMPARISON,
    description: 'A face-comparison service: the pods that serve a model, and how a new model takes over.',
    spec: FaceComparisonSpecSchema,
    status: FaceComparisonStatusSchema,
    rules: [{ rule: nameRule.rule, message: `metadata.name ${nameRule.message}` }],
    columns: [
      { name: 'Model', type: 'string', jsonPath: '.status.model', description: 'The model that answers.' },
      { name: 'Space', type: 'string', jsonPath: '.status.embeddingSpace', description: 'Its embedding space.' },
      { name: 'Phase', type: 'string', jsonPath: '.status.phase', description: 'What is being done.' },
      {
        name: 'Weight',
        type: 'integer',
        jsonPath: '.status.weight',
        description: 'Percent of the clients that the new model answers.',
      },
      { name: 'Ready', type: 'string', jsonPath: '.status.ready', description: 'Ready pods of all.' },
      age,
      {
        name: 'Version',
        type: 'string',
        jsonPath: '.status.version',
        description: 'Version of the model.',
        priority: 1,
      },
      {
        name: 'Message',
        type: 'string',
        jsonPath: '.status.message',
        description: 'What is being done, in a sentence.',
        priority: 1,
      },
    ],
    subresources: {
      status: {},
      scale: {
        specReplicasPath: '.spec.replicas',
        statusReplicasPath: '.status.replicas',
        labelSelectorPath: '.status.selector',
      },
    },
  },
];

/** The CustomResourceDefinition of a kind. */
export function customResourceDefinition(kind: KindDefinition): CustomResourceDefinition {
  const { names, rules } = kind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${API_GROUP}` },
    spec: {
      group: API_GROUP,
      scope: 'Namespaced',
      names: {
        kind: names.kind,
        listKind: `${names.kind}List`,
        plural: names.plural,
        singular: names.singular,
        shortNames: [names.shortName],
        categories: ['face-comparison'],
      },
      versions: [
        {
          name: API_VERSION,
          served: true,
          storage: true,
          additionalPrinterColumns: [...kind.columns],
          subresources: kind.subresources,
          schema: {
            openAPIV3Schema: {
              description: kind.description,
              type: 'object',
              required: ['spec'],
              ...(rules.length === 0 ? {} : { 'x-kubernetes-validations': [...rules] }),
              properties: {
                apiVersion: { description: 'Group and version of the schema of the object.', type: 'string' },
                kind: { description: 'Kind of the object.', type: 'string' },
                metadata: { type: 'object' },
                spec: openApiSchema(kind.spec, 'spec'),
                status: openApiSchema(kind.status, 'status'),
              },
            },
          },
        },
      ],
    },
  };
}
