import { Account, cluster, network, nodeGroup, role, trust } from '../../test/account.js';

const names = (account: Account, row: string): string[] =>
  account.world
    .leftovers()
    .filter((entity) => entity.row === row)
    .map(({ origin }) => origin);

describe('a cluster', () => {
  test('needs subnets in two zones', async () => {
    const account = new Account();
    const { subnets } = await network(account);
    const { role: made } = await role(account, 'cluster', 'eks.amazonaws.com', ['AmazonEKSClusterPolicy']);
    const inputs = { name: 'faces', roleArn: made.arn, vpcConfig: { subnetIds: [subnets[0]?.id] } };
    await expect(account.create('eks/cluster', 'faces', inputs)).rejects.toThrow('at least two different AZs');
  });

  test('fails when its role lacks the policy', async () => {
    const account = new Account();
    const { subnets } = await network(account);
    const { role: made } = await role(account, 'cluster', 'eks.amazonaws.com', []);
    const inputs = { name: 'faces', roleArn: made.arn, vpcConfig: { subnetIds: subnets.map(({ id }) => id) } };
    await expect(account.create('eks/cluster', 'faces', inputs)).rejects.toThrow(
      'the cluster role lacks AmazonEKSClusterPolicy',
    );
  });

  test('takes 8 and a half minutes', async () => {
    const account = new Account();
    const { cluster: made } = await cluster(account);
    expect(made.dueAt - made.createdAt).toBe(513);
  });

  test('stays while it has node groups', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const group = await nodeGroup(account, parts, 'cpu');
    await expect(account.delete(parts.cluster)).rejects.toThrow('ResourceInUseException');
    await account.delete(group, parts.cluster);
  });

  test('stays while it is protected', async () => {
    const account = new Account();
    const parts = await cluster(account, { deletionProtection: true });
    await expect(account.delete(parts.cluster)).rejects.toThrow('deletion protection');
  });

  test('takes along its add-ons, access entries, identities and security group', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const principalArn = 'arn:aws:iam::123456789012:role/admin';
    const { role: reader } = await role(account, 'reader', 'pods.eks.amazonaws.com', []);
    await account.create('eks/addon', 'vpc-cni', { clusterName: 'faces', addonName: 'vpc-cni' });
    await account.create('eks/accessEntry', 'admin', { clusterName: 'faces', principalArn });
    await account.create('eks/podIdentityAssociation', 'reader', {
      clusterName: 'faces',
      namespace: 'a',
      serviceAccount: 'b',
      roleArn: reader.arn,
    });
    const id = (
      account.world.entities.get('eks/cluster', 'faces')?.outputs['vpcConfig'] as { clusterSecurityGroupId: string }
    ).clusterSecurityGroupId;
    expect(account.world.entities.get('ec2/securityGroup', id)).toBeDefined();
    await account.delete(parts.cluster);
    const left = account.world.leftovers().map(({ row }) => row);
    expect(left.filter((row) => row.startsWith('eks/') || row === 'ec2/securityGroup')).toEqual([]);
  });

  test('leaves its security group when a rule of another group names it', async () => {
    const account = new Account();
    const parts = await cluster(account);
    const [own] = account.world.entities.of('ec2/securityGroup');
    const other = await account.create('ec2/securityGroup', 'other', { name: 'other', vpcId: parts.vpcId });
    const inputs = { securityGroupId: other.id, referencedSecurityGroupId: own?.id, ipProtocol: '-1' };
    await account.create('vpc/securityGroupEgressRule', 'to-cluster', inputs);
    await account.delete(parts.cluster);
    expect(account.world.leftovers()).toContain(own);
  });

  test('keeps what EKS decided when it is updated', async () => {
    const account = new Account();
    const { cluster: made } = await cluster(account);
    const before = made.outputs['vpcConfig'];
    await account.update(made, { version: '1.35' });
    expect(made.outputs).toMatchObject({ version: '1.35', vpcConfig: before });
  });

  test('leaves its network interfaces when its role lost the policy first', async () => {
    const account = new Account();
    const parts = await cluster(account);
    await account.delete(...parts.clusterRole.attachments, parts.cluster);
    account.world.clock.advance(3600);
    expect(names(account, 'ec2/networkInterface')).toEqual([expect.stringContaining('could not delete')]);
  });

  test('lets its network interfaces go half a minute later', async () => {
    const account = new Account();
    const parts = await cluster(account);
    await account.delete(parts.cluster);
    expect(names(account, 'ec2/networkInterface')).toHaveLength(1);
    account.world.clock.advance(30);
    expect(names(account, 'ec2/networkInterface')).toEqual([]);
  });
});

describe('the log group of a cluster', () => {
  const logs = { enabledClusterLogTypes: ['api'] };
  const name = '/aws/eks/faces/cluster';

  test('is made by EKS when there is none, and stays', async () => {
    const account = new Account();
    const parts = await cluster(account, logs);
    await expect(account.create('cloudwatch/logGroup', 'logs', { name })).rejects.toThrow(
      'ResourceAlreadyExistsException',
    );
    await account.delete(parts.cluster);
    expect(names(account, 'cloudwatch/logGroup')).toHaveLength(1);
  });

  test('is made again when it goes before the cluster', async () => {
    const account = new Account();
    const group = await account.create('cloudwatch/logGroup', 'logs', { name });
    const parts = await cluster(account, logs);
    await account.delete(group, parts.cluster);
    expect(names(account, 'cloudwatch/logGroup')).toEqual([expect.stringContaining('made again')]);
  });

  test('is not made again when the role forbids it', async () => {
    const account = new Account();
    const group = await account.create('cloudwatch/logGroup', 'logs', { name });
    const parts = await cluster(account, logs);
    const policy = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: 'logs:CreateLogGroup', Resource: '*' }] });
    await account.create('iam/rolePolicy', 'deny', { role: 'cluster', name: 'deny', policy });
    await account.delete(group, parts.cluster);
    expect(names(account, 'cloudwatch/logGroup')).toEqual([]);
  });
});

describe('access', () => {
  test('policies need an access entry', async () => {
    const account = new Account();
    await cluster(account);
    const principalArn = 'arn:aws:iam::123456789012:role/admin';
    const policy = {
      clusterName: 'faces',
      principalArn,
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
    };
    await expect(account.create('eks/accessPolicyAssociation', 'admin', policy)).rejects.toThrow(
      'principalArn could not be found',
    );
    await account.create('eks/accessEntry', 'admin', { clusterName: 'faces', principalArn });
    await account.create('eks/accessPolicyAssociation', 'admin', policy);
  });

  test('of pods needs a role that pods may take on and tag', async () => {
    const account = new Account();
    await cluster(account);
    const { role: other } = await role(account, 'other', 'ec2.amazonaws.com', []);
    const associate = (roleArn: string) =>
      account.create('eks/podIdentityAssociation', 'reader', {
        clusterName: 'faces',
        namespace: 'a',
        serviceAccount: 'b',
        roleArn,
      });
    await expect(associate(other.arn)).rejects.toThrow('does not name pods.eks.amazonaws.com');
    const untagged = await account.create('iam/role', 'untagged', {
      name: 'untagged',
      assumeRolePolicy: trust('pods.eks.amazonaws.com').replace('sts:TagSession', 'sts:Other'),
    });
    await expect(associate(untagged.arn)).rejects.toThrow('is missing the action sts:TagSession');
  });

  test('of a service account to one role at a time', async () => {
    const account = new Account();
    await cluster(account);
    const { role: reader } = await role(account, 'reader', 'pods.eks.amazonaws.com', []);
    const inputs = { clusterName: 'faces', namespace: 'a', serviceAccount: 'b', roleArn: reader.arn };
    await account.create('eks/podIdentityAssociation', 'one', inputs);
    await expect(account.create('eks/podIdentityAssociation', 'two', inputs)).rejects.toThrow('ResourceInUseException');
  });
});
