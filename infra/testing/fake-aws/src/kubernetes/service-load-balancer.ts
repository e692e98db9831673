import { textsAt } from '../account/paths.js';
import type { World } from '../world/world.js';
import type { Cluster } from './cluster.js';
import { idOf, type KubernetesObject } from './object.js';

/** Seconds in which a living cluster deletes the load balancer of a Service. Estimate. */
const cleanUpSeconds = 30;

const originOf = (cluster: Cluster, service: KubernetesObject): string =>
  `load balancer of Service ${idOf(service)} in cluster ${cluster.name}`;

/**
 * A Service of type LoadBalancer makes a load balancer in the account that no program knows of. Its network interfaces hold the
 * subnets of the cluster.
 */
export function makeLoadBalancer(world: World, cluster: Cluster, service: KubernetesObject): void {
  const owner = world.entities.get('eks/cluster', cluster.name);
  const subnets = textsAt(owner?.inputs, 'vpcConfig.subnetIds');
  const name = `k8s-${service.namespace}-${service.name}`.slice(0, 32);
  world.spawn('lb/loadBalancer', { name, subnets, loadBalancerType: 'network' }, originOf(cluster, service), { owner });
}

/** The Service went while its cluster lives: the cluster cleans up. */
export function leaveLoadBalancer(world: World, cluster: Cluster, service: KubernetesObject): void {
  for (const balancer of world.entities.of('lb/loadBalancer')) {
    if (balancer.origin !== originOf(cluster, service)) continue;
    balancer.state = 'deleting';
    balancer.dueAt = world.clock.now() + cleanUpSeconds;
  }
}
