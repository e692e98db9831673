import { formatDuration, type RolloutStatus } from '../api/v1alpha1/index.js';
import { judge, type Verdict } from './checks.js';
import { comparabilityOf } from './comparability.js';
import { countedSince, takeBaseline } from './counters.js';
import { gateOf, unaware, type Gate } from './gate.js';
import { hasReady, lasting, namesOf, reportOf, type Pod } from './pod.js';
import { flipped, instant, type State } from './state.js';
import { again, entering, reject, rest, withinDeadline, withRollout, type RolloutContext, type Turn } from './turn.js';

// The phases of a rollout, one function each. All of them are pure: a context in, the next turn out.

/** How long a FaceModel that nobody has looked at yet is waited for. Pods verify what they load in any case. */
const VERIFICATION_PATIENCE_MS = 10_000;
/** A switch that is nearer than this share of its lead is not called off any more: not every pod would hear of it in time. */
const NO_RETURN_SHARE = 1 / 6;
/**
 * A switch of which a pod has not heard is called off when this share of its lead is left. Between this and the point of no return
 * there is time for a look at pods of which one does not answer.
 */
const GUARD_SHARE = 1 / 2;
const MAX_SWITCH_LEAD_MS = 60_000;
/**
 * The lead of a way back, which somebody waits for. A way forth has the lead of the spec, by default longer than another operator
 * needs to take over: should this one die after it has told some pods and not the others, the next one calls the switch off.
 */
const BACK_LEAD_MS = 3_000;
/** A pod whose clock is further off would change over visibly earlier or later than the others. */
const MAX_CLOCK_OFFSET_MS = 1_000;
/** How soon pods are asked again while a switch is near. */
const SWITCH_POLL_MS = 200;

/** Waits for the verdict on the manifest. */
export function verify(context: RolloutContext): Turn {
  const { rollout, models, now } = context;
  const waited = now - Date.parse(rollout.startedAt);
  if (models.get(rollout.model)?.verification === 'pending' && waited < VERIFICATION_PATIENCE_MS) {
    return rest(context, 'Verifying', `the manifest of ${rollout.model} is being verified`);
  }
  return again(withRollout(context, entering(context, 'Loading')));
}

/** Waits until every pod in service has the version loaded, warm and measured; then it is known which way it goes on. */
export function load(context: RolloutContext): Turn {
  const { rollout, state, spec } = context;
  const gate = gateOf(context.pods, context.plan, rollout.version);
  const failure = failureOf(context, gate);
  if (failure !== undefined) return failure;
  if (
    gate.nobodyServes &&
    gate.ready.length > 0 &&
    state.serving !== undefined &&
    isDown(gate, state.serving.version)
  ) {
    return promote(context, `${state.serving.version} answers nowhere`);
  }
  const standard = state.serving?.version ?? rollout.version;
  const comparable =
    gate.waitingFor === undefined
      ? comparabilityOf(gate.asked, rollout.version, standard, spec.rollout.checks.minParity)
      : undefined;
  if (comparable?.kind === 'failed') return reject(context, rollout, 'ParityTooLow', comparable.message);
  if (comparable === undefined || comparable.kind === 'unmeasured') {
    const waitingFor = gate.waitingFor ?? comparable?.waitingFor ?? 'pods';
    const { rollout: next, isOver } = withinDeadline(context, gate.percent);
    // Who is scaled to no pods has all the time there is.
    if (isOver && lasting(context.pods).length > 0) {
      return reject(context, rollout, 'DeadlineExceeded', overdue(context, waitingFor));
    }
    const counted = `${gate.ready.length} of ${gate.asked.length} pods have ${rollout.version} ready`;
    return rest({ ...context, state: withRollout(context, next) }, 'Loading', `${counted}; ${waitingFor}`);
  }
  const space = gate.asked.map((pod) => spaceOn(pod, rollout.version)).find((found) => found !== undefined);
  const known: Partial<RolloutStatus> = {
    comparable: comparable.kind === 'comparable',
    ...(space === undefined ? {} : { embeddingSpace: space }),
    ...(comparable.kind === 'comparable' ? { parity: comparable.parity } : {}),
  };
  const judged = { ...context, rollout: { ...rollout, ...known } };
  return comparable.kind === 'comparable' ? nextStep(judged) : approval(judged);
}

/** A share of the clients is answered by the new version, and both are counted. */
export function canary(context: RolloutContext): Turn {
  const { rollout, spec, now } = context;
  const gate = gateOf(context.pods, context.plan, rollout.version);
  const failure = failureOf(context, gate);
  if (failure !== undefined) return failure;
  const { verdict, requests } = verdictOf(context);
  if (verdict.kind === 'failed') return reject(context, rollout, verdict.reason, verdict.message);
  const step = spec.rollout.steps[rollout.step ?? 0];
  // The step was taken out of the spec while it was gone through.
  if (step === undefined) return nextStep(context);
  const holdEnd = Date.parse(rollout.stepStartedAt ?? rollout.lastProgressAt) + step.holdMs;
  const waiting = gate.waitingFor ?? (verdict.kind === 'waiting' ? verdict.message : undefined);
  if (now >= holdEnd && waiting === undefined) return nextStep(context);
  const tenths = Math.floor((10 * requests) / Math.max(spec.rollout.checks.minRequests, 1));
  const { rollout: next, isOver } = withinDeadline(context, tenths, step.holdMs);
  if (isOver) {
    const reason = gate.waitingFor === undefined ? 'NoTraffic' : 'DeadlineExceeded';
    return reject(context, rollout, reason, overdue(context, waiting ?? 'nothing'));
  }
  const until = now < holdEnd ? `until ${instant(holdEnd)}` : (waiting ?? 'done');
  return rest(
    { ...context, state: withRollout(context, { ...next, weight: step.weight }) },
    'Canary',
    `${rollout.version} answers ${step.weight} % of the clients (step ${(rollout.step ?? 0) + 1} of ${spec.rollout.steps.length}); ${until}`,
    { dueAt: Math.max(now, holdEnd) },
  );
}

/** Waits for somebody to name the model in `spec.rollout.approved`; a canary goes on being watched. */
export function awaitApproval(context: RolloutContext): Turn {
  const { rollout } = context;
  const gate = gateOf(context.pods, context.plan, rollout.version);
  const failure = failureOf(context, gate);
  if (failure !== undefined) return failure;
  const { verdict } = verdictOf(context);
  if (rollout.weight !== undefined && verdict.kind === 'failed') {
    return reject(context, rollout, verdict.reason, verdict.message);
  }
  if (isApproved(context)) return rollout.comparable === true ? promote(context) : toSwitching(context);
  return rest(
    context,
    'AwaitingApproval',
    `${rollout.version} is ready on ${gate.ready.length} of ${gate.asked.length} pods; set spec.rollout.approved to ${rollout.model} to promote it`,
  );
}

/**
 * All pods change over at one instant, since nobody may be answered by two spaces. The instant lies a lead ahead; when a pod in
 * service has not heard of it a while before, it is called off and set again with twice the lead.
 */
export function change(context: RolloutContext): Turn {
  const { rollout, serving, pods, plan, now } = context;
  const gate = gateOf(pods, plan, rollout.version);
  if (rollout.back !== true && !isPastReturn(context)) {
    const failure = failureOf(context, gate);
    if (failure !== undefined) return failure;
  }
  if (rollout.switchAt !== undefined && plan?.switch?.at === rollout.switchAt) {
    return awaitInstant(context, rollout.switchAt, gate);
  }
  const canAnswer = gate.asked.some((pod) => hasReady(pod, rollout.version));
  if (canAnswer && mayFlipAtOnce(gate, rollout.version, serving.version, rollout.back === true))
    return promote(context);
  // Whoever goes back does not wait for pods that only start: they are not in service until they have it.
  const waitingFor =
    rollout.back === true && canAnswer
      ? deafness(gate.asked, plan?.generation ?? 0)
      : (gate.waitingFor ?? clockTrouble(gate.asked));
  if (waitingFor !== undefined) {
    const { rollout: next, isOver } = withinDeadline(context, gate.ready.length);
    if (isOver && rollout.back !== true)
      return reject(context, rollout, 'DeadlineExceeded', overdue(context, waitingFor));
    return rest(
      { ...context, state: withRollout(context, next) },
      phaseOf(rollout),
      `before all pods change over to ${rollout.version}: ${waitingFor}`,
    );
  }
  const attempts = rollout.switchAttempts ?? 0;
  const leadMs = leadOf(context, attempts);
  const switchAt = instant(now + leadMs);
  context.emit('SwitchScheduled', `all pods change over from ${serving.version} to ${rollout.version} at ${switchAt}`);
  const { weight: _, ...armed } = { ...rollout, switchAt, switchAttempts: attempts + 1 };
  return rest(
    { ...context, state: withRollout(context, armed) },
    phaseOf(rollout),
    `all pods change over to ${rollout.version} at ${switchAt}`,
    { dueAt: now + SWITCH_POLL_MS },
  );
}

/** The new version answers everybody and is still watched; if it fails now, the old one comes back. */
export function observe(context: RolloutContext): Turn {
  const { rollout, state, now, spec } = context;
  const { verdict } = verdictOf(context);
  if (verdict.kind === 'failed') return reject(context, rollout, verdict.reason, verdict.message);
  // From the first look after it: an operator that was away during the switch has watched nothing yet.
  const leftMs = Date.parse(rollout.lastProgressAt) + spec.rollout.checks.afterSwitchMs - now;
  if (leftMs <= 0) {
    context.emit('RolloutSucceeded', `${rollout.model} (${rollout.version}) serves`);
    const { rollout: _, ...steady } = state;
    return again(steady);
  }
  return rest(
    context,
    'Observing',
    `${rollout.version} answers all clients and is watched until ${instant(now + leftMs)}`,
    { dueAt: now + leftMs },
  );
}

/** Whether a switch is so near that calling it off could come too late for a pod. */
export function isPastReturn(context: Pick<RolloutContext, 'rollout' | 'now' | 'spec'>): boolean {
  const { rollout, now } = context;
  if (rollout.switchAt === undefined) return false;
  const leadMs = leadOf(context, (rollout.switchAttempts ?? 1) - 1);
  return Date.parse(rollout.switchAt) - now <= leadMs * NO_RETURN_SHARE;
}

/** The instant has come: the pods have changed over, by their clocks. */
export function changedOver(context: RolloutContext, at: string): State {
  const { rollout, state } = context;
  announceFlip(context);
  return flippedWithBaseline(context, { ...state, rollout }, at);
}

function awaitInstant(context: RolloutContext, switchAt: string, gate: Gate): Turn {
  const { rollout, plan, now } = context;
  const at = Date.parse(switchAt);
  const leadMs = leadOf(context, (rollout.switchAttempts ?? 1) - 1);
  const deaf = unaware(gate.asked, plan?.generation ?? 0);
  if (deaf.length > 0 && at - now <= leadMs * GUARD_SHARE && !isPastReturn(context)) {
    context.emit('SwitchPostponed', `${namesOf(deaf)} had not heard of the switch at ${switchAt} in time`, 'Warning');
    const { switchAt: _, ...calledOff } = rollout;
    return rest(
      { ...context, state: withRollout(context, calledOff) },
      phaseOf(rollout),
      `the switch at ${switchAt} is put off: ${namesOf(deaf)} had not heard of it`,
      { dueAt: now + SWITCH_POLL_MS },
    );
  }
  const guardAt = at - leadMs * GUARD_SHARE;
  return rest(context, phaseOf(rollout), `all pods change over to ${rollout.version} at ${switchAt}`, {
    // One look falls on the guard: a pod that has not heard must not slip between two.
    dueAt: Math.min(at, now + SWITCH_POLL_MS, guardAt > now ? guardAt : Infinity),
  });
}

/** The next step of the canary, or what comes after the last. */
function nextStep(context: RolloutContext): Turn {
  const { rollout, serving, pods, now, spec } = context;
  const number = rollout.phase === 'Canary' ? (rollout.step ?? 0) + 1 : 0;
  const step = spec.rollout.steps[number];
  if (step === undefined) return approval(context);
  context.emit('CanaryStep', `${rollout.version} answers ${step.weight} % of the clients`);
  return again(
    withRollout(
      context,
      entering(context, 'Canary', {
        step: number,
        weight: step.weight,
        stepStartedAt: instant(now),
        baseline: takeBaseline(pods, rollout.version, serving.version),
      }),
    ),
  );
}

function approval(context: RolloutContext): Turn {
  const { rollout } = context;
  if (isApproved(context)) return rollout.comparable === true ? promote(context) : toSwitching(context);
  context.emit('ApprovalAwaited', `${rollout.model} (${rollout.version}) waits for spec.rollout.approved`);
  return again(withRollout(context, entering(context, 'AwaitingApproval')));
}

function isApproved({ rollout, spec }: RolloutContext): boolean {
  return spec.rollout.promotion === 'Automatic' || spec.rollout.approved === rollout.model;
}

function toSwitching(context: RolloutContext): Turn {
  return again(withRollout(context, entering(context, 'Switching')));
}

/** The new version becomes the default as soon as each pod reads it: where nobody can be answered by two spaces. */
function promote(context: RolloutContext, why?: string): Turn {
  const { rollout, state, now } = context;
  announceFlip(context, why);
  return again(flippedWithBaseline(context, { ...state, rollout }, instant(now)));
}

function announceFlip({ rollout, serving, emit }: RolloutContext, why?: string): void {
  const because = why === undefined ? '' : `: ${why}`;
  const note = `${rollout.version} answers all clients instead of ${serving.version}${because}`;
  emit(rollout.back === true ? 'RolledBack' : 'Promoted', note);
}

function flippedWithBaseline({ pods, now }: RolloutContext, state: State, at: string): State {
  const after = flipped(state, at);
  if (after.rollout === undefined) return after;
  const baseline = takeBaseline(pods, after.rollout.version, after.retained?.version ?? '');
  return { ...after, rollout: { ...after.rollout, baseline, lastProgressAt: instant(now) } };
}

/** What ends a rollout before its time, whatever its phase. */
function failureOf(context: RolloutContext, { hopeless, refused }: Gate): Turn | undefined {
  const { rollout } = context;
  if (hopeless !== undefined) {
    return reject(context, rollout, 'LoadFailed', `it cannot be loaded on ${hopeless.pod.name}: ${hopeless.reason}`);
  }
  if (refused !== undefined) {
    return reject(context, rollout, 'PlanRefused', `${refused.pod.name} refused the plan: ${refused.reason}`);
  }
  return undefined;
}

/** What the pods' counters say of the new version, and of how many of its requests they say it. */
function verdictOf(context: RolloutContext): { readonly verdict: Verdict; readonly requests: number } {
  const { rollout, serving, state, pods, spec } = context;
  const isFlipped = rollout.flippedAt !== undefined;
  const standard = isFlipped ? (state.retained?.version ?? '') : serving.version;
  const counted = countedSince(rollout.baseline ?? {}, pods, rollout.version, standard);
  // Once the new version answers everybody, the old one is known by all that it has done.
  const compared = isFlipped
    ? { target: counted.target, standard: countedSince({}, pods, rollout.version, standard).standard }
    : counted;
  const requests = Math.min(compared.target.requests, spec.rollout.checks.minRequests);
  return { verdict: judge(spec.rollout.checks, compared), requests };
}

/**
 * Every pod that answers has failed to load the version. One that only loads it does not count: it may be in service, with that
 * version, before it hears of another.
 */
function isDown({ asked }: Gate, version: string): boolean {
  return asked.every((pod) => reportOf(pod, version)?.state === 'failed');
}

/** Where no instant is needed: nobody is answered now, or vectors of the two can stand beside each other on each pod. */
function mayFlipAtOnce(gate: Gate, version: string, standard: string, back: boolean): boolean {
  const { asked, nobodyServes } = gate;
  if (nobodyServes && isDown(gate, standard)) return true;
  // What was promoted was measured then; what goes back needs to be as close, not as close as a newcomer must be.
  return (
    back &&
    comparabilityOf(
      asked.filter((pod) => hasReady(pod, version)),
      version,
      standard,
      -1,
    ).kind === 'comparable'
  );
}

function deafness(pods: readonly Pod[], generation: number): string | undefined {
  const deaf = unaware(pods, generation);
  if (deaf.length === 0) return undefined;
  return `${namesOf(deaf)} ${deaf.length === 1 ? 'has' : 'have'} not read the plan yet`;
}

function clockTrouble(pods: readonly Pod[]): string | undefined {
  const off = pods.find(({ clockAheadMs = 0 }) => Math.abs(clockAheadMs) > MAX_CLOCK_OFFSET_MS);
  if (off === undefined) return undefined;
  const offset = `${Math.abs(Math.round(off.clockAheadMs ?? 0))} ms ${(off.clockAheadMs ?? 0) > 0 ? 'ahead' : 'behind'}`;
  return `the clock of ${off.name} is ${offset}; pods change over by their clocks, at most ${MAX_CLOCK_OFFSET_MS} ms apart`;
}

function leadOf({ rollout, spec }: Pick<RolloutContext, 'rollout' | 'spec'>, attemptsBefore: number): number {
  const { switchLeadMs } = spec.rollout;
  const leadMs = rollout.back === true ? Math.min(switchLeadMs, BACK_LEAD_MS) : switchLeadMs;
  return Math.min(leadMs * 2 ** attemptsBefore, Math.max(leadMs, MAX_SWITCH_LEAD_MS));
}

function overdue({ spec }: RolloutContext, waitingFor: string): string {
  return `no progress for ${formatDuration(spec.rollout.deadlineMs)}: ${waitingFor}`;
}

function phaseOf({ back }: RolloutStatus): 'RollingBack' | 'Switching' {
  return back === true ? 'RollingBack' : 'Switching';
}

function spaceOn(pod: Pod, version: string): string | undefined {
  const report = pod.serving?.versions.find((served) => served.version === version);
  return report?.embeddingSpace ?? undefined;
}
