import type { Latency, Props } from './kind.js';
import { seconds } from './latency.js';

const object = seconds(1, 1, 1, 'estimate: one request to the API server');

/** How long objects of a cluster take, in seconds, from request until what the provider waits for is true. */
export function kubernetesLatency(type: string, inputs: Props): Latency {
  switch (type) {
    case 'kubernetes:helm.sh/v3:Release':
      return seconds(30, 30, 10, 'estimate: an image of about 100 MB is pulled and one pod becomes ready');
    case 'kubernetes:core/v1:Namespace':
      return seconds(1, 1, 8, 'estimate: a namespace goes a few seconds after its last object');
    default:
      return waitsForReady(inputs)
        ? seconds(
            120,
            60,
            15,
            'estimate: an image of about 700 MB is pulled, a model is fetched, loaded and answers; a GPU is there already',
          )
        : object;
  }
}

/** Does the program ask the provider to wait for a condition of the object? */
function waitsForReady(inputs: Props): boolean {
  return JSON.stringify(inputs['metadata'] ?? {}).includes('pulumi.com/waitFor');
}
