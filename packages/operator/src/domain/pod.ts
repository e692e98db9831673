import type { ServedVersion, Serving } from '@face-comparison/contract';

/** A serving pod as it was seen: by the API server, and by itself in its answer of `/serving`. */
export interface Pod {
  readonly name: string;
  readonly uid: string;
  /** In the endpoints of the Service. */
  readonly ready: boolean;
  /** Asked to end; it no longer counts. */
  readonly ending: boolean;
  /** Why the scheduler finds no node for it. */
  readonly unschedulable?: string;
  /** Why its container does not run: a reason of the kubelet, e.g. `ImagePullBackOff: ...`. */
  readonly waiting?: string;
  /** The generation in the annotation that makes the kubelet look at the plan again. */
  readonly annotated?: number;
  /** What it says of itself; undefined when it did not answer. */
  readonly serving?: Serving;
  /** Why it did not answer. */
  readonly unanswered?: string;
  /** How far its clock is ahead of the operator's, in milliseconds; negative when it is behind. */
  readonly clockAheadMs?: number;
}

/** A pod that answered. */
export interface AnsweringPod extends Pod {
  readonly serving: Serving;
}

export function isAnswering(pod: Pod): pod is AnsweringPod {
  return pod.serving !== undefined;
}

/** Pods that are there to stay. */
export function lasting(pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(({ ending }) => !ending);
}

/** Pods that clients are answered by now. Only these can mix vectors, and only for these a promotion waits. */
export function inService(pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(({ ready, ending }) => ready && !ending);
}

/** Whether the pod follows the plan of this generation or a later one. */
export function follows(pod: Pod, generation: number): boolean {
  return pod.serving !== undefined && pod.serving.generation >= generation;
}

/** What a pod says of a version, unless the version is on its way out there. */
export function reportOf(pod: Pod, version: string): ServedVersion | undefined {
  return pod.serving?.versions.find((served) => served.version === version && served.state !== 'unloading');
}

/** Whether the pod can answer by this version. */
export function hasReady(pod: Pod, version: string): boolean {
  return reportOf(pod, version)?.state === 'ready';
}

/** Names of pods for a sentence: three of them at most, and how many more. */
export function namesOf(pods: readonly Pod[]): string {
  const names = pods.slice(0, 3).map(({ name }) => name);
  const more = pods.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
