import { formatDuration, type RolloutStatus, type ServingModel } from '../api/v1alpha1/index.js';
import type { ModelFacts } from './model-facts.js';
import { isSameModel, type ModelRef } from './model-ref.js';
import { awaitApproval, canary, change, changedOver, isPastReturn, load, observe, verify } from './phases.js';
import { hasReady, inService, lasting, reportOf } from './pod.js';
import type { RolloutEvent } from './rollout-event.js';
import { changedOverAt, goingBack, instant } from './state.js';
import {
  again,
  reject,
  rest,
  type BlockReason,
  type Context,
  type RolloutContext,
  type RolloutInput,
  type RolloutOutcome,
  type Turn,
} from './turn.js';

/** Turns of one look; each moves the state on, and there are fewer phases than this. */
const MAX_TURNS = 16;

/** Phases after which pods may still have to hear that nothing comes of it. */
const UNFINISHED: ReadonlySet<string | undefined> = new Set([
  'Loading',
  'Canary',
  'AwaitingApproval',
  'Switching',
  'Observing',
  'RollingBack',
]);

/**
 * Moves the model versions of a FaceComparison on as far as what is known allows. Pure and total: the same input gives the same
 * outcome. What the user wants now is looked at before anything is waited for, so that going back never waits for what is broken.
 */
export function advance(input: RolloutInput): RolloutOutcome {
  const events: RolloutEvent[] = [];
  const emit: Context['emit'] = (reason, note, type = 'Normal') => events.push({ type, reason, note });
  let state = input.state;
  for (let turns = 0; turns < MAX_TURNS; turns++) {
    const turn = takeTurn({ ...input, state, emit });
    if (turn.kind === 'rest') return { ...turn.outcome, events };
    state = turn.state;
  }
  // Not reached as long as each turn moves on; if it were, the next look goes on from here.
  return { state, phase: input.phase ?? 'Pending', message: 'still deciding', events, dueAt: input.now, moving: true };
}

function takeTurn(context: Context): Turn {
  const { state, plan, now } = context;
  const { rollout, serving, retained } = state;
  const changedAt = changedOverAt(state, plan, now);
  if (rollout !== undefined && serving !== undefined && changedAt !== undefined) {
    return again(changedOver({ ...context, rollout, serving }, changedAt));
  }
  const wanted = wantedModel(context);
  if (wanted.kind === 'refused') return reject(context, wanted.model, wanted.reason, wanted.message);
  if (rollout !== undefined) {
    const target = wanted.kind === 'model' ? wanted.model : undefined;
    // What answers everybody already is judged to the end, whatever is wanted next; except who goes back.
    const isAnswering = isSameModel(rollout, serving) && !isSameModel(retained, target);
    if (!isAnswering && !isSameModel(rollout, target)) return abandon(context, rollout, wanted);
    return serving === undefined ? begin(context, rollout) : goOn({ ...context, rollout, serving });
  }
  if (wanted.kind === 'none') {
    if (serving === undefined) return rest(context, 'Pending', wanted.message, { ...wanted.blocked, moving: false });
    if (isRetentionOver(context)) return unload(context);
    return rest(context, wanted.phase, wanted.message, { ...wanted.blocked, moving: false });
  }
  if (serving === undefined) return begin(context, wanted.model);
  if (isSameModel(serving, wanted.model)) return stay(context, serving, wanted);
  if (retained !== undefined && isSameModel(retained, wanted.model)) return goBack(context, retained, wanted.model);
  if (isRetentionOver(context)) return unload(context);
  return start(context, serving, wanted.model);
}

/** What should answer: the model of the spec, or where that was rejected, what proved itself before. */
type Wanted =
  | { readonly kind: 'model'; readonly model: ModelRef; readonly rejected?: string }
  | ({ readonly kind: 'refused'; readonly model: ModelRef } & NonNullable<ModelFacts['refusal']>)
  | {
      readonly kind: 'none';
      readonly phase: 'Blocked' | 'Serving' | 'Pending';
      readonly message: string;
      readonly blocked?: Pick<RolloutOutcome, 'blocked'>;
    };

function wantedModel({ spec, state, models }: Context): Wanted {
  const { serving, rollout, retained, rejected } = state;
  const facts = models.get(spec.model);
  const model = facts ?? [serving, rollout, retained].find((known) => known?.model === spec.model);
  if (model === undefined) {
    const message = `there is no FaceModel ${spec.model} in this namespace; create it, or name another in spec.model`;
    return { kind: 'none', phase: 'Blocked', message, blocked: { blocked: { reason: 'ModelMissing', message } } };
  }
  const isRejected = (known: ModelRef | undefined): boolean => rejected.some((entry) => isSameModel(entry, known));
  if (isRejected(serving) && retained !== undefined && !isRejected(retained)) {
    // First back to what proved itself, then on to whatever is wanted.
    return { kind: 'model', model: retained };
  }
  const rejection = rejected.find((entry) => isSameModel(entry, model));
  if (rejection === undefined) {
    const isLoaded = [serving, retained].some((known) => isSameModel(known, model));
    if (facts?.refusal !== undefined && !isLoaded) return { kind: 'refused', model, ...facts.refusal };
    return { kind: 'model', model };
  }
  const proven = [serving, retained].find((known) => known !== undefined && !isRejected(known));
  const message = `${model.model} was rejected (${rejection.reason}): ${rejection.message}`;
  if (proven !== undefined) return { kind: 'model', model: proven, rejected: message };
  return { kind: 'none', phase: serving === undefined ? 'Pending' : 'Serving', message };
}

/** Nothing has served yet: the model is the default from the first moment, and serves when the first pod is ready. */
function begin(context: Context, model: ModelRef): Turn {
  const { state, pods, now, emit } = context;
  const { rollout } = state;
  if (rollout === undefined) {
    const { model: name, version, manifest, sha256 } = model;
    const startedAt = instant(now);
    const first: RolloutStatus = {
      ...{ model: name, version, manifest, sha256 },
      ...{ phase: 'Loading', startedAt, progress: 0, lastProgressAt: startedAt },
    };
    return again({ ...state, rollout: first });
  }
  const ready = inService(pods).find((pod) => hasReady(pod, rollout.version));
  if (ready !== undefined) {
    const embeddingSpace = reportOf(ready, rollout.version)?.embeddingSpace;
    emit('ServingStarted', `${rollout.model} (${rollout.version}) serves`);
    const { model: name, version, manifest, sha256 } = rollout;
    const serving: ServingModel = {
      ...{ model: name, version, manifest, sha256, since: instant(now) },
      ...(embeddingSpace == null ? {} : { embeddingSpace }),
    };
    const { rollout: _, ...rest } = state;
    return again({ ...rest, serving });
  }
  return rest(context, 'Pending', pendingReason(context, rollout.version));
}

/** Why no pod is ready, by the most telling thing that is known. */
function pendingReason({ pods }: Context, version: string): string {
  const present = lasting(pods);
  const unschedulable = present.find((pod) => pod.unschedulable !== undefined);
  if (unschedulable !== undefined) return `${unschedulable.name} finds no node: ${unschedulable.unschedulable ?? ''}`;
  const waiting = present.find((pod) => pod.waiting !== undefined);
  if (waiting !== undefined) return `${waiting.name} does not run: ${waiting.waiting ?? ''}`;
  for (const pod of present) {
    const report = reportOf(pod, version);
    if (report?.state === 'failed') return `${pod.name} cannot load ${version}: ${report.reason ?? 'no reason given'}`;
  }
  return present.length === 0 ? 'no pod is there yet' : `no pod has ${version} ready yet`;
}

/** What is wanted is what serves. */
function stay(context: Context, serving: ServingModel, wanted: Extract<Wanted, { kind: 'model' }>): Turn {
  const { state, pods, plan, phase, spec, now } = context;
  // The FaceModel may have another name now; the bytes are the same.
  if (serving.model !== wanted.model.model) {
    return again({ ...state, serving: { ...serving, model: wanted.model.model } });
  }
  if (isRetentionOver(context)) return unload(context);
  const deaf = inService(pods).filter((pod) => (pod.serving?.generation ?? 0) < (plan?.generation ?? 0));
  if (deaf.length > 0 && UNFINISHED.has(phase)) {
    return rest(context, 'RollingBack', `${deaf.length} pods have not read yet that ${serving.version} stays`);
  }
  const { retained } = state;
  if (retained === undefined) {
    return rest(context, 'Serving', wanted.rejected ?? `${serving.version} serves`, { moving: false });
  }
  const until = retentionEnd(retained, spec.rollout.retainMs);
  const kept = `${serving.version} serves; ${retained.version} stays loaded for pinned clients until ${instant(until)}`;
  return rest(context, 'Serving', wanted.rejected ?? kept, { dueAt: Math.max(until, now), moving: false });
}

/** What is wanted served before and is still loaded. */
function goBack({ state, emit, now }: Context, retained: ServingModel, { model }: ModelRef): Turn {
  emit('RolloutStarted', `going back to ${model} (${retained.version})`);
  return again({ ...state, rollout: { ...goingBack(retained, instant(now)), model } });
}

/** What is wanted is new here. */
function start(context: Context, serving: ServingModel, model: ModelRef): Turn {
  const { state, now, emit } = context;
  const objection = objectionTo(context, serving, model);
  if (objection !== undefined) {
    const until =
      state.retained === undefined ? undefined : retentionEnd(state.retained, context.spec.rollout.retainMs);
    return rest(context, 'Blocked', objection.message, {
      blocked: objection,
      moving: false,
      ...(until === undefined ? {} : { dueAt: until }),
    });
  }
  emit('RolloutStarted', `from ${serving.model} (${serving.version}) to ${model.model} (${model.version})`);
  const { model: name, version, manifest, sha256 } = model;
  const startedAt = instant(now);
  return again({
    ...state,
    rollout: {
      ...{ model: name, version, manifest, sha256 },
      ...{ phase: 'Verifying', startedAt, progress: 0, lastProgressAt: startedAt },
    },
  });
}

function objectionTo(
  { state: { retained }, spec, models, lackOfRoom }: Context,
  serving: ServingModel,
  model: ModelRef,
): { readonly reason: BlockReason; readonly message: string } | undefined {
  if (model.version === serving.version || model.version === retained?.version) {
    const message = `${model.model} calls itself version ${model.version}, which is loaded with another manifest; give it a version of its own`;
    return { reason: 'VersionTaken', message };
  }
  if (retained !== undefined) {
    const until = instant(retentionEnd(retained, spec.rollout.retainMs));
    const message = `pods have room for two versions, and ${retained.version} stays loaded for pinned clients until ${until}; a shorter spec.rollout.retain ends that earlier`;
    return { reason: 'RetentionRuns', message };
  }
  const facts = models.get(model.model);
  const lack = facts === undefined ? undefined : lackOfRoom?.(facts);
  return lack === undefined ? undefined : { reason: 'MemoryTooSmall', message: lack };
}

/** A rollout is going on, and it is still what is wanted. */
function goOn(context: RolloutContext): Turn {
  switch (context.rollout.phase) {
    case 'Loading':
      return load(context);
    case 'Canary':
      return canary(context);
    case 'AwaitingApproval':
      return awaitApproval(context);
    case 'Switching':
      return change(context);
    case 'Observing':
      return observe(context);
    // A word that this version of the operator does not know begins from the beginning.
    default:
      return verify(context);
  }
}

/** A rollout is going on, and something else is wanted. */
function abandon(context: Context, rollout: RolloutStatus, wanted: Wanted): Turn {
  const { state, emit } = context;
  if (isPastReturn({ ...context, rollout })) {
    const at = rollout.switchAt ?? '';
    return rest(context, 'Switching', `too late to call off the switch at ${at}; it is gone back from after it`, {
      dueAt: Date.parse(at),
    });
  }
  const { rollout: _, ...without } = state;
  // What has answered everybody already is not aborted but succeeded by something else.
  if (!isSameModel(rollout, state.serving)) {
    const instead = wanted.kind === 'model' ? `; ${wanted.model.model} is wanted` : '';
    emit('RolloutAborted', `${rollout.model} (${rollout.version}) in phase ${rollout.phase}${instead}`);
  }
  return again(without);
}

function isRetentionOver({ state: { retained }, spec, now }: Context): boolean {
  return retained !== undefined && now >= retentionEnd(retained, spec.rollout.retainMs);
}

function retentionEnd({ since }: ServingModel, retainMs: number): number {
  return Date.parse(since) + retainMs;
}

function unload({ state, spec, emit }: Context): Turn {
  const { retained, ...rest } = state;
  if (retained !== undefined) {
    emit('VersionUnloaded', `${retained.version} was kept for ${formatDuration(spec.rollout.retainMs)}`);
  }
  return again(rest);
}
