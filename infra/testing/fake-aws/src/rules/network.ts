import { AwsError } from '../account/aws-error.js';
import type { Entity } from '../account/entity.js';
import { textAt, textsAt } from '../account/paths.js';
import type { AccountState } from '../account/account-state.js';
import { contains, overlaps, parseCidr } from './ipv4.js';
import { active, type Rules } from './rule.js';

const vpcOfSubnet = (world: AccountState, subnet: string): string =>
  textAt(world.entities.find('ec2/subnet', subnet)?.inputs, 'vpcId');

const isAlive = (entity: Entity | undefined): boolean => entity?.state === 'active' || entity?.state === 'updating';

/** Gateways that a subnet's routes lead to. */
function gatewaysOf(world: AccountState, subnet: string): string[] {
  const tables = world.entities
    .of('ec2/routeTableAssociation')
    .filter((association) => textAt(association.inputs, 'subnetId') === subnet && isAlive(association))
    .map((association) => textAt(association.inputs, 'routeTableId'));
  const routes = world.entities
    .of('ec2/route')
    .filter((route) => tables.includes(textAt(route.inputs, 'routeTableId')) && isAlive(route));
  const inline = world.entities.of('ec2/routeTable').filter((table) => tables.includes(table.id));
  return [
    ...routes.flatMap(({ inputs }) => [...textsAt(inputs, 'gatewayId'), ...textsAt(inputs, 'natGatewayId')]),
    ...inline.flatMap(({ inputs }) => [
      ...textsAt(inputs, 'routes[].gatewayId'),
      ...textsAt(inputs, 'routes[].natGatewayId'),
    ]),
  ];
}

/** Does the subnet reach the internet through a gateway that is there? */
export function hasEgress(world: AccountState, subnet: string): boolean {
  return gatewaysOf(world, subnet).some((id) => {
    const nat = world.entities.get('ec2/natGateway', id);
    if (nat) return isAlive(nat) && hasEgress(world, textAt(nat.inputs, 'subnetId'));
    return isAlive(world.entities.get('ec2/internetGateway', id));
  });
}

/** The zones of subnets, each once. */
export const zonesOf = (world: AccountState, subnets: readonly string[]): string[] => [
  ...new Set(subnets.map((subnet) => textAt(world.entities.find('ec2/subnet', subnet)?.outputs, 'availabilityZone'))),
];

function fitsItsVpc(world: AccountState, subnet: Entity): void {
  const vpc = textAt(subnet.inputs, 'vpcId');
  const own = parseCidr(textAt(subnet.inputs, 'cidrBlock'));
  const whole = parseCidr(textAt(world.entities.find('ec2/vpc', vpc)?.inputs, 'cidrBlock'));
  if (!own || !whole || !contains(whole, own)) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${textAt(subnet.inputs, 'cidrBlock')}' is invalid.`);
  }
  for (const other of world.entities.of('ec2/subnet')) {
    const range = parseCidr(textAt(other.inputs, 'cidrBlock'));
    if (textAt(other.inputs, 'vpcId') === vpc && range && overlaps(range, own)) {
      throw new AwsError(
        'InvalidSubnet.Conflict',
        `The CIDR '${textAt(subnet.inputs, 'cidrBlock')}' conflicts with another subnet`,
      );
    }
  }
}

/** NAT gateways and load balancers with public addresses in a VPC. */
function mappedAddresses(world: AccountState, vpc: string): Entity[] {
  const nats = world.entities
    .of('ec2/natGateway')
    .filter((nat) => vpcOfSubnet(world, textAt(nat.inputs, 'subnetId')) === vpc);
  const balancers = world.entities
    .of('lb/loadBalancer')
    .filter(
      ({ inputs }) =>
        inputs['internal'] !== true && textsAt(inputs, 'subnets').some((subnet) => vpcOfSubnet(world, subnet) === vpc),
    );
  return [...nats, ...balancers];
}

export const networkRules: Rules = {
  'ec2/subnet': { admit: fitsItsVpc },
  'ec2/natGateway': {
    settle: (world, nat) => {
      const vpc = vpcOfSubnet(world, textAt(nat.inputs, 'subnetId'));
      const gateway = world.entities
        .of('ec2/internetGateway')
        .find((other) => textAt(other.inputs, 'vpcId') === vpc && isAlive(other));
      return gateway
        ? active
        : { is: 'failed', reason: `Gateway.NotAttached: Network ${vpc} has no Internet gateway attached` };
    },
  },
  'ec2/internetGateway': {
    admit: (world, gateway) => {
      const vpc = textAt(gateway.inputs, 'vpcId');
      const other = world.entities
        .of('ec2/internetGateway')
        .find(({ inputs }) => vpc !== '' && textAt(inputs, 'vpcId') === vpc);
      if (other)
        throw new AwsError(
          'Resource.AlreadyAssociated',
          `Network ${vpc} already has an internet gateway attached: ${other.id}`,
        );
    },
    keep: (world, gateway) => {
      const vpc = textAt(gateway.inputs, 'vpcId');
      const [mapped] = mappedAddresses(world, vpc);
      if (!mapped) return undefined;
      const message = `Network ${vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway: ${mapped.id}`;
      return new AwsError('DependencyViolation', message);
    },
  },
  'lb/loadBalancer': {
    admit: (world, balancer) => {
      const subnets = textsAt(balancer.inputs, 'subnets');
      if (subnets.length > 0 && zonesOf(world, subnets).length < subnets.length) {
        throw new AwsError(
          'InvalidConfigurationRequest',
          'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
        );
      }
    },
    keep: (_, balancer) =>
      balancer.inputs['enableDeletionProtection'] === true
        ? new AwsError(
            'OperationNotPermitted',
            `Load balancer '${balancer.arn}' cannot be deleted because deletion protection is enabled`,
          )
        : undefined,
  },
};
