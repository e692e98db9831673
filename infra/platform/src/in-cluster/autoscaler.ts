import { PodIdentityAssociation } from '@pulumi/aws/eks/podIdentityAssociation.js';
import type { Cluster } from '@pulumi/aws/eks/cluster.js';
import { Release } from '@pulumi/kubernetes/helm/v3/release.js';
import type { Provider } from '@pulumi/kubernetes/provider.js';

import type { AutoscalerRole } from '../access/autoscaler-role.js';
import type { Context } from '../context.js';

const SERVICE_ACCOUNT = 'cluster-autoscaler';
const NAMESPACE = 'kube-system';

/** The cluster autoscaler: it adds nodes for pods that find none, and takes away nodes that nobody needs. */
export function createAutoscaler(
  { settings, clusterName, aws }: Context,
  cluster: Cluster,
  provider: Provider,
  { role, policy }: AutoscalerRole,
): Release {
  const identity = new PodIdentityAssociation(
    `${settings.name}-autoscaler`,
    { clusterName: cluster.name, namespace: NAMESPACE, serviceAccount: SERVICE_ACCOUNT, roleArn: role.arn },
    { ...aws, dependsOn: [policy] },
  );
  return new Release(
    `${settings.name}-cluster-autoscaler`,
    {
      name: 'cluster-autoscaler',
      namespace: NAMESPACE,
      chart: 'cluster-autoscaler',
      version: '9.59.0',
      repositoryOpts: { repo: 'https://kubernetes.github.io/autoscaler' },
      values: {
        cloudProvider: 'aws',
        awsRegion: settings.region,
        autoDiscovery: { clusterName },
        // The autoscaler simulates the scheduler and must be of the same minor version as the cluster.
        image: { tag: `v${settings.kubernetesVersion}.0` },
        rbac: { serviceAccount: { name: SERVICE_ACCOUNT } },
        extraArgs: {
          'balance-similar-node-groups': true,
          expander: 'least-waste',
          'skip-nodes-with-system-pods': false,
        },
      },
    },
    // A pod that starts before its association has no credentials until it starts again.
    { provider, dependsOn: [identity] },
  );
}
