import { Account, cluster, managed, nodeGroup } from '../../test/account.js';
import { containing, matching } from '../../test/matchers.js';

const interfaces = (account: Account): string[] =>
  account.world
    .existing()
    .filter(({ row }) => row === 'ec2/networkInterface')
    .map(({ origin }) => origin);

describe('nodes join', () => {
  test('with policies, a way out and a way to the API server', async () => {
    const account = new Account();
    const group = await nodeGroup(account, await cluster(account), 'cpu');
    expect(group.outputs['status']).toBe('ACTIVE');
    expect(group.outputs['resources']).toEqual([
      expect.objectContaining({ autoscalingGroups: [{ name: matching(/^eks-cpu-/) }] }),
    ]);
  });

  test.each([
    [0, 'the node role lacks AmazonEKSWorkerNodePolicy'],
    [1, 'the node role lacks AmazonEKS_CNI_Policy'],
    [2, 'the node role lacks AmazonEC2ContainerRegistryPullOnly'],
  ])('not without policy %i', async (index, reason) => {
    const account = new Account();
    const parts = await cluster(account);
    const policy = parts.nodeRole.attachments[index];
    if (policy) await account.delete(policy);
    await expect(nodeGroup(account, parts, 'cpu')).rejects.toThrow(
      `NodeCreationFailure: Instances failed to join the kubernetes cluster: ${reason}`,
    );
  });

  test('without the CNI policy when the network plugin has a role of its own', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const [, cni] = parts.nodeRole.attachments;
    if (cni) await account.delete(cni);
    const inputs = { clusterName: 'faces', addonName: 'vpc-cni', serviceAccountRoleArn: parts.nodeRole.role.arn };
    await account.create('eks/addon', 'vpc-cni', inputs);
    expect((await nodeGroup(account, parts, 'cpu')).state).toBe('active');
  });

  test('not without a route to the internet', async () => {
    const account = new Account();
    const parts = await cluster(account);
    await account.delete(parts.privateRoutes.route);
    await expect(nodeGroup(account, parts, 'cpu')).rejects.toThrow('no route to the internet');
  });

  test('not behind a NAT gateway that is gone', async () => {
    const account = new Account();
    const parts = await cluster(account);
    await account.delete(parts.nat);
    await expect(nodeGroup(account, parts, 'cpu')).rejects.toThrow('no route to the internet');
  });

  test('not when the API server is open to a few addresses and has no private endpoint', async () => {
    const account = new Account();
    const parts = await cluster(account);
    await account.update(parts.cluster, {
      vpcConfig: {
        subnetIds: parts.subnets.map(({ id }) => id),
        endpointPrivateAccess: false,
        publicAccessCidrs: ['192.0.2.1/32'],
      },
    });
    await expect(nodeGroup(account, parts, 'cpu')).rejects.toThrow('has no private endpoint');
  });

  test('not without a network plugin when the cluster was made bare', async () => {
    const account = new Account();
    const parts = await cluster(account, { bootstrapSelfManagedAddons: false });
    await expect(nodeGroup(account, parts, 'cpu')).rejects.toThrow('no add-on vpc-cni');
    await account.create('eks/addon', 'vpc-cni', { clusterName: 'faces', addonName: 'vpc-cni' });
    expect((await nodeGroup(account, parts, 'gpu')).state).toBe('active');
  });

  test('when what they lack comes while EKS still waits for them', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const [worker] = parts.nodeRole.attachments;
    if (worker) await account.delete(worker);
    const group = nodeGroup(account, parts, 'cpu');
    await account.world.clock.sleep(600);
    await account.create('iam/rolePolicyAttachment', 'late', {
      role: 'nodes',
      policyArn: managed('AmazonEKSWorkerNodePolicy'),
    });
    expect((await group).state).toBe('active');
  });

  test('not asked of a group that is empty', async () => {
    const account = new Account();
    const parts = await cluster(account);
    await account.delete(...parts.nodeRole.attachments);
    const scalingConfig = { minSize: 0, desiredSize: 0, maxSize: 3 };
    expect((await nodeGroup(account, parts, 'gpu', { scalingConfig })).state).toBe('active');
  });
});

describe('a node group that failed', () => {
  test('is reported with its id, and only a new one helps', async () => {
    const account = new Account();
    const parts = await cluster(account);
    account.world.capacity.lack({ instanceType: 'm6i.large' });
    await expect(nodeGroup(account, parts, 'cpu')).rejects.toMatchObject({
      message: containing('InsufficientInstanceCapacity'),
      partial: { id: 'faces:cpu', state: 'failed' },
    });
    account.world.capacity.restore();
    const [failed] = account.world.entities.of('eks/nodeGroup');
    if (!failed) throw new Error('no node group');
    await expect(account.update(failed, {})).rejects.toThrow('is not active and cannot be updated, only deleted');
    await account.delete(failed);
    expect((await nodeGroup(account, parts, 'cpu')).state).toBe('active');
  });

  test('took EKS 20 minutes to give up on', async () => {
    const account = new Account();
    const parts = await cluster(account);
    account.world.capacity.lack({ instanceType: 'm6i.large' });
    expect(await account.seconds(() => nodeGroup(account, parts, 'cpu').catch(() => undefined))).toBeGreaterThanOrEqual(
      1200,
    );
  });
});

describe('capacity', () => {
  test('in another zone is as good', async () => {
    const account = new Account();
    const parts = await cluster(account);
    account.world.capacity.lack({ instanceType: 'm6i.large', zone: 'us-west-2a' });
    expect((await nodeGroup(account, parts, 'cpu')).state).toBe('active');
  });

  test('of another type in the list is as good', async () => {
    const account = new Account();
    const parts = await cluster(account);
    account.world.capacity.lack({ instanceType: 'g4dn.xlarge' });
    expect((await nodeGroup(account, parts, 'gpu', { instanceTypes: ['g4dn.xlarge', 'g5.xlarge'] })).state).toBe(
      'active',
    );
  });

  test('can lack for spot alone', async () => {
    const account = new Account();
    const parts = await cluster(account);
    account.world.capacity.lack({ instanceType: 'm6i.large', purchase: 'SPOT' });
    expect((await nodeGroup(account, parts, 'demand')).state).toBe('active');
    await expect(nodeGroup(account, parts, 'spot', { capacityType: 'SPOT' })).rejects.toThrow(
      'Could not launch Spot Instances',
    );
  });
});

describe('network interfaces of nodes', () => {
  test('go with the node group when all is in place', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const group = await nodeGroup(account, parts, 'cpu');
    await account.delete(group);
    expect(interfaces(account)).toEqual([]);
  });

  test('stay when the role lost its policies first, and hold the subnets', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const group = await nodeGroup(account, parts, 'cpu');
    await account.delete(...parts.nodeRole.attachments, group);
    expect(interfaces(account)).toEqual([expect.stringContaining('the node role lacks')]);
    await account.delete(parts.cluster);
    const [subnet] = parts.subnets;
    if (subnet) await expect(account.delete(subnet)).rejects.toThrow('DependencyViolation');
    expect(account.world.leftovers().some(({ row }) => row === 'ec2/networkInterface')).toBe(true);
  });

  test('stay when the route goes while the nodes drain', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const group = await nodeGroup(account, parts, 'cpu');
    await Promise.all([account.delete(group), account.delete(parts.privateRoutes.route)]);
    expect(interfaces(account)).toEqual([expect.stringContaining('no route to the internet')]);
  });
});

describe('a node group is refused', () => {
  test('with sizes that contradict each other', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const sized = (minSize: number, desiredSize: number, maxSize: number) =>
      nodeGroup(account, parts, 'cpu', { scalingConfig: { minSize, desiredSize, maxSize } });
    await expect(sized(2, 1, 3)).rejects.toThrow("Minimum capacity 2 can't be greater than desired size 1");
    await expect(sized(0, 4, 3)).rejects.toThrow("Desired capacity 4 can't be greater than max size 3");
    await expect(sized(0, 0, 0)).rejects.toThrow('Maximum capacity must be at least 1');
    const group = await sized(1, 1, 3);
    await expect(account.update(group, { scalingConfig: { minSize: 2, desiredSize: 1, maxSize: 3 } })).rejects.toThrow(
      'Minimum capacity',
    );
  });

  test('with a GPU image and instances that have no GPU', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const inputs = { amiType: 'AL2023_x86_64_NVIDIA', instanceTypes: ['g5.xlarge', 'm6i.large'] };
    await expect(nodeGroup(account, parts, 'gpu', inputs)).rejects.toThrow('[m6i.large] is not a valid instance type');
  });

  test('while its cluster is being made, and so are add-ons', async () => {
    const account = new Account();
    const parts = await cluster(account);
    parts.cluster.state = 'creating';
    parts.cluster.dueAt = account.world.clock.now() + 500;
    await expect(nodeGroup(account, parts, 'cpu')).rejects.toThrow('Cluster faces is being created');
    const addon = { clusterName: 'faces', addonName: 'vpc-cni' };
    await expect(account.create('eks/addon', 'vpc-cni', addon)).rejects.toThrow('The cluster is not active');
  });

  test('with a disk size beside a launch template', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const template = await account.create('ec2/launchTemplate', 'cpu', { name: 'cpu' });
    const inputs = { launchTemplate: { id: template.id, version: '1' }, diskSize: 50 };
    await expect(nodeGroup(account, parts, 'cpu', inputs)).rejects.toThrow(
      'Disk size must be specified within the launch template',
    );
  });
});

describe('the Auto Scaling group of a node group', () => {
  test('has to exist to be attached, and takes the attachment along', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const group = await nodeGroup(account, parts, 'cpu');
    const target = await account.create('lb/targetGroup', 'faces', {
      name: 'faces',
      port: 30080,
      protocol: 'TCP',
      vpcId: parts.vpcId,
    });
    const attach = (autoscalingGroupName: unknown) =>
      account.create('autoscaling/attachment', 'cpu', { autoscalingGroupName, lbTargetGroupArn: target.arn });
    await expect(attach('eks-other')).rejects.toThrow('AutoScalingGroup name not found');
    const attachment = await attach(`eks-cpu-${group.digits}`);
    await expect(account.delete(target)).rejects.toThrow('ResourceInUse');
    await account.delete(group, attachment, target);
  });
});

describe('add-ons', () => {
  test('that are Deployments become active once there is a node for them', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const adding = account.create('eks/addon', 'coredns', { clusterName: 'faces', addonName: 'coredns' });
    await nodeGroup(account, parts, 'cpu');
    expect((await adding).state).toBe('active');
  });

  test('that are Deployments are degraded without a node, and on tainted nodes', async () => {
    const account = new Account();
    const parts = await cluster(account);
    await nodeGroup(account, parts, 'gpu', { taints: [{ key: 'nvidia.com/gpu', effect: 'NO_SCHEDULE' }] });
    const adding = account.create('eks/addon', 'coredns', { clusterName: 'faces', addonName: 'coredns' });
    await expect(adding).rejects.toThrow("unexpected state 'DEGRADED'");
  });

  test('that EKS does not have are refused', async () => {
    const account = new Account();
    await cluster(account);
    await expect(account.create('eks/addon', 'dns', { clusterName: 'faces', addonName: 'dns' })).rejects.toThrow(
      'Addon dns specified is not supported',
    );
  });
});
