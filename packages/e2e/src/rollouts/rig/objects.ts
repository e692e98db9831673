import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';

// The parts of Kubernetes objects that scenarios look at. What is not listed is not looked at and may be anything.

const Metadata = Type.Object({
  name: Type.String(),
  uid: Type.String(),
  generation: Type.Optional(Type.Integer()),
  deletionTimestamp: Type.Optional(Type.String()),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
});

const Condition = Type.Object({
  type: Type.String(),
  status: Type.String(),
  reason: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
});

const Model = Type.Object({
  model: Type.String(),
  version: Type.String(),
  sha256: Type.String(),
  embeddingSpace: Type.Optional(Type.String()),
  since: Type.Optional(Type.String()),
});

const Rejection = Type.Object({
  model: Type.String(),
  version: Type.String(),
  sha256: Type.String(),
  reason: Type.String(),
  message: Type.String(),
  at: Type.String(),
});
export type Rejection = Static<typeof Rejection>;

const FaceComparison = Type.Object({
  metadata: Metadata,
  spec: Type.Object({ model: Type.String() }),
  status: Type.Optional(
    Type.Object({
      observedGeneration: Type.Optional(Type.Integer()),
      phase: Type.Optional(Type.String()),
      message: Type.Optional(Type.String()),
      model: Type.Optional(Type.String()),
      version: Type.Optional(Type.String()),
      embeddingSpace: Type.Optional(Type.String()),
      weight: Type.Optional(Type.Number()),
      readyReplicas: Type.Optional(Type.Integer()),
      updatedReplicas: Type.Optional(Type.Integer()),
      endpoint: Type.Optional(Type.String()),
      planGeneration: Type.Optional(Type.Integer()),
      serving: Type.Optional(Model),
      retained: Type.Optional(Model),
      rollout: Type.Optional(
        Type.Object({
          version: Type.String(),
          phase: Type.String(),
          step: Type.Optional(Type.Integer()),
          weight: Type.Optional(Type.Number()),
          switchAt: Type.Optional(Type.String()),
          flippedAt: Type.Optional(Type.String()),
          parity: Type.Optional(Type.Number()),
        }),
      ),
      rejected: Type.Optional(Type.Array(Rejection)),
      conditions: Type.Optional(Type.Array(Condition)),
    }),
  ),
});
export type FaceComparison = Static<typeof FaceComparison>;
export type FaceComparisonStatus = NonNullable<FaceComparison['status']>;

const Pod = Type.Object({
  metadata: Metadata,
  spec: Type.Object({ nodeName: Type.Optional(Type.String()) }),
  status: Type.Object({
    phase: Type.Optional(Type.String()),
    podIP: Type.Optional(Type.String()),
    conditions: Type.Optional(Type.Array(Condition)),
    containerStatuses: Type.Optional(Type.Array(Type.Object({ restartCount: Type.Integer() }))),
  }),
});
export type Pod = Static<typeof Pod>;

const Event = Type.Object({
  type: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  regarding: Type.Optional(Type.Object({ kind: Type.Optional(Type.String()), name: Type.Optional(Type.String()) })),
});
export type Event = Static<typeof Event>;

const Lease = Type.Object({
  spec: Type.Object({ holderIdentity: Type.Optional(Type.Union([Type.String(), Type.Null()])) }),
});

const listOf = <T extends TSchema>(item: T) => Type.Object({ items: Type.Array(item) });
const PodList = listOf(Pod);
const EventList = listOf(Event);

/** @throws Error naming the first field that is not as expected */
function parse<T extends TSchema>(schema: T, kind: string, value: unknown): Static<T> {
  if (Value.Check(schema, value)) return value;
  const [first] = Value.Errors(schema, value);
  throw new Error(`${kind} at ${first?.instancePath ?? '/'}: ${first?.message ?? 'not as expected'}`);
}

export const parseFaceComparison = (value: unknown): FaceComparison => parse(FaceComparison, 'FaceComparison', value);
export const parsePods = (value: unknown): readonly Pod[] => parse(PodList, 'list of pods', value).items;
export const parseEvents = (value: unknown): readonly Event[] => parse(EventList, 'list of events', value).items;
export const leaseHolder = (value: unknown): string | undefined =>
  parse(Lease, 'Lease', value).spec.holderIdentity ?? undefined;

/** Whether a pod answers: ready, and not on its way out. */
export function isReady({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    (status.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True')
  );
}

/** How often the containers of a pod were started anew. */
export function restartsOf({ status }: Pod): number {
  return (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}
