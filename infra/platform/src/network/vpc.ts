import { RunError, type Output } from '@pulumi/pulumi';
import { DefaultSecurityGroup } from '@pulumi/aws/ec2/defaultSecurityGroup.js';
import { Subnet } from '@pulumi/aws/ec2/subnet.js';
import { Vpc } from '@pulumi/aws/ec2/vpc.js';
import { getAvailabilityZonesOutput } from '@pulumi/aws/getAvailabilityZones.js';

import type { Context } from '../context.js';
import { subnetRanges } from './subnet-ranges.js';

export interface VpcWithSubnets {
  readonly vpc: Vpc;
  /** One a zone. */
  readonly privateSubnets: readonly Subnet[];
  readonly publicSubnets: readonly Subnet[];
}

/** Zones that EKS has no control plane in: "View Amazon EKS networking requirements", section on subnets. */
const ZONES_WITHOUT_EKS = ['use1-az3', 'usw1-az1', 'cac1-az3'];

/**
 * The VPC with a private and a public subnet in each zone.
 *
 * The subnets have none of the tags (kubernetes.io/role/elb) by which Kubernetes finds them for load balancers: it must
 * make none, since what it makes outlives the cluster.
 */
export function createVpc(context: Context): VpcWithSubnets {
  const { settings, aws } = context;
  const { name } = settings;
  const vpc = new Vpc(
    name,
    { cidrBlock: settings.vpcCidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
    aws,
  );
  // Taken over so that it lets nothing in or out; AWS makes it with every VPC and deletes it with the VPC.
  new DefaultSecurityGroup(`${name}-default`, { vpcId: vpc.id, tags: { Name: `${name}-default` } }, aws);

  const zones = zoneNames(context);
  const ranges = subnetRanges(settings.vpcCidr, settings.zones);
  const subnets = (kind: 'private' | 'public'): Subnet[] =>
    ranges[kind].map(
      (cidrBlock, index) =>
        new Subnet(
          `${name}-${kind}-${index + 1}`,
          {
            vpcId: vpc.id,
            cidrBlock,
            availabilityZone: zones.apply((names) => names[index] ?? ''),
            mapPublicIpOnLaunch: false,
            tags: { Name: `${name}-${kind}-${index + 1}` },
          },
          // A zone that AWS opens later must not move the subnets.
          { ...aws, ignoreChanges: ['availabilityZone'] },
        ),
    );
  return { vpc, privateSubnets: subnets('private'), publicSubnets: subnets('public') };
}

/** Names of as many zones as the settings want, in the order of the alphabet. */
function zoneNames({ settings, aws }: Context): Output<string[]> {
  const found = getAvailabilityZonesOutput(
    {
      state: 'available',
      excludeZoneIds: ZONES_WITHOUT_EKS,
      filters: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }],
    },
    { provider: aws.provider },
  );
  return found.names.apply((names) => {
    if (names.length < settings.zones) {
      throw new RunError(
        `zones is ${settings.zones}, but ${settings.region} has ${names.length} that can be used (${names.join(', ')}): ` +
          `pulumi config set zones ${Math.max(2, names.length)}, or take another region`,
      );
    }
    return names.toSorted().slice(0, settings.zones);
  });
}
