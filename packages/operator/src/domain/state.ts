import type { ServingPlan } from '@face-comparison/contract';

import {
  MAX_REJECTIONS,
  type FaceComparisonStatus,
  type Rejection,
  type RolloutStatus,
  type ServingModel,
} from '../api/v1alpha1/index.js';
import { isSameModel, type ModelRef } from './model-ref.js';
import type { PlanDraft } from './plan.js';

/** Where a rollout is. */
export type RolloutPhase = 'Verifying' | 'Loading' | 'Canary' | 'AwaitingApproval' | 'Switching' | 'Observing';

/** Why a model is not tried again. */
export type RejectionReason =
  | 'DigestMismatch'
  | 'ManifestInvalid'
  | 'VersionMismatch'
  | 'LoadFailed'
  | 'PlanRefused'
  | 'ParityTooLow'
  | 'ErrorRateTooHigh'
  | 'LatencyTooHigh'
  | 'NoTraffic'
  | 'DeadlineExceeded';

/** All that the operator must remember of a FaceComparison between two looks at it. Kept in its status. */
export interface State {
  /** What answers requests without a pin; undefined until the first pod is ready. */
  readonly serving?: ServingModel;
  readonly rollout?: RolloutStatus;
  /** What served before and is still loaded. */
  readonly retained?: ServingModel;
  readonly rejected: readonly Rejection[];
}

/** What the status remembers. */
export function stateOf({ serving, rollout, retained, rejected = [] }: FaceComparisonStatus): State {
  return {
    ...(serving === undefined ? {} : { serving }),
    ...(rollout === undefined ? {} : { rollout }),
    ...(retained === undefined ? {} : { retained }),
    rejected,
  };
}

/** The state after a model was given up; the newest rejections are remembered. */
export function rejecting(state: State, model: ModelRef, reason: RejectionReason, message: string, now: number): State {
  const entry: Rejection = {
    model: model.model,
    version: model.version,
    sha256: model.sha256,
    reason,
    message,
    at: instant(now),
  };
  const others = state.rejected.filter((old) => !isSameModel(old, model));
  const { rollout, ...rest } = state;
  const isBegun = rollout !== undefined && !isSameModel(rollout, model);
  return { ...rest, ...(isBegun ? { rollout } : {}), rejected: [...others, entry].slice(-MAX_REJECTIONS) };
}

/** The plan that belongs to a state; undefined as long as there is nothing to serve. */
export function draftOf({ serving, rollout, retained }: State): PlanDraft | undefined {
  const standard = serving ?? rollout;
  if (standard === undefined) return undefined;
  const flip = rollout?.phase === 'Switching' ? rollout.switchAt : undefined;
  const isTried = rollout !== undefined && serving !== undefined && !isSameModel(serving, rollout);
  return {
    standard,
    beside: [rollout, retained].filter((model) => model !== undefined),
    ...(isTried && rollout.weight !== undefined && rollout.weight > 0
      ? { canary: { model: rollout, weight: rollout.weight } }
      : {}),
    ...(isTried && flip !== undefined ? { switch: { to: rollout, at: flip } } : {}),
  };
}

/**
 * The state after the rollout's model has become the one that answers.
 * @param at the instant of it
 */
export function flipped(state: State, at: string): State {
  const { serving, rollout, rejected } = state;
  if (rollout === undefined) return state;
  const { model, version, manifest, sha256, embeddingSpace } = rollout;
  const keep = serving !== undefined && !rejected.some((entry) => isSameModel(entry, serving));
  const { weight: _weight, step: _step, stepStartedAt: _stepStartedAt, switchAt: _switchAt, ...rest } = rollout;
  return {
    serving: {
      model,
      version,
      manifest,
      sha256,
      ...(embeddingSpace === undefined ? {} : { embeddingSpace }),
      since: at,
    },
    ...(keep ? { retained: { ...serving, since: at } } : {}),
    // Who goes back to what has proved itself does not watch it again.
    ...(rollout.back === true
      ? {}
      : { rollout: { ...rest, phase: 'Observing', flippedAt: at, progress: 0, lastProgressAt: at } }),
    rejected,
  };
}

/**
 * The state, made to agree with the plan that pods were given. The plan is written before the state is, so that after a
 * crash between the two it is the plan that says what was promised to the pods: an instant that was set is not set anew.
 */
export function recovered(state: State, plan: ServingPlan | undefined, now: number): State {
  if (plan === undefined) return state;
  if (state.serving !== undefined) return withSwitchOf(plan, state);
  return state.rollout === undefined ? rebuilt(state, plan, now) : state;
}

/**
 * Since when pods are answered by the rollout's model: because the instant of a switch has come, or because a plan that makes it
 * the default was written before the state was. Undefined when they are not.
 */
export function changedOverAt(
  { serving, rollout }: State,
  plan: ServingPlan | undefined,
  now: number,
): string | undefined {
  if (serving === undefined || rollout === undefined || plan === undefined) return undefined;
  if (rollout.version === serving.version) return undefined;
  if (plan.switch === undefined) return plan.default === rollout.version ? instant(now) : undefined;
  const isPromised = rollout.phase === 'Switching' && plan.switch.at === rollout.switchAt;
  return isPromised && Date.parse(plan.switch.at) <= now ? plan.switch.at : undefined;
}

/** Takes over an instant that is in the plan and not in the state. */
function withSwitchOf({ switch: flip }: ServingPlan, state: State): State {
  const { rollout, retained } = state;
  if (flip === undefined) return state;
  if (rollout?.version === flip.to) {
    if (rollout.phase === 'Switching' && rollout.switchAt === flip.at) return state;
    const switchAttempts = (rollout.switchAttempts ?? 0) + 1;
    const { weight: _weight, ...rest } = rollout;
    return { ...state, rollout: { ...rest, phase: 'Switching', switchAt: flip.at, switchAttempts } };
  }
  if (retained?.version !== flip.to) return state;
  return { ...state, rollout: goingBack(retained, flip.at, flip.at) };
}

/** A rollout to what served before. */
export function goingBack({ since: _, ...model }: ServingModel, startedAt: string, switchAt?: string): RolloutStatus {
  return {
    ...model,
    phase: 'Switching',
    back: true,
    startedAt,
    progress: 0,
    lastProgressAt: startedAt,
    ...(switchAt === undefined ? {} : { switchAt, switchAttempts: 1 }),
  };
}

/** A state was lost and its plan was not: what answers goes on, and what else is loaded stays for clients that pinned it. */
function rebuilt(state: State, plan: ServingPlan, now: number): State {
  const since = instant(now);
  const due = plan.switch !== undefined && Date.parse(plan.switch.at) <= now ? plan.switch.to : plan.default;
  const served = plan.models.map(({ version, manifest, sha256 }): ServingModel => {
    return { model: version, version, manifest, sha256: sha256 ?? '', since };
  });
  const serving = served.find(({ version }) => version === due);
  const retained = served.find(({ version }) => version !== due);
  return {
    ...state,
    ...(serving === undefined ? {} : { serving }),
    ...(retained === undefined ? {} : { retained }),
  };
}

/** Milliseconds since 1970 as an instant in UTC. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}
