import type { Resource } from '@pulumi/pulumi';
import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import { RolePolicyAttachment } from '@pulumi/aws/iam/rolePolicyAttachment.js';

import { policyDocument, trustOf } from '../access/policy-document.js';
import type { Context } from '../context.js';

export interface ClusterRole {
  readonly role: Role;
  /** What the control plane needs for as long as it lives: with these it takes back its network interfaces. */
  readonly policies: readonly Resource[];
}

/** The role of the control plane. */
export function createClusterRole({ settings, clusterName, partition, aws }: Context): ClusterRole {
  const { name, region } = settings;
  const role = new Role(
    `${name}-cluster`,
    { description: 'The control plane of EKS', assumeRolePolicy: trustOf('eks.amazonaws.com') },
    aws,
  );
  const manage = new RolePolicyAttachment(
    `${name}-cluster`,
    { role: role.name, policyArn: `arn:${partition}:iam::aws:policy/AmazonEKSClusterPolicy` },
    aws,
  );
  // The log group is ours and goes with the stack; a control plane that still writes would make it again, for ever.
  const noLogGroup = new RolePolicy(
    `${name}-cluster-no-log-group`,
    {
      role: role.name,
      policy: policyDocument({
        Effect: 'Deny',
        Action: 'logs:CreateLogGroup',
        Resource: `arn:${partition}:logs:${region}:*:log-group:/aws/eks/${clusterName}/*`,
      }),
    },
    aws,
  );
  return { role, policies: [manage, noLogGroup] };
}
