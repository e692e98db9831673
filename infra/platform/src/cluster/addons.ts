import type { Resource } from '@pulumi/pulumi';
import { Addon } from '@pulumi/aws/eks/addon.js';
import type { Cluster } from '@pulumi/aws/eks/cluster.js';

import type { Context } from '../context.js';

/** Add-ons that a node needs to become ready; they run on each node, so EKS makes them without one. */
const BEFORE_NODES = ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'] as const;

/** Add-ons that are pods like any other: they need a node to run on. */
const ON_NODES = ['coredns', 'metrics-server'] as const;

/** The add-ons that must be there before the first node, and until the last is gone. */
export function createNodeAddons(context: Context, cluster: Cluster): readonly Addon[] {
  return BEFORE_NODES.map((addonName) => createAddon(context, cluster, addonName, []));
}

/** DNS and the metrics that autoscaling of pods reads. */
export function createClusterAddons(context: Context, cluster: Cluster, nodes: readonly Resource[]): readonly Addon[] {
  return ON_NODES.map((addonName) => createAddon(context, cluster, addonName, nodes));
}

type AddonName = (typeof BEFORE_NODES)[number] | (typeof ON_NODES)[number];

/** No version: EKS takes the one that goes with the version of the cluster. */
function createAddon(
  { settings, tags, aws }: Context,
  cluster: Cluster,
  addonName: AddonName,
  dependsOn: readonly Resource[],
): Addon {
  return new Addon(
    `${settings.name}-${addonName}`,
    {
      clusterName: cluster.name,
      addonName,
      resolveConflictsOnCreate: 'OVERWRITE',
      resolveConflictsOnUpdate: 'OVERWRITE',
      // Network interfaces of pods carry our tags, so that one that stays behind is found.
      ...(addonName === 'vpc-cni'
        ? { configurationValues: JSON.stringify({ env: { ADDITIONAL_ENI_TAGS: JSON.stringify(tags) } }) }
        : {}),
    },
    { ...aws, dependsOn: [...dependsOn] },
  );
}
