import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';

import type { Context } from '../context.js';
import { POD_TRUST, policyDocument } from './policy-document.js';

export interface AutoscalerRole {
  readonly role: Role;
  readonly policy: RolePolicy;
}

/**
 * The role of the cluster autoscaler: it looks at the groups of instances, and changes those of this cluster alone.
 *
 * The first statement has no resource, since AWS knows none for these actions: "Actions defined by Amazon EC2 Auto
 * Scaling" and "... by Amazon EC2" in the Service Authorization Reference.
 */
export function createAutoscalerRole({ settings, clusterName, partition, aws }: Context): AutoscalerRole {
  const { name, region } = settings;
  const role = new Role(
    `${name}-autoscaler`,
    { description: 'The cluster autoscaler', assumeRolePolicy: POD_TRUST },
    aws,
  );
  const policy = new RolePolicy(
    `${name}-autoscaler`,
    {
      role: role.name,
      policy: policyDocument(
        {
          Sid: 'Look',
          Effect: 'Allow',
          Action: [
            'autoscaling:DescribeAutoScalingGroups',
            'autoscaling:DescribeAutoScalingInstances',
            'autoscaling:DescribeLaunchConfigurations',
            'autoscaling:DescribeScalingActivities',
            'autoscaling:DescribeTags',
            'ec2:DescribeImages',
            'ec2:DescribeInstanceTypes',
            'ec2:DescribeLaunchTemplateVersions',
            'ec2:GetInstanceTypesFromInstanceRequirements',
          ],
          Resource: '*',
        },
        {
          // Labels and taints of a group that has no node to look at.
          Sid: 'LookAtNodeGroups',
          Effect: 'Allow',
          Action: 'eks:DescribeNodegroup',
          Resource: `arn:${partition}:eks:${region}:*:nodegroup/${clusterName}/*`,
        },
        {
          Sid: 'Scale',
          Effect: 'Allow',
          Action: ['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'],
          Resource: `arn:${partition}:autoscaling:${region}:*:autoScalingGroup:*:autoScalingGroupName/eks-*`,
          // EKS puts this tag on the groups of its node groups.
          Condition: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`]: 'owned' } },
        },
      ),
    },
    aws,
  );
  return { role, policy };
}
