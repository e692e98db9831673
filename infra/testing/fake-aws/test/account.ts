import type { Props } from '../src/catalogue/kind.js';
import { VirtualClock } from '../src/account/clock.js';
import type { Entity } from '../src/account/entity.js';
import { World } from '../src/world/world.js';

/** What a resource is asked for by: `ec2/vpc main`. */
const callFor = (row: string, name: string, defaultTags: Readonly<Record<string, string>>) => ({
  type: `aws:${row}:X`,
  urn: `urn:pulumi:test::project::aws:${row}:X::${name}`,
  region: 'us-west-2',
  defaultTags,
});

/** An account for tests of rules: resources are made one after the other, as a program with an edge between all of them would. */
export class Account {
  readonly world = new World({ clock: new VirtualClock(0) });
  defaultTags: Readonly<Record<string, string>> = {};

  create(row: string, name: string, inputs: Props, signal?: AbortSignal): Promise<Entity> {
    const call = callFor(row, name, this.defaultTags);
    return this.world.create(signal ? { ...call, signal } : call, inputs);
  }

  update(entity: Entity, inputs: Props): Promise<Entity> {
    return this.world.update(callFor(entity.row, entity.origin, this.defaultTags), entity.id, {
      ...entity.inputs,
      ...inputs,
    });
  }

  read(entity: Entity): Entity | undefined {
    return this.world.read(callFor(entity.row, entity.origin, this.defaultTags), entity.id);
  }

  async delete(...entities: Entity[]): Promise<void> {
    for (const entity of entities) {
      await this.world.delete(callFor(entity.row, entity.origin, this.defaultTags), entity.id);
    }
  }

  /** Virtual seconds that some work took. */
  async seconds(work: () => Promise<unknown>): Promise<number> {
    const start = this.world.clock.now();
    await work();
    return this.world.clock.now() - start;
  }
}

export const trust = (service: string): string =>
  JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Principal: { Service: service } }],
  });

export const managed = (policy: string): string => `arn:aws:iam::aws:policy/${policy}`;

/** A VPC with a public and a private subnet in each of two zones, and a NAT gateway. */
export async function network(account: Account) {
  const vpc = await account.create('ec2/vpc', 'vpc', { cidrBlock: '10.0.0.0/16' });
  const vpcId = vpc.id;
  const gateway = await account.create('ec2/internetGateway', 'gateway', { vpcId });
  const subnet = (name: string, cidrBlock: string, availabilityZone: string) =>
    account.create('ec2/subnet', name, { vpcId, cidrBlock, availabilityZone });
  const publicSubnet = await subnet('public', '10.0.0.0/24', 'us-west-2a');
  const subnets = [await subnet('a', '10.0.10.0/24', 'us-west-2a'), await subnet('b', '10.0.11.0/24', 'us-west-2b')];
  const address = await account.create('ec2/eip', 'nat', { domain: 'vpc' });
  const publicRoutes = await routes(account, 'public', vpcId, { gatewayId: gateway.id }, [publicSubnet]);
  const nat = await account.create('ec2/natGateway', 'nat', { subnetId: publicSubnet.id, allocationId: address.id });
  const privateRoutes = await routes(account, 'private', vpcId, { natGatewayId: nat.id }, subnets);
  return { vpc, vpcId, gateway, publicSubnet, subnets, address, nat, publicRoutes, privateRoutes };
}

async function routes(account: Account, name: string, vpcId: string, target: Props, subnets: readonly Entity[]) {
  const table = await account.create('ec2/routeTable', name, { vpcId });
  const route = await account.create('ec2/route', name, {
    routeTableId: table.id,
    destinationCidrBlock: '0.0.0.0/0',
    ...target,
  });
  const associations: Entity[] = [];
  for (const subnet of subnets) {
    const inputs = { routeTableId: table.id, subnetId: subnet.id };
    associations.push(await account.create('ec2/routeTableAssociation', `${name}-${subnet.id}`, inputs));
  }
  return { table, route, associations };
}

export async function role(account: Account, name: string, service: string, policies: readonly string[]) {
  const made = await account.create('iam/role', name, { name, assumeRolePolicy: trust(service) });
  const attachments: Entity[] = [];
  for (const policy of policies) {
    const inputs = { role: name, policyArn: managed(policy) };
    attachments.push(await account.create('iam/rolePolicyAttachment', `${name}-${policy}`, inputs));
  }
  return { role: made, attachments };
}

export const nodePolicies = ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy', 'AmazonEC2ContainerRegistryPullOnly'];

/** A cluster in a network, with the role its nodes will have. */
export async function cluster(account: Account, inputs: Props = {}) {
  const net = await network(account);
  const clusterRole = await role(account, 'cluster', 'eks.amazonaws.com', ['AmazonEKSClusterPolicy']);
  const nodeRole = await role(account, 'nodes', 'ec2.amazonaws.com', nodePolicies);
  const made = await account.create('eks/cluster', 'cluster', {
    name: 'faces',
    roleArn: clusterRole.role.arn,
    vpcConfig: { subnetIds: net.subnets.map(({ id }) => id), endpointPrivateAccess: true },
    ...inputs,
  });
  return { ...net, clusterRole, nodeRole, cluster: made };
}

type ClusterParts = Awaited<ReturnType<typeof cluster>>;

export function nodeGroup(account: Account, parts: ClusterParts, name: string, inputs: Props = {}): Promise<Entity> {
  return account.create('eks/nodeGroup', name, {
    clusterName: parts.cluster.id,
    nodeGroupName: name,
    nodeRoleArn: parts.nodeRole.role.arn,
    subnetIds: parts.subnets.map(({ id }) => id),
    instanceTypes: ['m6i.large'],
    scalingConfig: { minSize: 1, desiredSize: 2, maxSize: 3 },
    ...inputs,
  });
}

/** A load balancer and a link to it in a network. */
export async function link(account: Account, { subnets, vpcId }: Awaited<ReturnType<typeof network>>) {
  const subnetIds = subnets.map(({ id }) => id);
  const group = await account.create('ec2/securityGroup', 'link', { name: 'link', vpcId });
  const balancer = await account.create('lb/loadBalancer', 'faces', {
    name: 'faces',
    internal: true,
    loadBalancerType: 'network',
    subnets: subnetIds,
  });
  const made = await account.create('apigatewayv2/vpcLink', 'faces', {
    name: 'faces',
    subnetIds,
    securityGroupIds: [group.id],
  });
  return { group, balancer, link: made };
}

/** The document of an API whose one method leads through a link. */
export const apiDocument = (parts: { readonly link: Entity; readonly balancer: Entity }, changes: Props = {}): string =>
  JSON.stringify({
    openapi: '3.0.1',
    paths: {
      '/compare': {
        post: {
          'x-amazon-apigateway-integration': {
            type: 'http_proxy',
            connectionType: 'VPC_LINK',
            connectionId: parts.link.id,
            integrationTarget: parts.balancer.arn,
          },
        },
      },
    },
    ...changes,
  });

export async function restApi(account: Account, parts: { readonly link: Entity; readonly balancer: Entity }) {
  const api = await account.create('apigateway/restApi', 'faces', { name: 'faces', body: apiDocument(parts) });
  const deployment = await account.create('apigateway/deployment', 'faces', { restApi: api.id });
  const stage = await account.create('apigateway/stage', 'live', {
    restApi: api.id,
    deployment: deployment.id,
    stageName: 'live',
  });
  return { api, deployment, stage };
}
