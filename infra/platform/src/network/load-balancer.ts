import type { Output } from '@pulumi/pulumi';
import { Attachment } from '@pulumi/aws/autoscaling/attachment.js';
import { SecurityGroup } from '@pulumi/aws/ec2/securityGroup.js';
import type { Cluster } from '@pulumi/aws/eks/cluster.js';
import type { NodeGroup } from '@pulumi/aws/eks/nodeGroup.js';
import { Listener } from '@pulumi/aws/lb/listener.js';
import { LoadBalancer } from '@pulumi/aws/lb/loadBalancer.js';
import { TargetGroup } from '@pulumi/aws/lb/targetGroup.js';
import { SecurityGroupEgressRule } from '@pulumi/aws/vpc/securityGroupEgressRule.js';
import { SecurityGroupIngressRule } from '@pulumi/aws/vpc/securityGroupIngressRule.js';

import type { Context } from '../context.js';
import type { VpcWithSubnets } from './vpc.js';

/** Port of every node that leads to the service; in the range that Kubernetes gives to such ports. */
export const NODE_PORT = 30_080;

/** Port of the load balancer. */
const LISTENER_PORT = 80;

export interface ServiceEntrance {
  readonly loadBalancer: LoadBalancer;
  readonly targetGroup: TargetGroup;
  /** Security group of the load balancer. */
  readonly group: SecurityGroup;
  /** Security group for whoever calls the load balancer: the VPC link of the gateway. */
  readonly callers: SecurityGroup;
}

/**
 * The internal load balancer, with its target group and the rules of who reaches it. Nothing of it waits for the
 * cluster. It is ours and not one that Kubernetes makes, so that destroy knows of it.
 */
export function createEntrance({ settings, aws }: Context, { vpc, privateSubnets }: VpcWithSubnets): ServiceEntrance {
  const { name } = settings;
  const group = new SecurityGroup(
    `${name}-load-balancer`,
    { vpcId: vpc.id, description: 'The internal load balancer', tags: { Name: `${name}-load-balancer` } },
    aws,
  );
  const callers = new SecurityGroup(
    `${name}-callers`,
    { vpcId: vpc.id, description: 'What may call the internal load balancer', tags: { Name: `${name}-callers` } },
    aws,
  );
  const toListener = { ipProtocol: 'tcp', fromPort: LISTENER_PORT, toPort: LISTENER_PORT } as const;
  new SecurityGroupEgressRule(
    `${name}-callers`,
    {
      ...toListener,
      securityGroupId: callers.id,
      referencedSecurityGroupId: group.id,
      description: 'To the load balancer',
    },
    aws,
  );
  new SecurityGroupIngressRule(
    `${name}-callers`,
    {
      ...toListener,
      securityGroupId: group.id,
      referencedSecurityGroupId: callers.id,
      description: 'From its callers',
    },
    aws,
  );
  // By address and not by the security group of the cluster: the load balancer must not wait for the control plane.
  new SecurityGroupEgressRule(
    `${name}-nodes`,
    {
      securityGroupId: group.id,
      description: 'To the nodes',
      ipProtocol: 'tcp',
      fromPort: NODE_PORT,
      toPort: NODE_PORT,
      cidrIpv4: settings.vpcCidr,
    },
    aws,
  );

  // Names of load balancers and target groups have 32 characters at most, eight of them Pulumi's.
  const loadBalancer = new LoadBalancer(
    name,
    {
      internal: true,
      loadBalancerType: 'network',
      subnets: privateSubnets.map((subnet) => subnet.id),
      securityGroups: [group.id],
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: false,
    },
    aws,
  );
  const targetGroup = new TargetGroup(
    name,
    {
      vpcId: vpc.id,
      targetType: 'instance',
      protocol: 'TCP',
      port: NODE_PORT,
      // The callers are network interfaces of a link: their addresses say nothing.
      preserveClientIp: 'false',
      deregistrationDelay: 30,
      connectionTermination: true,
      healthCheck: {
        protocol: 'HTTP',
        path: '/v2/health/ready',
        matcher: '200',
        interval: 10,
        timeout: 6,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
    },
    aws,
  );
  new Listener(
    name,
    {
      loadBalancerArn: loadBalancer.arn,
      protocol: 'TCP',
      port: LISTENER_PORT,
      defaultActions: [{ type: 'forward', targetGroupArn: targetGroup.arn }],
    },
    aws,
  );
  return { loadBalancer, targetGroup, group, callers };
}

/** Makes targets of the nodes of a group, those that come later included. */
export function attachNodes(
  { settings, aws }: Context,
  { targetGroup }: ServiceEntrance,
  nodes: NodeGroup,
  label: 'cpu' | 'gpu',
): Attachment {
  return new Attachment(
    `${settings.name}-${label}`,
    { autoscalingGroupName: autoscalingGroupOf(nodes), lbTargetGroupArn: targetGroup.arn },
    aws,
  );
}

/** Lets the load balancer reach the port of the service on every node. */
export function openNodePort(
  { settings, aws }: Context,
  { group }: ServiceEntrance,
  cluster: Cluster,
): SecurityGroupIngressRule {
  return new SecurityGroupIngressRule(
    `${settings.name}-node-port`,
    {
      securityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
      referencedSecurityGroupId: group.id,
      description: 'The service, from the load balancer',
      ipProtocol: 'tcp',
      fromPort: NODE_PORT,
      toPort: NODE_PORT,
    },
    aws,
  );
}

/** The group of instances that EKS made for a group of nodes. */
function autoscalingGroupOf(nodes: NodeGroup): Output<string> {
  return nodes.resources.apply((resources) => resources[0]?.autoscalingGroups[0]?.name ?? '');
}
