import type { Resource } from '@pulumi/pulumi';
import type { RouteTable } from '@pulumi/aws/ec2/routeTable.js';
import { SecurityGroup } from '@pulumi/aws/ec2/securityGroup.js';
import { VpcEndpoint } from '@pulumi/aws/ec2/vpcEndpoint.js';
import { SecurityGroupIngressRule } from '@pulumi/aws/vpc/securityGroupIngressRule.js';

import type { Context } from '../context.js';
import type { VpcWithSubnets } from './vpc.js';

/** How many interface endpoints the settings ask for; each is paid for by zone. */
export function interfaceEndpoints({ endpoints }: Context['settings']): number {
  return endpoints.ecr ? ECR_SERVICES.length : 0;
}

const ECR_SERVICES = ['ecr.api', 'ecr.dkr'] as const;

/**
 * Ways to S3 and, where the settings say so, to ECR that do not pass the NAT gateway. Layers of images come from S3, and
 * its endpoint costs nothing.
 *
 * @returns what nodes need to pull images.
 */
export function createEndpoints(
  { settings, aws }: Context,
  { vpc, privateSubnets }: VpcWithSubnets,
  privateTables: readonly RouteTable[],
): readonly Resource[] {
  const { name, region } = settings;
  const s3 = new VpcEndpoint(
    `${name}-s3`,
    {
      vpcId: vpc.id,
      vpcEndpointType: 'Gateway',
      serviceName: `com.amazonaws.${region}.s3`,
      routeTableIds: privateTables.map((table) => table.id),
      tags: { Name: `${name}-s3` },
    },
    aws,
  );
  if (!settings.endpoints.ecr) {
    return [s3];
  }
  const group = new SecurityGroup(
    `${name}-endpoints`,
    { vpcId: vpc.id, description: 'Endpoints of AWS services in the VPC', tags: { Name: `${name}-endpoints` } },
    aws,
  );
  const rule = new SecurityGroupIngressRule(
    `${name}-endpoints`,
    {
      securityGroupId: group.id,
      description: 'HTTPS from the VPC',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      cidrIpv4: settings.vpcCidr,
    },
    aws,
  );
  const ecr = ECR_SERVICES.map(
    (service) =>
      new VpcEndpoint(
        `${name}-${service.replace('.', '-')}`,
        {
          vpcId: vpc.id,
          vpcEndpointType: 'Interface',
          serviceName: `${region.startsWith('cn-') ? 'cn.com' : 'com'}.amazonaws.${region}.${service}`,
          subnetIds: privateSubnets.map((subnet) => subnet.id),
          securityGroupIds: [group.id],
          privateDnsEnabled: true,
          tags: { Name: `${name}-${service}` },
        },
        aws,
      ),
  );
  return [s3, rule, ...ecr];
}
