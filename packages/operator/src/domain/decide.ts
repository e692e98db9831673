import type { ServingPlan } from '@face-comparison/contract';

import {
  faceComparisonMistakes,
  RETRY_ANNOTATION,
  withDefaults,
  type FaceComparison,
  type FaceComparisonStatus,
  type ResolvedSpec,
  type ServingModel,
} from '../api/v1alpha1/index.js';
import { conditionsOf } from './conditions.js';
import type { ModelFacts } from './model-facts.js';
import { nextPlan, planContent } from './plan.js';
import { follows, inService, lasting, reportOf, type Pod } from './pod.js';
import { advance } from './rollout.js';
import type { RolloutEvent } from './rollout-event.js';
import { draftOf, recovered, stateOf, type State } from './state.js';
import type { RolloutOutcome } from './turn.js';

/** Everything that is known of a FaceComparison at one moment. */
export interface Observed {
  readonly object: FaceComparison;
  /** FaceModels of its namespace by name. */
  readonly models: ReadonlyMap<string, ModelFacts>;
  /** What lies in its ConfigMap; undefined when there is none, or none that can be read. */
  readonly plan: ServingPlan | undefined;
  readonly pods: readonly Pod[];
  readonly deployment: ObservedDeployment | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What else stands in the way: names of children that are taken, one sentence each. */
  readonly obstacles?: readonly string[];
  /** Why pods of this spec have no room for the model beside the one that serves; undefined when they have. */
  readonly lackOfRoom?: (model: ModelFacts, spec: ResolvedSpec) => string | undefined;
}

export interface ObservedDeployment {
  /** How many pods it is to have; an autoscaler may have chosen. */
  readonly replicas: number;
  readonly image: string | undefined;
}

export interface Decision {
  /** The spec with its defaults; undefined when it cannot be followed, and then nothing but the status changes. */
  readonly spec: ResolvedSpec | undefined;
  /** Undefined as long as there is nothing to serve. */
  readonly plan: ServingPlan | undefined;
  readonly status: FaceComparisonStatus;
  /**
   * Whether the status is to be written before the plan. A verdict is: what it was made of, the counts of pods, may be gone once
   * they follow the plan, and an operator that dies in between would have to take the model for good.
   */
  readonly statusFirst: boolean;
  readonly events: readonly RolloutEvent[];
  /** When something is due even if nothing else happens, in milliseconds since 1970. */
  readonly dueAt: number | undefined;
  /** Whether pods must be asked again soon. */
  readonly moving: boolean;
}

/**
 * Decides what is to be, of all that is known: pure, total, without a clock. What follows from it is applied in the order plan,
 * pods, children, status (a verdict: status first); a crash anywhere in between is taken up by the next look.
 */
export function decide(observed: Observed): Decision {
  const { object, plan, pods, now, obstacles = [] } = observed;
  const before = object.status ?? {};
  const mistakes = [...faceComparisonMistakes(object), ...obstacles];
  if (mistakes.length > 0) return refused(observed, mistakes);
  const spec = withDefaults(object.spec);
  const retry = retryInstant(object);
  const remembered = forgetting(recovered(stateOf(before), plan, now), retry.since);
  const outcome = advance({
    spec,
    state: withSpaces(remembered, pods),
    phase: before.phase,
    plan,
    models: observed.models,
    pods,
    now,
    lackOfRoom: (model) => observed.lackOfRoom?.(model, spec),
  });
  const draft = draftOf(outcome.state);
  const next = draft === undefined ? undefined : nextPlan(planContent(draft), plan, before.planGeneration ?? 0);
  return {
    spec,
    plan: next,
    status: statusOf(observed, spec, outcome, next, retry.mistake),
    statusFirst: outcome.events.some(({ reason }) => reason === 'RolloutRejected'),
    events: outcome.events,
    dueAt: outcome.dueAt,
    moving: outcome.moving || inService(pods).some((pod) => next !== undefined && !follows(pod, next.generation)),
  };
}

/** How soon it is looked again whether what stands in the way is gone. */
const OBSTACLE_POLL_MS = 5_000;

/** A spec that does not hold: what runs goes on as it is. */
function refused({ object, plan, pods, models, now, obstacles = [] }: Observed, mistakes: readonly string[]): Decision {
  const before = object.status ?? {};
  const message = mistakes.join('; ');
  const conditions = conditionsOf({
    before: before.conditions ?? [],
    generation: object.metadata.generation,
    now,
    mistakes,
    facts: models.get(object.spec.model),
    pods,
    planGeneration: plan?.generation,
    outcome: undefined,
    wanted: object.spec.model,
  });
  return {
    spec: undefined,
    plan,
    status: { ...before, ...observedGeneration(object), message, conditions },
    statusFirst: false,
    events: [],
    // What stands in the way is not ours to watch; it is looked whether it is gone.
    dueAt: obstacles.length > 0 ? now + OBSTACLE_POLL_MS : undefined,
    moving: false,
  };
}

function statusOf(
  { object, pods, deployment, models, now }: Observed,
  spec: ResolvedSpec,
  { state, phase, message, blocked, moving }: RolloutOutcome,
  plan: ServingPlan | undefined,
  retryMistake: string | undefined,
): FaceComparisonStatus {
  const { namespace, name } = object.metadata;
  const { serving, rollout, retained, rejected } = state;
  const shown = serving ?? rollout;
  const [present, ready] = [lasting(pods).length, inService(pods).length];
  const wantedPods = deployment?.replicas ?? spec.replicas ?? spec.autoscaling?.minReplicas ?? 0;
  const planGeneration = plan?.generation ?? object.status?.planGeneration;
  const status: FaceComparisonStatus = {
    ...observedGeneration(object),
    phase,
    message: retryMistake === undefined ? message : `${message}; ${retryMistake}`,
    ...(shown === undefined ? {} : { model: shown.model, version: shown.version, sha256: shown.sha256 }),
    ...(shown?.embeddingSpace === undefined ? {} : { embeddingSpace: shown.embeddingSpace }),
    ...(rollout?.weight === undefined ? {} : { weight: rollout.weight }),
    replicas: present,
    readyReplicas: ready,
    updatedReplicas: plan === undefined ? 0 : lasting(pods).filter((pod) => follows(pod, plan.generation)).length,
    ready: `${ready}/${wantedPods}`,
    endpoint: `http://${name}.${namespace}.svc:${spec.service.port}`,
    ...(planGeneration === undefined ? {} : { planGeneration }),
    ...(deployment?.image === undefined ? {} : { image: deployment.image }),
    ...(serving === undefined ? {} : { serving }),
    ...(rollout === undefined ? {} : { rollout }),
    ...(retained === undefined
      ? {}
      : { retained, retainedUntil: new Date(Date.parse(retained.since) + spec.rollout.retainMs).toISOString() }),
    ...(rejected.length === 0 ? {} : { rejected: [...rejected] }),
  };
  const conditions = conditionsOf({
    before: object.status?.conditions ?? [],
    generation: object.metadata.generation,
    now,
    mistakes: [],
    facts: models.get(spec.model),
    pods,
    planGeneration,
    outcome: { state, phase, message, moving, ...(blocked === undefined ? {} : { blocked }) },
    wanted: spec.model,
  });
  return { ...status, conditions };
}

function observedGeneration({
  metadata: { generation },
}: FaceComparison): Pick<FaceComparisonStatus, 'observedGeneration'> {
  return generation === undefined ? {} : { observedGeneration: generation };
}

/** The instant before which rejections no longer count. */
function retryInstant({ metadata }: FaceComparison): { readonly since?: number; readonly mistake?: string } {
  const text = metadata.annotations?.[RETRY_ANNOTATION];
  if (text === undefined) return {};
  const since = Date.parse(text);
  if (!Number.isNaN(since)) return { since };
  return {
    mistake: `annotation ${RETRY_ANNOTATION} is ${JSON.stringify(text.slice(0, 64))}; expected an instant such as 2026-01-01T12:00:00Z`,
  };
}

function forgetting(state: State, since: number | undefined): State {
  if (since === undefined) return state;
  return { ...state, rejected: state.rejected.filter(({ at }) => Date.parse(at) > since) };
}

/** Spaces are known from pods, once they have read the manifests. */
function withSpaces(state: State, pods: readonly Pod[]): State {
  return {
    ...state,
    ...(state.serving === undefined ? {} : { serving: withSpace(state.serving, pods) }),
    ...(state.retained === undefined ? {} : { retained: withSpace(state.retained, pods) }),
  };
}

function withSpace(model: ServingModel, pods: readonly Pod[]): ServingModel {
  if (model.embeddingSpace !== undefined) return model;
  const space = pods.map((pod) => reportOf(pod, model.version)?.embeddingSpace).find((found) => found != null);
  return space == null ? model : { ...model, embeddingSpace: space };
}
