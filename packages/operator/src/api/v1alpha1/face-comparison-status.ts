import Type, { type Static } from 'typebox';

import { Conditions } from './condition.js';
import { EmbeddingSpace, Instant, OpenEnum } from './schema-parts.js';

/** What a FaceComparison is doing. */
export const PHASES = [
  'Pending',
  'Serving',
  'Verifying',
  'Loading',
  'Canary',
  'AwaitingApproval',
  'Switching',
  'Observing',
  'Blocked',
  'RollingBack',
] as const;
export type Phase = (typeof PHASES)[number];

export const FACE_COMPARISON_CONDITIONS = [
  'Ready',
  'Progressing',
  'RolloutSucceeded',
  'CapacityBlocked',
  'ModelVerified',
  'PlanFollowed',
  'SpecValid',
] as const;
export type FaceComparisonConditionType = (typeof FACE_COMPARISON_CONDITIONS)[number];

const count = { minimum: 0, format: 'int32' } as const;

/** A version as the plan names it: enough to load it again after its FaceModel is gone. */
const plannedModel = {
  model: Type.String({ description: 'Name of the FaceModel.' }),
  version: Type.String({ description: 'Version of the model.' }),
  manifest: Type.String({ description: 'Where its manifest is.' }),
  sha256: Type.String({ description: 'sha256 of its manifest.' }),
  embeddingSpace: Type.Optional(EmbeddingSpace('Embedding space of its vectors.')),
} as const;

const ServingModelSchema = Type.Object(
  { ...plannedModel, since: Instant('Since when.') },
  { description: 'The model that answers requests without a pin.' },
);
/** A model that answers, or is kept, since an instant. */
export type ServingModel = Static<typeof ServingModelSchema>;

const CountersSchema = Type.Object(
  {
    requests: Type.Integer({ minimum: 0, format: 'int64', description: 'Requests that were answered.' }),
    errors: Type.Integer({ minimum: 0, format: 'int64', description: 'Those answered with 500 or above.' }),
    latencySumMs: Type.Number({ minimum: 0, description: 'Sum of their times in milliseconds.' }),
  },
  { description: 'Counters of a version in one pod.' },
);
export type Counters = Static<typeof CountersSchema>;

const PodBaselineSchema = Type.Object(
  {
    startedAt: Type.String({ description: 'When the process began whose counters these are.' }),
    target: CountersSchema,
    standard: CountersSchema,
  },
  { description: 'Counters of a pod at the start of the step, of the new model and of the old one.' },
);
export type PodBaseline = Static<typeof PodBaselineSchema>;

const RolloutStatusSchema = Type.Object(
  {
    ...plannedModel,
    comparable: Type.Optional(
      Type.Boolean({
        description: 'Whether its vectors can be compared with those of what serves: a canary may be made.',
      }),
    ),
    phase: OpenEnum(PHASES, 'Where the rollout is.'),
    startedAt: Instant('When it began.'),
    back: Type.Optional(
      Type.Boolean({
        description:
          'Whether it goes back to the model that served before and is still loaded: no step is gone through again.',
      }),
    ),
    step: Type.Optional(Type.Integer({ ...count, description: 'Step of the canary, from 0.' })),
    weight: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100, description: 'Share of the clients in the step, in percent.' }),
    ),
    stepStartedAt: Type.Optional(Instant('When the step began.')),
    switchAt: Type.Optional(Instant('When the default changes, on every pod.')),
    switchAttempts: Type.Optional(
      Type.Integer({
        ...count,
        description: 'How often such an instant was set; it is put off when a pod has not heard of it.',
      }),
    ),
    flippedAt: Type.Optional(Instant('When it answered all clients.')),
    parity: Type.Optional(Type.Number({ description: 'Least parity that the pods measured.' })),
    lastProgressAt: Instant('When it last got further; the deadline runs from here.'),
    progress: Type.Integer({
      minimum: 0,
      format: 'int64',
      description: 'How far its phase got; only ever grows within it.',
    }),
    baseline: Type.Optional(
      Type.Record(Type.String(), PodBaselineSchema, {
        description: 'Counters at the start of the step, by the uid of the pod.',
      }),
    ),
  },
  { description: 'The rollout that is going on.' },
);
export type RolloutStatus = Static<typeof RolloutStatusSchema>;

const RejectionSchema = Type.Object(
  {
    model: Type.String({ description: 'Name of the FaceModel.' }),
    version: Type.String({ description: 'Version of the model.' }),
    sha256: Type.String({ description: 'sha256 of its manifest: what is not tried again.' }),
    reason: Type.String({ description: 'Why, in a word for programs.' }),
    message: Type.String({ description: 'Why, in a sentence for people.' }),
    at: Instant('When.'),
  },
  { description: 'A model that was tried and given up.' },
);
export type Rejection = Static<typeof RejectionSchema>;

/** How many rejections are remembered; the oldest goes first. */
export const MAX_REJECTIONS = 10;

export const FaceComparisonStatusSchema = Type.Object(
  {
    observedGeneration: Type.Optional(
      Type.Integer({ minimum: 0, format: 'int64', description: 'The generation that this status is about.' }),
    ),
    phase: Type.Optional(OpenEnum(PHASES, 'What is being done.')),
    message: Type.Optional(Type.String({ description: 'The same in a sentence for people.' })),
    model: Type.Optional(Type.String({ description: 'Name of the FaceModel that answers requests without a pin.' })),
    version: Type.Optional(Type.String({ description: 'Its version.' })),
    sha256: Type.Optional(Type.String({ description: 'sha256 of its manifest.' })),
    embeddingSpace: Type.Optional(EmbeddingSpace('Embedding space of its vectors.')),
    weight: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        description: 'Share of the clients that the new model answers, in percent; absent when there is no canary.',
      }),
    ),
    replicas: Type.Optional(Type.Integer({ ...count, description: 'Pods that there are.' })),
    readyReplicas: Type.Optional(Type.Integer({ ...count, description: 'Pods that answer.' })),
    updatedReplicas: Type.Optional(Type.Integer({ ...count, description: 'Pods that follow the newest plan.' })),
    ready: Type.Optional(Type.String({ description: 'Ready pods of all, such as 2/2.' })),
    selector: Type.Optional(Type.String({ description: 'Selector of the pods, for autoscalers.' })),
    endpoint: Type.Optional(Type.String({ description: 'Where the service is, within the cluster.' })),
    planGeneration: Type.Optional(
      Type.Integer({ minimum: 0, format: 'int64', description: 'Counts the changes of the serving plan.' }),
    ),
    image: Type.Optional(Type.String({ description: 'Image of the server that runs.' })),
    serving: Type.Optional(ServingModelSchema),
    rollout: Type.Optional(RolloutStatusSchema),
    retained: Type.Optional(
      Type.With(ServingModelSchema, {
        description: 'The model that served before, kept for clients that have pinned it.',
      }),
    ),
    retainedUntil: Type.Optional(Instant('Until when it is kept.')),
    rejected: Type.Optional(
      Type.Array(RejectionSchema, {
        maxItems: MAX_REJECTIONS,
        description: 'Models that were tried and given up; a digest in this list is not tried again.',
        'x-kubernetes-list-type': 'atomic',
      }),
    ),
    conditions: Conditions(FACE_COMPARISON_CONDITIONS),
  },
  { description: 'What there is.' },
);
export type FaceComparisonStatus = Static<typeof FaceComparisonStatusSchema>;
