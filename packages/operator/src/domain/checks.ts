import type { ResolvedChecks } from '../api/v1alpha1/index.js';
import { meanLatencyMs, type Compared } from './counters.js';

/** What is said of a version. */
export type Verdict =
  /** Not enough requests yet. */
  | { readonly kind: 'waiting'; readonly message: string }
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly reason: 'ErrorRateTooHigh' | 'LatencyTooHigh'; readonly message: string };

/**
 * Judges a version by what pods counted in one and the same time for it and for the version that it is to replace.
 * Errors are judged early: as soon as there are so many that `minRequests` could not make the share small enough. A share
 * that the old version has as well is not the new one's fault.
 */
export function judge(checks: ResolvedChecks, { target, standard }: Compared): Verdict {
  const { maxErrorRate, maxLatencyRatio, minRequests } = checks;
  const least = target.errors / Math.max(target.requests, minRequests, 1);
  const standardRate = standard.requests === 0 ? 0 : standard.errors / standard.requests;
  if (least > maxErrorRate && least > standardRate) {
    return {
      kind: 'failed',
      reason: 'ErrorRateTooHigh',
      message: `${target.errors} of ${target.requests} requests failed; at most ${percent(maxErrorRate)} may`,
    };
  }
  if (target.requests < minRequests) {
    return { kind: 'waiting', message: `${target.requests} of ${minRequests} requests seen` };
  }
  const [ours, theirs] = [meanLatencyMs(target), meanLatencyMs(standard)];
  // A few requests of the old version say nothing of its latency.
  const comparable = standard.requests >= Math.min(minRequests, MIN_STANDARD_REQUESTS);
  if (comparable && ours !== undefined && theirs !== undefined && theirs > 0 && ours > theirs * maxLatencyRatio) {
    return {
      kind: 'failed',
      reason: 'LatencyTooHigh',
      message: `requests take ${ours.toFixed(0)} ms on average, ${(ours / theirs).toFixed(2)} times the ${theirs.toFixed(0)} ms of the old version; at most ${maxLatencyRatio} times is allowed`,
    };
  }
  return { kind: 'passed' };
}

const MIN_STANDARD_REQUESTS = 10;

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
