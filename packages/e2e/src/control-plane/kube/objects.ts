import Type, { type Static } from 'typebox';

// Only what the harness reads of each object; the rest is not its business.

const MetadataSchema = Type.Object({
  name: Type.String(),
  namespace: Type.Optional(Type.String()),
  uid: Type.String(),
  resourceVersion: Type.String(),
  generation: Type.Optional(Type.Integer()),
  creationTimestamp: Type.String(),
  deletionTimestamp: Type.Optional(Type.String()),
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  managedFields: Type.Optional(Type.Array(Type.Object({ manager: Type.Optional(Type.String()) }))),
  ownerReferences: Type.Optional(Type.Array(Type.Object({ kind: Type.String(), name: Type.String() }))),
});

export const ObjectSchema = Type.Object({ metadata: MetadataSchema });
export type KubeObject = Static<typeof ObjectSchema>;

const ConditionSchema = Type.Object({
  type: Type.String(),
  status: Type.String(),
  reason: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  lastTransitionTime: Type.Optional(Type.String()),
  observedGeneration: Type.Optional(Type.Integer()),
});
export type Condition = Static<typeof ConditionSchema>;

export const PodSchema = Type.Object({
  metadata: MetadataSchema,
  spec: Type.Object({
    nodeName: Type.Optional(Type.String()),
    containers: Type.Array(Type.Object({ name: Type.String(), image: Type.String() })),
    volumes: Type.Optional(
      Type.Array(Type.Object({ configMap: Type.Optional(Type.Object({ name: Type.Optional(Type.String()) })) })),
    ),
  }),
  status: Type.Object({
    phase: Type.Optional(Type.String()),
    podIP: Type.Optional(Type.String()),
    conditions: Type.Optional(Type.Array(ConditionSchema)),
    containerStatuses: Type.Optional(Type.Array(Type.Object({ restartCount: Type.Integer() }))),
  }),
});
export type Pod = Static<typeof PodSchema>;

export const ConfigMapSchema = Type.Object({
  metadata: MetadataSchema,
  data: Type.Optional(Type.Record(Type.String(), Type.String())),
});

export const DeploymentSchema = Type.Object({
  metadata: MetadataSchema,
  spec: Type.Object({
    replicas: Type.Optional(Type.Integer()),
    template: Type.Object({
      spec: Type.Object({ containers: Type.Array(Type.Object({ name: Type.String(), image: Type.String() })) }),
    }),
  }),
});

export const LeaseSchema = Type.Object({
  metadata: MetadataSchema,
  spec: Type.Object({
    holderIdentity: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    leaseTransitions: Type.Optional(Type.Integer()),
  }),
});

export const EventSchema = Type.Object({
  metadata: MetadataSchema,
  type: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  regarding: Type.Optional(Type.Object({ kind: Type.Optional(Type.String()), name: Type.Optional(Type.String()) })),
});

const RejectionSchema = Type.Object({
  model: Type.String(),
  version: Type.String(),
  sha256: Type.String(),
  reason: Type.String(),
  message: Type.String(),
  at: Type.String(),
});
export type Rejection = Static<typeof RejectionSchema>;

export const FaceComparisonSchema = Type.Object({
  metadata: MetadataSchema,
  spec: Type.Object({ model: Type.String(), replicas: Type.Optional(Type.Integer()) }),
  status: Type.Optional(
    Type.Object({
      observedGeneration: Type.Optional(Type.Integer()),
      phase: Type.Optional(Type.String()),
      message: Type.Optional(Type.String()),
      model: Type.Optional(Type.String()),
      version: Type.Optional(Type.String()),
      embeddingSpace: Type.Optional(Type.String()),
      weight: Type.Optional(Type.Number()),
      replicas: Type.Optional(Type.Integer()),
      readyReplicas: Type.Optional(Type.Integer()),
      updatedReplicas: Type.Optional(Type.Integer()),
      selector: Type.Optional(Type.String()),
      planGeneration: Type.Optional(Type.Integer()),
      image: Type.Optional(Type.String()),
      retained: Type.Optional(Type.Object({ model: Type.String(), version: Type.String() })),
      rollout: Type.Optional(
        Type.Object({
          model: Type.String(),
          version: Type.String(),
          phase: Type.String(),
          step: Type.Optional(Type.Integer()),
          switchAt: Type.Optional(Type.String()),
        }),
      ),
      rejected: Type.Optional(Type.Array(RejectionSchema)),
      conditions: Type.Optional(Type.Array(ConditionSchema)),
    }),
  ),
});
export type FaceComparison = Static<typeof FaceComparisonSchema>;
export type FaceComparisonStatus = NonNullable<FaceComparison['status']>;

export const FaceModelSchema = Type.Object({
  metadata: MetadataSchema,
  status: Type.Optional(
    Type.Object({
      embeddingSpace: Type.Optional(Type.String()),
      serving: Type.Optional(Type.String()),
      conditions: Type.Optional(Type.Array(ConditionSchema)),
    }),
  ),
});

/** The condition of this type, if there is one. */
export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether a pod counts among those that a Service sends requests to. */
export function isPodReady({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && conditionOf(status.conditions, 'Ready')?.status === 'True';
}
