import { createHash } from 'node:crypto';
import { kubernetesLatency } from '../catalogue/kubernetes.js';
import type { Props } from '../catalogue/kind.js';
import { isRecord, textAt } from '../account/paths.js';
import type { World } from '../world/world.js';
import { chartOf } from './charts.js';
import type { Cluster } from './cluster.js';
import { idOf, objectType, placeOf, releaseType, type KubernetesObject } from './object.js';
import { isAwaited, notReady } from './readiness.js';
import { leaveLoadBalancer, makeLoadBalancer } from './service-load-balancer.js';

/** An object was made or changed, and is not what was waited for. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  readonly object: KubernetesObject;

  constructor(object: KubernetesObject, why: string) {
    super(`${object.type} ${idOf(object)}: timed out waiting for it to be ready: ${why}`);
    this.object = object;
  }
}

/** How the provider speaks to a cluster. */
export interface Wait {
  /** Virtual seconds the provider waits at most. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

const knownTypes = new Set([
  'v1/Namespace',
  'v1/Secret',
  'v1/Service',
  'v1/ConfigMap',
  'v1/ServiceAccount',
  'apps/v1/Deployment',
  'batch/v1/Job',
  'storage.k8s.io/v1/StorageClass',
  'rbac.authorization.k8s.io/v1/Role',
  'rbac.authorization.k8s.io/v1/RoleBinding',
  'networking.k8s.io/v1/NetworkPolicy',
  'policy/v1/PodDisruptionBudget',
  releaseType,
]);

/** Makes an object and waits for what the program waits for. */
export async function createObject(
  world: World,
  cluster: Cluster,
  token: string,
  inputs: Props,
  wait: Wait,
): Promise<KubernetesObject> {
  const type = objectType(token);
  const place = placeOf(type, inputs);
  if (!knownTypes.has(type) && !cluster.definitions.has(type)) {
    if (type.startsWith('face-comparison.dev/')) {
      throw new Error(
        `no matches for kind "${type.split('/').at(-1) ?? ''}" in version "${type.split('/').slice(0, -1).join('/')}"`,
      );
    }
    throw new Error(`the fake has no kind ${type}: add it to infra/testing/fake-aws/src/kubernetes/operations.ts`);
  }
  if (
    place.namespace !== '' &&
    place.namespace !== 'default' &&
    place.namespace !== 'kube-system' &&
    !cluster.get('v1/Namespace', '', place.namespace)
  ) {
    if (inputs['createNamespace'] !== true) throw new Error(`namespaces "${place.namespace}" not found`);
  }
  if (cluster.get(type, place.namespace, place.name)) {
    if (type === releaseType) throw new Error('cannot re-use a name that is still in use');
    throw new Error(`${type} "${place.name}" already exists`);
  }
  const uid = createHash('sha1')
    .update(`${cluster.name} ${type} ${idOf(place)} ${world.clock.now()}`)
    .digest('hex')
    .slice(0, 36);
  const object: KubernetesObject = { type, ...place, uid, inputs, status: {}, generation: 1 };
  cluster.put(object);
  if (isLoadBalancer(object)) makeLoadBalancer(world, cluster, object);
  try {
    await untilReady(world, cluster, object, wait, kubernetesLatency(token, inputs).create);
  } catch (error) {
    // An atomic release that does not get ready is taken back.
    if (type !== releaseType || inputs['atomic'] !== true || !(error instanceof NotReadyError)) throw error;
    cluster.remove(object);
    throw new Error(
      `release ${place.name} failed, and has been uninstalled due to atomic being set: ${error.message}`,
      { cause: error },
    );
  }
  return object;
}

/**
 * Changes an object and waits.
 *
 * @param ignored Paths that the program leaves to others: what is in the cluster stays.
 */
export async function updateObject(
  world: World,
  cluster: Cluster,
  token: string,
  change: { readonly id: string; readonly inputs: Props; readonly ignored: readonly string[] },
  wait: Wait,
): Promise<KubernetesObject> {
  const type = objectType(token);
  const object = cluster.all().find((other) => other.type === type && idOf(other) === change.id);
  if (!object) throw new Error(`${type} "${change.id}" not found`);
  object.inputs = change.ignored.reduce((inputs, path) => keep(inputs, object.inputs, path.split('.')), change.inputs);
  object.generation += 1;
  cluster.put(object);
  await untilReady(world, cluster, object, wait, kubernetesLatency(token, change.inputs).update);
  return object;
}

/** Deletes an object and all that goes with it. What does not exist is gone already. */
export async function deleteObject(
  world: World,
  cluster: Cluster,
  token: string,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const type = objectType(token);
  const object = cluster.all().find((other) => other.type === type && idOf(other) === id);
  if (!object) return;
  await world.clock.sleep(kubernetesLatency(token, object.inputs).delete, signal);
  for (const gone of cluster.remove(object)) if (isLoadBalancer(gone)) leaveLoadBalancer(world, cluster, gone);
}

const isLoadBalancer = (object: KubernetesObject): boolean =>
  object.type === 'v1/Service' && textAt(object.inputs, 'spec.type') === 'LoadBalancer';

/** `inputs` with the value of `before` at a path. */
function keep(inputs: Props, before: Props, path: readonly string[]): Props {
  const [key, ...rest] = path;
  if (key === undefined) return inputs;
  const [now, then] = [inputs[key], before[key]];
  if (rest.length === 0) return { ...inputs, [key]: then };
  return isRecord(now) && isRecord(then) ? { ...inputs, [key]: keep(now, then, rest) } : inputs;
}

async function untilReady(
  world: World,
  cluster: Cluster,
  object: KubernetesObject,
  wait: Wait,
  latency: number,
): Promise<void> {
  const deadline = world.clock.now() + wait.timeout;
  try {
    await world.clock.sleep(latency, wait.signal);
    while (isAwaited(object.type, object.inputs)) {
      const why = notReady(world, cluster, object);
      if (why === undefined) break;
      if (world.clock.now() >= deadline) throw new NotReadyError(object, why);
      await world.clock.sleep(5, wait.signal);
    }
  } catch (error) {
    if (error instanceof NotReadyError) throw error;
    throw new NotReadyError(object, error instanceof Error ? error.message : String(error));
  }
  object.status = statusOf(object);
}

function statusOf(object: KubernetesObject): Props {
  if (object.type === releaseType) {
    const { inputs, name, namespace, generation } = object;
    return {
      name,
      namespace,
      revision: generation,
      status: 'deployed',
      chart: chartOf(inputs).name,
      version: textAt(inputs, 'version'),
      appVersion: '',
    };
  }
  if (object.type.endsWith('/FaceComparison')) {
    return { conditions: [{ type: 'Ready', status: 'True', reason: 'AllReplicasReady' }] };
  }
  return {};
}
