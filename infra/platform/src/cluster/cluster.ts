import { LogGroup } from '@pulumi/aws/cloudwatch/logGroup.js';
import type { Subnet } from '@pulumi/aws/ec2/subnet.js';
import { Cluster } from '@pulumi/aws/eks/cluster.js';
import { Key } from '@pulumi/aws/kms/key.js';

import type { Context } from '../context.js';
import { createClusterRole } from './cluster-role.js';

/**
 * The control plane of EKS. It takes 8 to 10 minutes, so it waits for nothing that it does not need: not for the ways
 * out, which belong to the nodes.
 */
export function createCluster(context: Context, subnets: readonly Subnet[]): Cluster {
  const { settings, clusterName, aws } = context;
  const { name, logs, apiAccess } = settings;
  const { role, policies } = createClusterRole(context);
  const key = new Key(
    `${name}-secrets`,
    // 7 days is the shortest time that AWS keeps a deleted key.
    { description: `Secrets of ${clusterName}`, enableKeyRotation: true, deletionWindowInDays: 7 },
    aws,
  );
  // EKS writes to the group of this name, and would make one without an end to its lines.
  const logGroup = new LogGroup(
    `${name}-cluster`,
    { name: `/aws/eks/${clusterName}/cluster`, retentionInDays: logs.retentionDays },
    aws,
  );
  return new Cluster(
    name,
    {
      name: clusterName,
      version: settings.kubernetesVersion,
      roleArn: role.arn,
      // Who runs the first `pulumi up` is an administrator: the charts are installed with that identity.
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: true },
      // The add-ons below are those of EKS, with versions and settings of their own.
      bootstrapSelfManagedAddons: false,
      deletionProtection: false,
      enabledClusterLogTypes: logs.types,
      encryptionConfig: { provider: { keyArn: key.arn }, resources: ['secrets'] },
      // Extended support costs six times as much an hour, and starts by itself unless told.
      upgradePolicy: { supportType: 'STANDARD' },
      vpcConfig: {
        subnetIds: subnets.map((subnet) => subnet.id),
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
        publicAccessCidrs: apiAccess.cidrs,
      },
    },
    { ...aws, dependsOn: [...policies, logGroup] },
  );
}
