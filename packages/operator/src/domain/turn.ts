import type { ServingPlan } from '@face-comparison/contract';

import type { Phase, ResolvedSpec, RolloutStatus, ServingModel } from '../api/v1alpha1/index.js';
import type { ModelFacts } from './model-facts.js';
import type { ModelRef } from './model-ref.js';
import type { Pod } from './pod.js';
import type { RolloutEvent, RolloutEventReason } from './rollout-event.js';
import { instant, rejecting, type RejectionReason, type RolloutPhase, type State } from './state.js';

/** Everything that decides what happens to the model versions of a FaceComparison. */
export interface RolloutInput {
  readonly spec: Pick<ResolvedSpec, 'model' | 'rollout'>;
  /** As it was remembered, made to agree with the plan (`recovered`). */
  readonly state: State;
  /** What the status called the phase last. */
  readonly phase: Phase | undefined;
  /** The plan that pods were given. */
  readonly plan: ServingPlan | undefined;
  /** FaceModels of the namespace by name. */
  readonly models: ReadonlyMap<string, ModelFacts>;
  readonly pods: readonly Pod[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Why pods have no room for the model beside the one that serves; undefined when they have. */
  readonly lackOfRoom?: (model: ModelFacts) => string | undefined;
}

/** Why a rollout that is wanted does not begin. */
export type BlockReason = 'ModelMissing' | 'VersionTaken' | 'RetentionRuns' | 'MemoryTooSmall';

export interface RolloutOutcome {
  /** To be remembered; the plan follows from it (`draftOf`). */
  readonly state: State;
  readonly phase: Phase;
  /** One sentence for a person. */
  readonly message: string;
  readonly events: readonly RolloutEvent[];
  readonly blocked?: { readonly reason: BlockReason; readonly message: string };
  /** When something is due even if nothing else happens, in milliseconds since 1970. */
  readonly dueAt?: number;
  /** Whether something moves, so that pods must be asked again soon. */
  readonly moving: boolean;
}

/** One turn of a look: either the state moves on and is looked at again, or this is all for now. */
export type Turn =
  | { readonly kind: 'again'; readonly state: State }
  | { readonly kind: 'rest'; readonly outcome: Omit<RolloutOutcome, 'events'> };

export interface Context extends RolloutInput {
  readonly emit: (reason: RolloutEventReason, note: string, type?: RolloutEvent['type']) => void;
}

/** A context in which a rollout from what serves is going on. While it is only watched, it serves itself. */
export interface RolloutContext extends Context {
  readonly rollout: RolloutStatus;
  readonly serving: ServingModel;
}

export function again(state: State): Turn {
  return { kind: 'again', state };
}

/** This is all for now. */
export function rest(
  { state }: Context,
  phase: Phase,
  message: string,
  more: Partial<Pick<RolloutOutcome, 'blocked' | 'dueAt' | 'moving'>> = {},
): Turn {
  return { kind: 'rest', outcome: { state, phase, message, moving: true, ...more } };
}

/** The rollout with another word for where it is; its deadline begins anew. */
export function entering(
  { rollout, now }: RolloutContext,
  phase: RolloutPhase,
  changes: Partial<RolloutStatus> = {},
): RolloutStatus {
  return { ...rollout, ...changes, phase, progress: 0, lastProgressAt: instant(now) };
}

/** The state with another rollout. */
export function withRollout({ state }: Context, rollout: RolloutStatus): State {
  return { ...state, rollout };
}

/** Gives a model up. What serves goes on, or comes back if the model already served. */
export function reject(context: Context, model: ModelRef, reason: RejectionReason, message: string): Turn {
  context.emit('RolloutRejected', `${model.model} (${model.version}): ${message}`, 'Warning');
  return again(rejecting(context.state, model, reason, message, context.now));
}

/**
 * The rollout if it came further than ever, or is still within its deadline; otherwise why it is given up. Progress is what is
 * measured, so that a version that flaps between ready and not ready does not go on for ever.
 *
 * @param progress how far it is, in steps of the phase
 * @param spareMs time that must pass in any case
 */
export function withinDeadline(
  { rollout, now, spec }: RolloutContext,
  progress: number,
  spareMs = 0,
): { readonly rollout: RolloutStatus; readonly isOver: boolean } {
  if (progress > rollout.progress) {
    return { rollout: { ...rollout, progress, lastProgressAt: instant(now) }, isOver: false };
  }
  return { rollout, isOver: now - Date.parse(rollout.lastProgressAt) > spec.rollout.deadlineMs + spareMs };
}
