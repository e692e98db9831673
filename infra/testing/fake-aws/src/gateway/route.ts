import type { Entity } from '../account/entity.js';
import { isRecord, numberAt, textAt, textsAt, valuesAt } from '../account/paths.js';
import type { World } from '../world/world.js';
import type { Method } from '../rules/openapi-import.js';
import type { Cluster } from '../kubernetes/cluster.js';
import type { KubernetesObject } from '../kubernetes/object.js';
import { notReady } from '../kubernetes/readiness.js';

/** The service that a request ends at. */
export interface Backend {
  readonly cluster: Cluster;
  readonly service: KubernetesObject;
  readonly face: KubernetesObject;
}

/** Why a request does not arrive. */
export interface Broken {
  readonly broken: string;
}

const isActive = (entity: Entity | undefined): entity is Entity =>
  entity?.state === 'active' || entity?.state === 'updating';

/**
 * Follows a request from a method of the API through link, load balancer, target group and node to the pods.
 *
 * Security groups are followed, too: the link's must be let in at the load balancer, the load balancer's at the node port.
 */
export function follow(world: World, method: Method): Backend | Broken {
  world.settle();
  const { entities } = world;
  const link = entities.find('apigatewayv2/vpcLink', textAt(method.integration, 'connectionId'));
  if (!isActive(link)) return { broken: 'the VPC link is not available' };
  const balancer = entities.find('lb/loadBalancer', textAt(method.integration, 'integrationTarget'));
  if (!isActive(balancer)) return { broken: 'the load balancer is not there' };
  const [listener] = entities.naming('lb/listener', 'loadBalancerArn', balancer);
  const target = entities.find('lb/targetGroup', textAt(listener?.inputs, 'defaultActions[].targetGroupArn'));
  if (!listener || !target) return { broken: 'the load balancer listens to nothing' };
  const port = numberAt(listener.inputs, 'port') ?? 80;
  const into = admits(
    world,
    textsAt(balancer.inputs, 'securityGroups'),
    textsAt(link.inputs, 'securityGroupIds'),
    port,
  );
  if (!into) return { broken: `no rule lets the link into the load balancer on port ${port}` };

  const nodePort = numberAt(target.inputs, 'port') ?? 0;
  const groups = entities
    .naming('autoscaling/attachment', 'lbTargetGroupArn', target)
    .flatMap((attachment) => nodesBehind(world, attachment));
  const [nodes] = groups;
  if (!nodes) return { broken: 'no node group is attached to the target group' };
  const cluster = entities.get('eks/cluster', textAt(nodes.inputs, 'clusterName'));
  const nodeGroups = textsAt(cluster?.outputs, 'vpcConfig.clusterSecurityGroupId');
  if (!admits(world, nodeGroups, textsAt(balancer.inputs, 'securityGroups'), nodePort)) {
    return { broken: `no rule lets the load balancer into the nodes on port ${nodePort}` };
  }
  return serviceOn(world, textAt(nodes.inputs, 'clusterName'), nodePort);
}

function nodesBehind(world: World, attachment: Entity): Entity[] {
  const name = textAt(attachment.inputs, 'autoscalingGroupName');
  return world.entities
    .of('eks/nodeGroup')
    .filter(
      (group) => isActive(group) && textsAt(group.outputs, 'resources[].autoscalingGroups[].name').includes(name),
    );
}

/** Does a rule of one of `groups` let in who is in one of `from`? Without security groups everybody is let in. */
function admits(world: World, groups: readonly string[], from: readonly string[], port: number): boolean {
  if (groups.length === 0) return true;
  return world.entities.of('vpc/securityGroupIngressRule').some(({ inputs }) => {
    const first = numberAt(inputs, 'fromPort') ?? 0;
    const last = numberAt(inputs, 'toPort') ?? 65_535;
    const source = textAt(inputs, 'referencedSecurityGroupId');
    return (
      groups.includes(textAt(inputs, 'securityGroupId')) &&
      first <= port &&
      port <= last &&
      (from.includes(source) || textAt(inputs, 'cidrIpv4') !== '')
    );
  });
}

function serviceOn(world: World, clusterName: string, nodePort: number): Backend | Broken {
  const cluster = world.kubernetes.of(clusterName);
  const service = cluster
    .of('v1/Service')
    .find((object) => numberAt(object.inputs, 'spec.ports[].nodePort') === nodePort);
  if (!service) return { broken: `no Service has the node port ${nodePort}` };
  const name = instanceOf(service);
  const face = cluster.get('face-comparison.dev/v1alpha1/FaceComparison', service.namespace, name);
  if (!face) return { broken: `no FaceComparison ${service.namespace}/${name} has pods behind the Service` };
  const why = notReady(world, cluster, face);
  return why === undefined ? { cluster, service, face } : { broken: why };
}

/** Keys of a selector have dots in them, so they are no path. */
function instanceOf(service: KubernetesObject): string {
  const [selector] = valuesAt(service.inputs, 'spec.selector');
  const instance = isRecord(selector) ? selector['app.kubernetes.io/instance'] : undefined;
  return typeof instance === 'string' ? instance : '';
}
