import { LaunchTemplate } from '@pulumi/aws/ec2/launchTemplate.js';

import type { Context } from '../context.js';

/** What EKS has no setting for of its own: metadata by token only, encrypted volumes, and tags on instances and volumes. */
export function createLaunchTemplate({ settings, tags, aws }: Context, group: string, diskGiB: number): LaunchTemplate {
  const label = `${settings.name}-${group}`;
  return new LaunchTemplate(
    label,
    {
      description: `Nodes of the group ${group}`,
      updateDefaultVersion: true,
      metadataOptions: {
        httpEndpoint: 'enabled',
        httpTokens: 'required',
        // One hop is the node itself: a pod does not get at the role of its node.
        httpPutResponseHopLimit: 1,
      },
      blockDeviceMappings: [
        {
          deviceName: '/dev/xvda',
          ebs: { volumeType: 'gp3', volumeSize: diskGiB, encrypted: 'true', deleteOnTermination: 'true' },
        },
      ],
      tagSpecifications: ['instance', 'volume', 'network-interface'].map((resourceType) => ({
        resourceType,
        tags: { ...tags, Name: label },
      })),
    },
    aws,
  );
}
