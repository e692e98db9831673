import { AccessEntry } from '@pulumi/aws/eks/accessEntry.js';
import { AccessPolicyAssociation } from '@pulumi/aws/eks/accessPolicyAssociation.js';
import type { Cluster } from '@pulumi/aws/eks/cluster.js';

import type { Context } from '../context.js';

/**
 * Makes administrators of the roles and users in the settings.
 *
 * @returns what must be there before, and until after, anything in the cluster is touched: the identity that runs
 *   `pulumi destroy` may be an administrator by this alone.
 */
export function createAdmins(
  { settings, partition, aws }: Context,
  cluster: Cluster,
): readonly AccessPolicyAssociation[] {
  return settings.admins.map((principalArn) => {
    // Account and path, with the kind: a user and a role may have the same name.
    const [, , , , account = '', path = ''] = principalArn.split(':');
    const name = `${settings.name}-admin-${account}-${path.replaceAll('/', '-')}`;
    const entry = new AccessEntry(name, { clusterName: cluster.name, principalArn, type: 'STANDARD' }, aws);
    return new AccessPolicyAssociation(
      name,
      {
        clusterName: cluster.name,
        principalArn: entry.principalArn,
        policyArn: `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
        accessScope: { type: 'cluster' },
      },
      aws,
    );
  });
}
