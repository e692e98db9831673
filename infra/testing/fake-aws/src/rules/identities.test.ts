import { Account, network, role, trust } from '../../test/account.js';
import { propagationSeconds } from './identities.js';

describe('a role', () => {
  test('stays while a policy is attached to it or written into it', async () => {
    const account = new Account();
    const { role: made, attachments } = await role(account, 'nodes', 'ec2.amazonaws.com', ['AmazonEKS_CNI_Policy']);
    await expect(account.delete(made)).rejects.toThrow('DeleteConflict');
    await account.delete(...attachments);
    const inline = await account.create('iam/rolePolicy', 'inline', { role: 'nodes', name: 'inline', policy: '{}' });
    await expect(account.delete(made)).rejects.toThrow('DeleteConflict');
    await account.delete(inline, made);
    expect(account.world.leftovers()).toEqual([]);
  });

  test('that was just made is not seen by EKS yet: the provider tries until it is', async () => {
    const account = new Account();
    const { subnets } = await network(account);
    const made = await account.create('iam/role', 'cluster', {
      name: 'cluster',
      assumeRolePolicy: trust('eks.amazonaws.com'),
    });
    const inputs = { role: 'cluster', policyArn: 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy' };
    await account.create('iam/rolePolicyAttachment', 'cluster', inputs);
    const cluster = await account.create('eks/cluster', 'faces', {
      name: 'faces',
      roleArn: made.arn,
      vpcConfig: { subnetIds: subnets.map(({ id }) => id) },
    });
    expect(cluster.dueAt - 513 - made.createdAt).toBeGreaterThanOrEqual(propagationSeconds);
  });

  test('that trusts somebody else is refused at once', async () => {
    const account = new Account();
    const { subnets } = await network(account);
    const { role: made } = await role(account, 'cluster', 'ec2.amazonaws.com', []);
    const inputs = { name: 'faces', roleArn: made.arn, vpcConfig: { subnetIds: subnets.map(({ id }) => id) } };
    const seconds = await account.seconds(() =>
      expect(account.create('eks/cluster', 'faces', inputs)).rejects.toThrow('does not name eks.amazonaws.com'),
    );
    expect(seconds).toBe(0);
  });

  test('has a policy in JSON', async () => {
    const account = new Account();
    await expect(account.create('iam/role', 'r', { name: 'r', assumeRolePolicy: 'everybody' })).rejects.toThrow(
      'MalformedPolicyDocument',
    );
    await expect(account.create('iam/policy', 'p', { name: 'p', policy: '' })).rejects.toThrow(
      'MalformedPolicyDocument',
    );
    await role(account, 'nodes', 'ec2.amazonaws.com', []);
    await expect(account.create('iam/rolePolicy', 'p', { role: 'nodes', name: 'p', policy: '{' })).rejects.toThrow(
      'MalformedPolicyDocument',
    );
  });
});

test('a policy stays while it is attached', async () => {
  const account = new Account();
  await role(account, 'nodes', 'ec2.amazonaws.com', []);
  const policy = await account.create('iam/policy', 'read', { name: 'read', policy: '{}' });
  const attachment = await account.create('iam/rolePolicyAttachment', 'read', { role: 'nodes', policyArn: policy.arn });
  await expect(account.delete(policy)).rejects.toThrow('DeleteConflict');
  await account.delete(attachment, policy);
});
