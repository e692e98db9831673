import { hasReady, isAnswering, reportOf, type Pod } from './pod.js';

/** Whether vectors of a version may stand beside those of the version that serves. */
export type Comparability =
  /** The same space, or declared and measured on every pod; with the least cosine. */
  | { readonly kind: 'comparable'; readonly parity: number }
  /** Another space, and nobody says otherwise: traffic is never split, all pods change over at one instant. */
  | { readonly kind: 'foreign' }
  /** It is said to be comparable and is not, or not enough. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'unmeasured'; readonly waitingFor: string };

/**
 * Judged by what pods measured, never by hope: a bundle may declare the space of another, and each pod computes the golden
 * vectors of the one by the other.
 *
 * @param pods that have both versions ready
 * @param minParity least cosine, for a version that calls itself comparable
 */
export function comparabilityOf(
  pods: readonly Pod[],
  target: string,
  standard: string,
  minParity: number,
): Comparability {
  let parity = 1;
  for (const pod of pods.filter(isAnswering)) {
    const ours = reportOf(pod, target);
    const theirs = reportOf(pod, standard);
    if (ours?.embeddingSpace == null || theirs?.embeddingSpace == null) {
      return { kind: 'unmeasured', waitingFor: `${pod.name} has not read both manifests` };
    }
    const isDeclared =
      ours.embeddingSpace === theirs.embeddingSpace ||
      ours.model?.comparableWith.includes(theirs.embeddingSpace) === true ||
      theirs.model?.comparableWith.includes(ours.embeddingSpace) === true;
    if (!isDeclared) return { kind: 'foreign' };
    if (!ours.measured || pod.serving.default !== standard || !hasReady(pod, standard)) {
      return { kind: 'unmeasured', waitingFor: `${pod.name} has not measured parity` };
    }
    if (ours.parity === null || ours.parity < minParity || !ours.comparable) {
      return { kind: 'failed', message: failure(pod, target, standard, ours.parity, minParity) };
    }
    parity = Math.min(parity, ours.parity);
  }
  return { kind: 'comparable', parity };
}

function failure(pod: Pod, target: string, standard: string, parity: number | null, minParity: number): string {
  const said = `${target} declares its vectors comparable with those of ${standard}, but on ${pod.name}`;
  if (parity === null) return `${said} the two could not be compared on the golden crops`;
  const shown = parity.toFixed(4);
  if (parity < minParity)
    return `${said} their least cosine on the golden crops is ${shown}; at least ${minParity} is asked for`;
  return `${said} their least cosine on the golden crops is ${shown}, less than the bundle itself declares`;
}
