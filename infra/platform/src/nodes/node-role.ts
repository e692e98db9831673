import type { Resource } from '@pulumi/pulumi';
import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicyAttachment } from '@pulumi/aws/iam/rolePolicyAttachment.js';

import { trustOf } from '../access/policy-document.js';
import type { Context } from '../context.js';

export interface NodeRole {
  readonly role: Role;
  /**
   * What nodes need for as long as they live. A node that loses them cannot give back its network interfaces, and these
   * hold security groups and subnets for ever.
   */
  readonly policies: readonly Resource[];
}

const POLICIES = {
  worker: 'AmazonEKSWorkerNodePolicy',
  cni: 'AmazonEKS_CNI_Policy',
  images: 'AmazonEC2ContainerRegistryPullOnly',
} as const;

/** The role of the nodes of both groups. */
export function createNodeRole({ settings, partition, aws }: Context): NodeRole {
  const { name } = settings;
  // EC2 has a name of its own in China; EKS and Pod Identity have not.
  const ec2 = partition === 'aws-cn' ? 'ec2.amazonaws.com.cn' : 'ec2.amazonaws.com';
  const role = new Role(`${name}-node`, { description: 'Nodes of EKS', assumeRolePolicy: trustOf(ec2) }, aws);
  const policies = Object.entries(POLICIES).map(
    ([label, policy]) =>
      new RolePolicyAttachment(
        `${name}-node-${label}`,
        { role: role.name, policyArn: `arn:${partition}:iam::aws:policy/${policy}` },
        aws,
      ),
  );
  return { role, policies };
}
