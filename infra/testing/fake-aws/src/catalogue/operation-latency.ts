import { kindOf, rowOf } from './catalogue.js';
import { kubernetesLatency } from './kubernetes.js';
import type { Latency, Props } from './kind.js';
import { seconds } from './latency.js';

/** A GPU image is larger and its driver loads: one minute more. Estimate. */
const gpuExtraSeconds = 60;

/**
 * How long each operation on a resource takes, in seconds.
 *
 * @param type A Pulumi type token, such as `aws:eks/cluster:Cluster` or `kubernetes:helm.sh/v3:Release`.
 * @param inputs The inputs of the resource; some types take longer with some of them.
 * @throws AwsError `Unimplemented` when the fake does not know the type.
 */
export function latencySeconds(type: string, inputs: Props): Latency {
  if (type.startsWith('kubernetes:')) return kubernetesLatency(type, inputs);
  const row = rowOf(type);
  const { latency } = kindOf(row);
  if (row === 'ec2/vpcEndpoint' && inputs['vpcEndpointType'] !== 'Interface') {
    return seconds(6, 5, 6, 'estimate: a gateway endpoint only adds a route');
  }
  if (row === 'eks/nodeGroup' && /NVIDIA|GPU/.test(String(inputs['amiType']))) {
    return { ...latency, create: latency.create + gpuExtraSeconds };
  }
  return latency;
}
