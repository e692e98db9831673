import type { Pod as KubePod } from '@face-comparison/kube-runtime';

import type { Pod } from '../domain/pod.js';
import { addressOf, observedPod } from './observe-pod.js';
import type { ServingReader } from './serving-reader.js';

/** Pods of one FaceComparison that are asked at the same time. */
const AT_ONCE = 16;

/** Looks at pods and asks those that run what they serve, some at a time. */
export async function askPods(
  pods: readonly KubePod[],
  reader: Pick<ServingReader, 'read'>,
  signal: AbortSignal,
): Promise<Pod[]> {
  const observed = new Map<KubePod, Pod>();
  const waiting = pods.values();
  const work = async (): Promise<void> => {
    for (const pod of waiting) {
      const address = addressOf(pod);
      observed.set(pod, observedPod(pod, address === undefined ? undefined : await reader.read(address, signal)));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, pods.length) }, work));
  return pods.flatMap((pod) => observed.get(pod) ?? []);
}
