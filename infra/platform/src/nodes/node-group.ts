import type { Input, Resource } from '@pulumi/pulumi';
import type { Subnet } from '@pulumi/aws/ec2/subnet.js';
import type { Cluster } from '@pulumi/aws/eks/cluster.js';
import { NodeGroup, type NodeGroupArgs } from '@pulumi/aws/eks/nodeGroup.js';

import type { Context } from '../context.js';
import type { GroupSettings } from '../settings.js';
import { createLaunchTemplate } from './launch-template.js';

export interface NodesOf {
  readonly cluster: Cluster;
  readonly nodeRoleArn: Input<string>;
  readonly subnets: readonly Subnet[];
  /** All that nodes need from their first minute to their last: policies, ways out, add-ons. */
  readonly needs: readonly Resource[];
}

/** Nodes for everything that needs no GPU. */
export function createCpuNodes(context: Context, nodes: NodesOf): NodeGroup {
  return createNodeGroup(context, nodes, 'cpu', context.settings.cpu, { amiType: 'AL2023_x86_64_STANDARD' });
}

/**
 * Nodes with NVIDIA GPUs. The image has driver and container toolkit; the taint keeps away what needs no GPU, and the
 * label is what the device plugin looks for.
 */
export function createGpuNodes(context: Context, nodes: NodesOf): NodeGroup {
  return createNodeGroup(context, nodes, 'gpu', context.settings.gpu, {
    amiType: 'AL2023_x86_64_NVIDIA',
    labels: { 'nvidia.com/gpu.present': 'true' },
    taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' }],
  });
}

function createNodeGroup(
  context: Context,
  { cluster, nodeRoleArn, subnets, needs }: NodesOf,
  group: 'cpu' | 'gpu',
  settings: GroupSettings,
  kind: Pick<NodeGroupArgs, 'amiType' | 'labels' | 'taints'>,
): NodeGroup {
  const template = createLaunchTemplate(context, group, settings.diskGiB);
  return new NodeGroup(
    `${context.settings.name}-${group}`,
    {
      ...kind,
      clusterName: cluster.name,
      nodeRoleArn,
      // All zones: the group looks for capacity in each of them.
      subnetIds: subnets.map((subnet) => subnet.id),
      instanceTypes: settings.instanceTypes,
      capacityType: settings.capacity,
      version: cluster.version,
      scalingConfig: { minSize: settings.minNodes, maxSize: settings.maxNodes, desiredSize: settings.minNodes },
      updateConfig: { maxUnavailable: 1 },
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
    },
    {
      ...context.aws,
      // From the second minute on this number belongs to the autoscaler.
      ignoreChanges: ['scalingConfig.desiredSize'],
      dependsOn: [...needs],
    },
  );
}
