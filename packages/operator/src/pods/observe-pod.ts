import type { Pod as KubePod } from '@face-comparison/kube-runtime';

import { PLAN_GENERATION_ANNOTATION } from '../api/v1alpha1/index.js';
import type { Pod } from '../domain/pod.js';
import type { ServingAnswer } from './serving-reader.js';

/** Reasons for which a container waits that are no reason to worry. */
const ORDINARY_WAITS: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

/** Where the pod can be asked what it serves; undefined when it does not run. */
export function addressOf({ status }: KubePod): string | undefined {
  return status?.phase === 'Running' && status.podIP !== '' ? status.podIP : undefined;
}

/** Whether the pod has ended by itself, evicted for instance; its object only stays to be read. */
export function hasEnded({ status }: KubePod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** A pod as decisions see it. */
export function observedPod(pod: KubePod, answer: ServingAnswer | undefined): Pod {
  const { metadata, status } = pod;
  const annotated = Number(metadata?.annotations?.[PLAN_GENERATION_ANNOTATION] ?? Number.NaN);
  const unscheduled = status?.conditions?.find(
    ({ type, status: value, reason }) => type === 'PodScheduled' && value === 'False' && reason === 'Unschedulable',
  );
  const waiting = waitingReason(pod);
  return {
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    ready: status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true,
    ending: metadata?.deletionTimestamp !== undefined || hasEnded(pod),
    ...(unscheduled === undefined ? {} : { unschedulable: unscheduled.message ?? 'no node fits' }),
    ...(waiting === undefined ? {} : { waiting }),
    ...(Number.isInteger(annotated) ? { annotated } : {}),
    ...(answer ?? { unanswered: 'it does not run yet' }),
  };
}

function waitingReason({ status }: KubePod): string | undefined {
  for (const { state, lastState } of status?.containerStatuses ?? []) {
    const waiting = state?.waiting;
    if (waiting?.reason === undefined || ORDINARY_WAITS.has(waiting.reason)) continue;
    const ended = lastState?.terminated?.reason;
    const details = [waiting.message, ended === undefined ? undefined : `it ended before: ${ended}`];
    return [waiting.reason, ...details.filter((detail) => detail !== undefined)].join(': ');
  }
  return undefined;
}
