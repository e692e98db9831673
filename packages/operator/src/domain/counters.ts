import type { Counters, PodBaseline } from '../api/v1alpha1/index.js';
import { isAnswering, reportOf, type AnsweringPod, type Pod } from './pod.js';

/** What each pod had counted when a step began, by its uid. */
export type Baseline = Readonly<Record<string, PodBaseline>>;

/** What two versions did in one and the same time. */
export interface Compared {
  /** The version that is judged. */
  readonly target: Counters;
  /** The version that it is to replace. */
  readonly standard: Counters;
}

const NONE: Counters = { requests: 0, errors: 0, latencySumMs: 0 };

/** What each pod has counted so far. */
export function takeBaseline(pods: readonly Pod[], target: string, standard: string): Record<string, PodBaseline> {
  return Object.fromEntries(
    pods.filter(isAnswering).map((pod) => [
      pod.uid,
      {
        startedAt: pod.serving.startedAt,
        target: countersOf(pod, target),
        standard: countersOf(pod, standard),
      },
    ]),
  );
}

/** What pods have counted since the baseline. A pod or process that was not there then counts from its own beginning. */
export function countedSince(baseline: Baseline, pods: readonly Pod[], target: string, standard: string): Compared {
  const sum = { target: NONE, standard: NONE };
  for (const pod of pods.filter(isAnswering)) {
    const noted = baseline[pod.uid];
    // Counts begin anew with the process.
    const before = noted?.startedAt === pod.serving.startedAt ? noted : undefined;
    sum.target = add(sum.target, difference(countersOf(pod, target), before?.target));
    sum.standard = add(sum.standard, difference(countersOf(pod, standard), before?.standard));
  }
  return sum;
}

/** Mean time of a request in milliseconds; undefined where there was none. */
export function meanLatencyMs({ requests, latencySumMs }: Counters): number | undefined {
  return requests === 0 ? undefined : latencySumMs / requests;
}

function countersOf(pod: AnsweringPod, version: string): Counters {
  const served = reportOf(pod, version);
  return served === undefined
    ? NONE
    : { requests: served.requests, errors: served.errors, latencySumMs: Math.round(served.latency.sumMs) };
}

/** A version that was unloaded and loaded again counts from 0, and so is below what was noted. */
function difference(now: Counters, before: Counters = NONE): Counters {
  if (now.requests < before.requests) return now;
  return {
    requests: now.requests - before.requests,
    errors: Math.max(0, now.errors - before.errors),
    latencySumMs: Math.max(0, now.latencySumMs - before.latencySumMs),
  };
}

function add(a: Counters, b: Counters): Counters {
  return {
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    latencySumMs: a.latencySumMs + b.latencySumMs,
  };
}
