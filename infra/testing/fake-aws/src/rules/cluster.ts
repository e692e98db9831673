import { AwsError } from '../account/aws-error.js';
import { learn, type Entity } from '../account/entity.js';
import { textAt, textsAt } from '../account/paths.js';
import type { AccountState } from '../account/account-state.js';
import { attachedPolicies, inlinePolicies, mustBeAssumable } from './identities.js';
import { zonesOf } from './network.js';
import { active, type Rules } from './rule.js';

const invalid = 'InvalidParameterException';
const groupId = (cluster: Entity): string => textAt(cluster.outputs, 'vpcConfig.clusterSecurityGroupId');
export const logGroupOf = (cluster: Entity): string => `/aws/eks/${cluster.name}/cluster`;

/** Does the cluster write logs, and may it make the group for them? */
export function makesLogGroups(world: AccountState, cluster: Entity): boolean {
  const denied = inlinePolicies(world, textAt(cluster.inputs, 'roleArn')).some(
    (policy) => /Deny/.test(policy) && /logs:CreateLogGroup/.test(policy),
  );
  return textsAt(cluster.inputs, 'enabledClusterLogTypes').length > 0 && !denied;
}

/** EKS makes a security group with each cluster, under an id that the outputs name. */
function makeSecurityGroup(world: AccountState, cluster: Entity): void {
  const vpcId = textAt(cluster.outputs, 'vpcConfig.vpcId');
  const group = world.spawn(
    'ec2/securityGroup',
    { name: `eks-cluster-sg-${cluster.name}`, vpcId },
    `security group of EKS cluster ${cluster.id}`,
    { owner: cluster },
  );
  learn(cluster, { vpcConfig: { clusterSecurityGroupId: group.id } });
}

/** EKS removes its security group unless a rule of another group names it. */
function removeSecurityGroup(world: AccountState, cluster: Entity): void {
  const group = world.entities.get('ec2/securityGroup', groupId(cluster));
  if (!group) return;
  const parts = world.entities.partsOf(group);
  parts.forEach((part) => world.entities.remove(part));
  if (!world.entities.holder(group)) world.entities.remove(group);
}

export const clusterRules: Rules = {
  'eks/cluster': {
    admit: (world, cluster) => {
      mustBeAssumable(world, textAt(cluster.inputs, 'roleArn'), 'eks.amazonaws.com', invalid);
      const subnets = textsAt(cluster.inputs, 'vpcConfig.subnetIds');
      if (zonesOf(world, subnets).length < 2)
        throw new AwsError(invalid, 'Subnets specified must be in at least two different AZs');
      const vpcId = textAt(world.entities.find('ec2/subnet', subnets[0] ?? '')?.inputs, 'vpcId');
      learn(cluster, { vpcConfig: { vpcId } });
    },
    settle: (world, cluster) =>
      attachedPolicies(world, textAt(cluster.inputs, 'roleArn')).includes('AmazonEKSClusterPolicy')
        ? active
        : { is: 'failed', reason: 'the cluster role lacks AmazonEKSClusterPolicy' },
    arrived: (world, cluster) => {
      makeSecurityGroup(world, cluster);
      const name = logGroupOf(cluster);
      if (makesLogGroups(world, cluster) && !world.entities.get('cloudwatch/logGroup', name)) {
        world.spawn('cloudwatch/logGroup', { name }, `log group of EKS cluster ${cluster.id}, which found none`, {
          owner: cluster,
        });
      }
    },
    keep: (_, cluster) =>
      cluster.inputs['deletionProtection'] === true
        ? new AwsError('InvalidRequestException', `Cluster ${cluster.id} has deletion protection enabled`)
        : undefined,
    gone: (world, cluster) => {
      world.kubernetes.forget(cluster.id);
      removeSecurityGroup(world, cluster);
      if (!attachedPolicies(world, textAt(cluster.inputs, 'roleArn')).includes('AmazonEKSClusterPolicy')) {
        const subnetIds = textsAt(cluster.inputs, 'vpcConfig.subnetIds');
        world.spawn(
          'ec2/networkInterface',
          { subnetIds },
          `interfaces that EKS cluster ${cluster.id} could not delete: its role had lost AmazonEKSClusterPolicy`,
          { owner: cluster },
        );
      }
    },
  },
  'eks/accessPolicyAssociation': {
    admit: (world, association) => {
      const { inputs } = association;
      const entry = world.entities.get(
        'eks/accessEntry',
        `${textAt(inputs, 'clusterName')}:${textAt(inputs, 'principalArn')}`,
      );
      if (!entry)
        throw new AwsError(
          'ResourceNotFoundException',
          `The specified principalArn could not be found: ${textAt(inputs, 'principalArn')}`,
        );
    },
  },
  'eks/podIdentityAssociation': {
    admit: (world, association) => {
      const role = textAt(association.inputs, 'roleArn');
      mustBeAssumable(world, role, 'pods.eks.amazonaws.com', invalid);
      if (!textAt(world.entities.find('iam/role', role)?.inputs, 'assumeRolePolicy').includes('sts:TagSession')) {
        throw new AwsError(invalid, `Trust policy of role ${role} is missing the action sts:TagSession`);
      }
    },
  },
  'cloudwatch/logGroup': {
    gone: (world, group) => {
      const writer = world.entities.of('eks/cluster').find((cluster) => logGroupOf(cluster) === group.name);
      if (!writer || !makesLogGroups(world, writer)) return;
      world.spawn('cloudwatch/logGroup', { name: group.name }, `log group that EKS cluster ${writer.id} made again`, {
        owner: writer,
      });
    },
  },
};
