import { AwsError } from '../account/aws-error.js';
import type { Entity } from '../account/entity.js';
import { numberAt, textAt, textsAt, valuesAt } from '../account/paths.js';
import type { Props } from '../catalogue/kind.js';
import type { AccountState } from '../account/account-state.js';
import { attachedPolicies, mustBeAssumable } from './identities.js';
import { capacityTrouble } from './instances.js';
import { hasEgress } from './network.js';
import { active, type Rules, type Verdict } from './rule.js';

/** EKS gives up on nodes that do not join after some 20 minutes. Estimate. */
const givesUpAfterSeconds = 1200;
const pauseSeconds = 15;

const clusterOf = (world: AccountState, entity: Entity): Entity | undefined =>
  world.entities.get('eks/cluster', textAt(entity.inputs, 'clusterName'));

function addon(world: AccountState, cluster: string, name: string): Entity | undefined {
  return world.entities.get('eks/addon', `${cluster}:${name}`);
}

/** Policies that the nodes need; the network plugin may bring a role of its own. */
function missingPolicies(world: AccountState, group: Entity): string[] {
  const attached = attachedPolicies(world, textAt(group.inputs, 'nodeRoleArn'));
  const plugin = addon(world, textAt(group.inputs, 'clusterName'), 'vpc-cni')?.inputs ?? {};
  const ownRole =
    textAt(plugin, 'serviceAccountRoleArn') !== '' || valuesAt(plugin, 'podIdentityAssociations').length > 0;
  const needed = ['AmazonEKSWorkerNodePolicy', ...(ownRole ? [] : ['AmazonEKS_CNI_Policy'])];
  const missing = needed.filter((policy) => !attached.includes(policy));
  const pulls = attached.some(
    (policy) => policy.startsWith('AmazonEC2ContainerRegistry') || policy.startsWith('AmazonElasticContainerRegistry'),
  );
  return pulls ? missing : [...missing, 'AmazonEC2ContainerRegistryPullOnly'];
}

/** Why the nodes of a group cannot do their work; undefined when they can. */
export function nodeTrouble(world: AccountState, group: Entity): string | undefined {
  const missing = missingPolicies(world, group);
  if (missing.length > 0) return `the node role lacks ${missing.join(' and ')}`;
  const cut = textsAt(group.inputs, 'subnetIds').filter((subnet) => !hasEgress(world, subnet));
  if (cut.length > 0) return `no route to the internet from ${cut.join(', ')}`;
  const cluster = clusterOf(world, group);
  const open = valuesAt(cluster?.outputs, 'vpcConfig.endpointPrivateAccess')[0] === true;
  if (!open && !textsAt(cluster?.outputs, 'vpcConfig.publicAccessCidrs').includes('0.0.0.0/0')) {
    return 'the API server is open to a few addresses only and has no private endpoint';
  }
  const bare = cluster?.inputs['bootstrapSelfManagedAddons'] === false;
  return bare && !addon(world, cluster.id, 'vpc-cni')
    ? 'no network plugin: the cluster has no add-on vpc-cni'
    : undefined;
}

function joins(world: AccountState, group: Entity): Verdict {
  // An empty group has no node that could fail.
  if ((numberAt(group.inputs, 'scalingConfig.desiredSize') ?? 0) === 0) return active;
  const capacity = capacityTrouble(world, group);
  const trouble = nodeTrouble(world, group);
  const reason =
    capacity ?? (trouble && `NodeCreationFailure: Instances failed to join the kubernetes cluster: ${trouble}`);
  if (reason === undefined) return active;
  if (world.clock.now() - group.createdAt < givesUpAfterSeconds) return { is: 'waiting', seconds: pauseSeconds };
  return { is: 'failed', reason: `CREATE_FAILED: ${reason}` };
}

function sizesAreInOrder(inputs: Props): void {
  const [min, desired, max] = ['minSize', 'desiredSize', 'maxSize'].map(
    (key) => numberAt(inputs, `scalingConfig.${key}`) ?? 0,
  );
  if (min === undefined || desired === undefined || max === undefined) return;
  if (max < 1) throw new AwsError('InvalidParameterException', 'Maximum capacity must be at least 1');
  if (min > desired)
    throw new AwsError(
      'InvalidParameterException',
      `Minimum capacity ${min} can't be greater than desired size ${desired}`,
    );
  if (desired > max)
    throw new AwsError(
      'InvalidParameterException',
      `Desired capacity ${desired} can't be greater than max size ${max}`,
    );
}

const isGpuImage = (group: Entity): boolean => /NVIDIA|GPU/.test(textAt(group.inputs, 'amiType'));

/** The names of the Auto Scaling groups behind the node groups. */
const scalingGroups = (world: AccountState): string[] =>
  world.entities.of('eks/nodeGroup').flatMap((group) => textsAt(group.outputs, 'resources[].autoscalingGroups[].name'));

const scalingGroupExists = (world: AccountState, entity: Entity): void => {
  const name = textAt(entity.inputs, 'autoscalingGroupName');
  if (!scalingGroups(world).includes(name))
    throw new AwsError('ValidationError', `AutoScalingGroup name not found - no such group: ${name}`);
};

/** Are there nodes that take ordinary pods? */
const takesPods = (world: AccountState, cluster: string): boolean =>
  world.entities
    .of('eks/nodeGroup')
    .some(
      (group) =>
        textAt(group.inputs, 'clusterName') === cluster &&
        (group.state === 'active' || group.state === 'updating') &&
        valuesAt(group.inputs, 'taints').length === 0 &&
        (numberAt(group.inputs, 'scalingConfig.desiredSize') ?? 0) > 0,
    );

/** Add-ons that run as a Deployment: without a node they stay degraded. */
const deployments = ['coredns', 'metrics-server', 'aws-ebs-csi-driver'];
const daemons = ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent', 'eks-node-monitoring-agent'];

export const nodeRules: Rules = {
  'eks/nodeGroup': {
    admit: (world, group) => {
      const cluster = clusterOf(world, group);
      if (cluster?.state === 'creating')
        throw new AwsError('ResourceInUseException', `Cluster ${cluster.id} is being created`);
      sizesAreInOrder(group.inputs);
      mustBeAssumable(world, textAt(group.inputs, 'nodeRoleArn'), 'ec2.amazonaws.com', 'InvalidParameterException');
      const [wrong] = isGpuImage(group)
        ? textsAt(group.inputs, 'instanceTypes').filter((type) => !/^[gp]\d/.test(type))
        : [];
      if (wrong !== undefined) {
        const image = textAt(group.inputs, 'amiType');
        throw new AwsError(
          'InvalidParameterException',
          `[${wrong}] is not a valid instance type for requested amiType ${image}`,
        );
      }
      if (group.inputs['launchTemplate'] !== undefined && group.inputs['diskSize'] !== undefined) {
        throw new AwsError('InvalidParameterException', 'Disk size must be specified within the launch template.');
      }
    },
    settle: joins,
    change: (_, __, inputs) => sizesAreInOrder(inputs),
    leaving: (world, group) => {
      group.reason = nodeTrouble(world, group) ?? '';
    },
    gone: (world, group) => {
      const names = textsAt(group.outputs, 'resources[].autoscalingGroups[].name');
      for (const row of ['autoscaling/attachment', 'autoscaling/tag']) {
        for (const entity of world.entities.of(row)) {
          if (names.includes(textAt(entity.inputs, 'autoscalingGroupName'))) world.entities.remove(entity);
        }
      }
      const trouble = group.reason || nodeTrouble(world, group);
      if (trouble === undefined || trouble === '' || group.state === 'failed') return;
      const subnetIds = textsAt(group.inputs, 'subnetIds');
      const securityGroupIds = textsAt(clusterOf(world, group)?.outputs, 'vpcConfig.clusterSecurityGroupId');
      world.spawn(
        'ec2/networkInterface',
        { subnetIds, securityGroupIds },
        `interfaces that node group ${group.id} left behind: ${trouble}`,
        { owner: group },
      );
    },
  },
  'eks/addon': {
    admit: (world, added) => {
      const name = textAt(added.inputs, 'addonName');
      if (![...deployments, ...daemons].includes(name)) {
        throw new AwsError(
          'InvalidParameterException',
          `Addon ${name} specified is not supported (by EKS, or by the fake: rules/nodes.ts)`,
        );
      }
      if (clusterOf(world, added)?.state !== 'active')
        throw new AwsError('ResourceInUseException', 'The cluster is not active');
    },
    settle: (world, added) => {
      if (
        !deployments.includes(textAt(added.inputs, 'addonName')) ||
        takesPods(world, textAt(added.inputs, 'clusterName'))
      )
        return active;
      if (world.clock.now() - added.createdAt < givesUpAfterSeconds) return { is: 'waiting', seconds: pauseSeconds };
      return {
        is: 'failed',
        reason: "InsufficientNumberOfReplicas: unexpected state 'DEGRADED': the add-on has no node to run on",
      };
    },
  },
  'autoscaling/attachment': { admit: scalingGroupExists },
  'autoscaling/tag': { admit: scalingGroupExists },
};
