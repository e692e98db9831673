import type { Resource } from '@pulumi/pulumi';
import { Eip } from '@pulumi/aws/ec2/eip.js';
import { InternetGateway } from '@pulumi/aws/ec2/internetGateway.js';
import { NatGateway } from '@pulumi/aws/ec2/natGateway.js';
import { Route } from '@pulumi/aws/ec2/route.js';
import { RouteTable } from '@pulumi/aws/ec2/routeTable.js';
import { RouteTableAssociation } from '@pulumi/aws/ec2/routeTableAssociation.js';

import type { Context } from '../context.js';
import type { VpcWithSubnets } from './vpc.js';

export interface Routes {
  /** Tables of the private subnets, one a zone. */
  readonly privateTables: readonly RouteTable[];
  /**
   * The whole way out of a private subnet. Nodes need it for as long as they live: without it they cannot tell EKS that
   * they drain, and their network interfaces stay behind and hold the subnets.
   */
  readonly wayOut: readonly Resource[];
}

const EVERYWHERE = '0.0.0.0/0';

/** The ways out: public subnets through the internet gateway, private ones through NAT gateways. */
export function createRoutes(
  { settings, aws }: Context,
  { vpc, privateSubnets, publicSubnets }: VpcWithSubnets,
): Routes {
  const { name } = settings;
  const gateway = new InternetGateway(name, { vpcId: vpc.id, tags: { Name: name } }, aws);
  const publicTable = new RouteTable(`${name}-public`, { vpcId: vpc.id, tags: { Name: `${name}-public` } }, aws);
  const publicRoute = new Route(
    `${name}-public`,
    { routeTableId: publicTable.id, destinationCidrBlock: EVERYWHERE, gatewayId: gateway.id },
    aws,
  );
  const publicAssociations = publicSubnets.map(
    (subnet, index) =>
      new RouteTableAssociation(
        `${name}-public-${index + 1}`,
        { routeTableId: publicTable.id, subnetId: subnet.id },
        aws,
      ),
  );

  const natSubnets = settings.nat === 'one' ? publicSubnets.slice(0, 1) : publicSubnets;
  const natGateways = natSubnets.map((subnet, index) => {
    const label = `${name}-nat-${index + 1}`;
    // The internet gateway cannot be detached while a VPC has such an address in use.
    const address = new Eip(label, { domain: 'vpc', tags: { Name: label } }, { ...aws, dependsOn: [gateway] });
    return new NatGateway(
      label,
      { allocationId: address.id, subnetId: subnet.id, tags: { Name: label } },
      { ...aws, dependsOn: [gateway, publicRoute, ...publicAssociations] },
    );
  });

  const privateTables: RouteTable[] = [];
  const privateWays = privateSubnets.flatMap((subnet, index) => {
    const label = `${name}-private-${index + 1}`;
    const table = new RouteTable(label, { vpcId: vpc.id, tags: { Name: label } }, aws);
    privateTables.push(table);
    const nat = natGateways[settings.nat === 'one' ? 0 : index];
    return [
      ...(nat === undefined
        ? []
        : [new Route(label, { routeTableId: table.id, destinationCidrBlock: EVERYWHERE, natGatewayId: nat.id }, aws)]),
      new RouteTableAssociation(label, { routeTableId: table.id, subnetId: subnet.id }, aws),
    ];
  });
  return { privateTables, wayOut: privateWays };
}
