import { setCondition, type Condition } from '@face-comparison/kube-runtime';

import { FACE_COMPARISON_CONDITIONS, type FaceComparisonConditionType } from '../api/v1alpha1/index.js';
import type { ModelFacts } from './model-facts.js';
import { isSameModel } from './model-ref.js';
import { follows, inService, isAnswering, lasting, namesOf, type Pod } from './pod.js';
import type { RolloutOutcome } from './turn.js';

interface ConditionsInput {
  readonly before: readonly Condition[];
  readonly generation: number | undefined;
  readonly now: number;
  /** Of the spec. */
  readonly mistakes: readonly string[];
  /** Of the FaceModel that the spec names. */
  readonly facts: ModelFacts | undefined;
  readonly pods: readonly Pod[];
  readonly planGeneration: number | undefined;
  /** Undefined when the spec does not hold. */
  readonly outcome: Omit<RolloutOutcome, 'events'> | undefined;
  /** Name of the FaceModel that the spec names. */
  readonly wanted: string;
}

type Said = Pick<Condition, 'status' | 'reason' | 'message'>;

/** The conditions of a FaceComparison, each with a reason for programs and a sentence for people. */
export function conditionsOf(input: ConditionsInput): Condition[] {
  const said: readonly (readonly [FaceComparisonConditionType, Said | undefined])[] = [
    ['SpecValid', specValid(input)],
    ['Ready', ready(input)],
    ['Progressing', progressing(input)],
    ['RolloutSucceeded', rolloutSucceeded(input)],
    ['ModelVerified', modelVerified(input)],
    ['PlanFollowed', planFollowed(input)],
    ['CapacityBlocked', capacityBlocked(input)],
  ];
  const { generation, now } = input;
  // Conditions of others in the list are theirs.
  const ours: ReadonlySet<string> = new Set(FACE_COMPARISON_CONDITIONS);
  let conditions: readonly Condition[] = input.before.filter(({ type }) => ours.has(type));
  for (const [type, condition] of said) {
    if (condition === undefined) continue;
    const observedGeneration = generation === undefined ? {} : { observedGeneration: generation };
    conditions = setCondition(conditions, { type, ...condition, ...observedGeneration }, now);
  }
  return [...conditions];
}

function specValid({ mistakes }: ConditionsInput): Said {
  return mistakes.length === 0
    ? { status: 'True', reason: 'Valid', message: 'the spec holds' }
    : { status: 'False', reason: 'Invalid', message: mistakes.join('; ') };
}

function ready({ pods, outcome }: ConditionsInput): Said {
  const count = inService(pods).length;
  return count > 0
    ? { status: 'True', reason: 'Serving', message: 'pods answer' }
    : { status: 'False', reason: 'NoPodReady', message: outcome?.message ?? 'no pod is ready' };
}

function progressing({ outcome }: ConditionsInput): Said | undefined {
  if (outcome === undefined) return undefined;
  const { phase, message } = outcome;
  const isResting = phase === 'Serving' || phase === 'Blocked';
  return { status: isResting ? 'False' : 'True', reason: phase, message };
}

/** Whether what the spec names is what serves; apart from Ready, since the old version serves all the while. */
function rolloutSucceeded({ outcome, wanted, facts }: ConditionsInput): Said | undefined {
  if (outcome === undefined) return undefined;
  const { state, phase, message, blocked } = outcome;
  const known = facts ?? [state.serving, state.rollout, state.retained].find((model) => model?.model === wanted);
  const rejection = state.rejected.find((entry) => isSameModel(entry, known));
  if (rejection !== undefined) {
    return {
      status: 'False',
      reason: rejection.reason,
      message: `${rejection.model}: ${rejection.message}. It is not tried again; to try it all the same, annotate this object with face-comparison.dev/retry and the present time`,
    };
  }
  if (blocked !== undefined) return { status: 'False', reason: blocked.reason, message: blocked.message };
  if (state.rollout === undefined && isSameModel(state.serving, known)) {
    return { status: 'True', reason: 'Serving', message: `${wanted} serves` };
  }
  return { status: 'Unknown', reason: phase, message };
}

function modelVerified({ facts, wanted }: ConditionsInput): Said {
  switch (facts?.verification) {
    case undefined:
      return { status: 'False', reason: 'ModelMissing', message: `there is no FaceModel ${wanted}` };
    case 'verified':
      return { status: 'True', reason: 'Verified', message: 'the manifest is the one that is meant' };
    case 'refused':
      return {
        status: 'False',
        reason: facts.refusal?.reason ?? 'ManifestInvalid',
        message: facts.refusal?.message ?? 'the manifest is not what it should be',
      };
    case 'pending':
    case 'unknown':
      return { status: 'Unknown', reason: 'LeftToPods', message: 'pods verify the manifest when they load it' };
  }
}

function planFollowed({ pods, planGeneration }: ConditionsInput): Said {
  const present = lasting(pods);
  if (planGeneration === undefined || present.length === 0) {
    return { status: 'Unknown', reason: 'NoPods', message: 'there is no pod that could follow a plan' };
  }
  const refusing = present.find(({ serving }) => serving?.rejected?.generation === planGeneration);
  if (refusing !== undefined) {
    const message = `${refusing.name} refuses the plan: ${refusing.serving?.rejected?.reason ?? ''}`;
    return { status: 'False', reason: 'Refused', message };
  }
  const behind = present.filter((pod) => !follows(pod, planGeneration));
  if (behind.length === 0) return { status: 'True', reason: 'Followed', message: 'all pods follow the plan' };
  const silent = behind.find((pod) => pod.ready && !isAnswering(pod));
  const why = silent?.unanswered === undefined ? '' : ` (${silent.unanswered})`;
  return {
    status: 'False',
    reason: 'Behind',
    message: `${namesOf(behind)} ${behind.length === 1 ? 'does' : 'do'} not follow the newest plan yet${why}`,
  };
}

function capacityBlocked({ pods, outcome }: ConditionsInput): Said {
  const stranded = lasting(pods).filter(({ unschedulable }) => unschedulable !== undefined);
  const [first] = stranded;
  if (first !== undefined) {
    const message = `${namesOf(stranded)} ${stranded.length === 1 ? 'finds' : 'find'} no node: ${first.unschedulable ?? ''}`;
    return { status: 'True', reason: 'Unschedulable', message };
  }
  const blocked = outcome?.blocked;
  if (blocked?.reason === 'RetentionRuns' || blocked?.reason === 'MemoryTooSmall') {
    return { status: 'True', reason: blocked.reason, message: blocked.message };
  }
  return { status: 'False', reason: 'Enough', message: 'pods have nodes, and room for what is to be loaded' };
}
