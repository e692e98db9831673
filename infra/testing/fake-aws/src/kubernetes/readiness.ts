import type { Props } from '../catalogue/kind.js';
import { textAt, valuesAt } from '../account/paths.js';
import type { World } from '../world/world.js';
import { chartOf } from './charts.js';
import type { Cluster } from './cluster.js';
import { releaseType, type KubernetesObject } from './object.js';

/** Does the provider wait for more than the API server's answer? */
export function isAwaited(type: string, inputs: Props): boolean {
  if (type === releaseType) return inputs['skipAwait'] !== true;
  return JSON.stringify(inputs['metadata'] ?? {}).includes('pulumi.com/waitFor');
}

/** Why an object is not what the provider waits for; undefined when it is. */
export function notReady(world: World, cluster: Cluster, object: KubernetesObject): string | undefined {
  if (object.type === releaseType) {
    const { needsNode, name } = chartOf(object.inputs);
    return needsNode && !world.kubernetes.nodesOf(cluster).cpu
      ? `0/1 pods of ${name} are scheduled: no CPU node`
      : undefined;
  }
  return object.type.endsWith('/FaceComparison') ? faceComparisonNotReady(world, cluster, object) : undefined;
}

function faceComparisonNotReady(world: World, cluster: Cluster, object: KubernetesObject): string | undefined {
  const { inputs, namespace, name } = object;
  if (!cluster.releaseOf('face-comparison-operator')) return 'no operator looks after it';
  const model = cluster.get('face-comparison.dev/v1alpha1/FaceModel', namespace, textAt(inputs, 'spec.model'));
  if (!model) return `the FaceModel ${textAt(inputs, 'spec.model')} does not exist`;
  const keys = textAt(inputs, 'spec.auth.keysSecret');
  if (keys !== '' && !cluster.get('v1/Secret', namespace, keys)) return `the Secret ${keys} does not exist`;
  if (
    textAt(model.inputs, 'spec.source.manifest').startsWith('s3://') &&
    !mayReadModels(world, cluster, namespace, name)
  ) {
    return `the model cannot be fetched: AccessDenied, no Pod Identity for the service account ${namespace}/${name}`;
  }
  if (valuesAt(inputs, 'spec.replicas')[0] === 0) return undefined;
  const nodes = world.kubernetes.nodesOf(cluster);
  if (textAt(inputs, 'spec.accelerator.type') !== 'nvidia')
    return nodes.cpu ? undefined : 'its pods are not scheduled: no CPU node';
  if (!nodes.gpu) return 'its pods are not scheduled: no node with nvidia.com/gpu';
  const isEks = world.entities.get('eks/cluster', cluster.name) !== undefined;
  return isEks && !cluster.releaseOf('nvidia-device-plugin')
    ? 'its pods are not scheduled: no device plugin reports nvidia.com/gpu'
    : undefined;
}

/** On a cluster that is not EKS's the pods bring their own credentials. */
function mayReadModels(world: World, cluster: Cluster, namespace: string, serviceAccount: string): boolean {
  if (!world.entities.get('eks/cluster', cluster.name)) return true;
  // The agent on each node is what hands the credentials out.
  if (!world.entities.get('eks/addon', `${cluster.name}:eks-pod-identity-agent`)) return false;
  return world.entities
    .of('eks/podIdentityAssociation')
    .some(
      ({ inputs }) =>
        textAt(inputs, 'clusterName') === cluster.name &&
        textAt(inputs, 'namespace') === namespace &&
        textAt(inputs, 'serviceAccount') === serviceAccount,
    );
}
