import { Account, network } from '../../test/account.js';

describe('what depends on a network keeps it', () => {
  test('a VPC stays while it has a subnet', async () => {
    const account = new Account();
    const vpc = await account.create('ec2/vpc', 'vpc', { cidrBlock: '10.0.0.0/16' });
    const subnet = await account.create('ec2/subnet', 'a', { vpcId: vpc.id, cidrBlock: '10.0.1.0/24' });
    await expect(account.delete(vpc)).rejects.toThrow(`DependencyViolation: The ec2/vpc '${vpc.id}' has dependencies`);
    await account.delete(subnet, vpc);
    expect(account.world.leftovers()).toEqual([]);
  });

  test('the provider repeats a refused delete for minutes before it gives up', async () => {
    const account = new Account();
    const vpc = await account.create('ec2/vpc', 'vpc', { cidrBlock: '10.0.0.0/16' });
    await account.create('ec2/internetGateway', 'gateway', { vpcId: vpc.id });
    const seconds = await account.seconds(() => expect(account.delete(vpc)).rejects.toThrow('DependencyViolation'));
    expect(seconds).toBeGreaterThanOrEqual(300);
  });

  test('a subnet stays while a network interface is in it, and goes when that is let go', async () => {
    const account = new Account();
    const vpc = await account.create('ec2/vpc', 'vpc', { cidrBlock: '10.0.0.0/16' });
    const subnet = await account.create('ec2/subnet', 'a', { vpcId: vpc.id, cidrBlock: '10.0.1.0/24' });
    account.world.spawn('ec2/networkInterface', { subnetIds: [subnet.id] }, 'test', {
      until: account.world.clock.now() + 60,
    });
    const seconds = await account.seconds(() => account.delete(subnet));
    expect(seconds).toBeGreaterThanOrEqual(60);
  });

  test('a security group stays while a rule of another names it', async () => {
    const account = new Account();
    const vpc = await account.create('ec2/vpc', 'vpc', { cidrBlock: '10.0.0.0/16' });
    const one = await account.create('ec2/securityGroup', 'one', { name: 'one', vpcId: vpc.id });
    const other = await account.create('ec2/securityGroup', 'other', { name: 'other', vpcId: vpc.id });
    const rule = await account.create('vpc/securityGroupIngressRule', 'rule', {
      securityGroupId: other.id,
      referencedSecurityGroupId: one.id,
      ipProtocol: '-1',
    });
    await expect(account.delete(one)).rejects.toThrow('DependencyViolation');
    await account.delete(rule, one);
  });

  test('a security group has each rule once', async () => {
    const account = new Account();
    const vpc = await account.create('ec2/vpc', 'vpc', { cidrBlock: '10.0.0.0/16' });
    const group = await account.create('ec2/securityGroup', 'one', { name: 'one', vpcId: vpc.id });
    const inputs = { securityGroupId: group.id, cidrIpv4: '10.0.0.0/8', ipProtocol: 'tcp', fromPort: 80, toPort: 80 };
    await account.create('vpc/securityGroupIngressRule', 'rule', inputs);
    await expect(account.create('vpc/securityGroupIngressRule', 'again', inputs)).rejects.toThrow(
      'InvalidPermission.Duplicate',
    );
    await account.create('vpc/securityGroupIngressRule', 'other', { ...inputs, toPort: 81 });
  });

  test('a rule goes with its own security group', async () => {
    const account = new Account();
    const vpc = await account.create('ec2/vpc', 'vpc', { cidrBlock: '10.0.0.0/16' });
    const group = await account.create('ec2/securityGroup', 'one', { name: 'one', vpcId: vpc.id });
    const inputs = { securityGroupId: group.id, cidrIpv4: '10.0.0.0/8', ipProtocol: '-1' };
    await account.create('vpc/securityGroupIngressRule', 'rule', inputs);
    await account.delete(group, vpc);
    expect(account.world.leftovers()).toEqual([]);
  });

  test('an internet gateway stays while a NAT gateway has a public address', async () => {
    const account = new Account();
    const { gateway, nat, address } = await network(account);
    await expect(account.delete(gateway)).rejects.toThrow('has some mapped public address(es)');
    await expect(account.delete(address)).rejects.toThrow('InvalidIPAddress.InUse');
    await account.delete(nat, gateway, address);
  });

  test('a route table stays while a subnet uses it', async () => {
    const account = new Account();
    const { privateRoutes } = await network(account);
    await expect(account.delete(privateRoutes.table)).rejects.toThrow('DependencyViolation');
    await account.delete(...privateRoutes.associations, privateRoutes.table);
    expect(account.world.entities.of('ec2/route')).toHaveLength(1);
  });
});

describe('a network has to be in order', () => {
  test('a NAT gateway without an internet gateway fails for good', async () => {
    const account = new Account();
    const vpc = await account.create('ec2/vpc', 'vpc', { cidrBlock: '10.0.0.0/16' });
    const subnet = await account.create('ec2/subnet', 'a', { vpcId: vpc.id, cidrBlock: '10.0.1.0/24' });
    const address = await account.create('ec2/eip', 'nat', {});
    const inputs = { subnetId: subnet.id, allocationId: address.id };
    await expect(account.create('ec2/natGateway', 'nat', inputs)).rejects.toThrow('Gateway.NotAttached');
    const [nat] = account.world.entities.of('ec2/natGateway');
    expect(nat?.state).toBe('failed');
    if (nat) await expect(account.update(nat, {})).rejects.toThrow('cannot be updated, only deleted');
  });

  test('a VPC has one internet gateway', async () => {
    const account = new Account();
    const { vpcId } = await network(account);
    await expect(account.create('ec2/internetGateway', 'second', { vpcId })).rejects.toThrow(
      'Resource.AlreadyAssociated',
    );
  });

  test.each([
    ['10.1.0.0/24', 'InvalidSubnet.Range'],
    ['10.0.10.128/25', 'InvalidSubnet.Conflict'],
    ['ten', 'InvalidSubnet.Range'],
  ])('a subnet of %s is refused with %s', async (cidrBlock, code) => {
    const account = new Account();
    const { vpcId } = await network(account);
    await expect(account.create('ec2/subnet', 'more', { vpcId, cidrBlock })).rejects.toThrow(code);
  });

  test('a load balancer has one subnet in a zone, and stays while it is protected', async () => {
    const account = new Account();
    const { subnets, publicSubnet } = await network(account);
    const same = [subnets[0]?.id, publicSubnet.id];
    await expect(
      account.create('lb/loadBalancer', 'faces', { name: 'faces', internal: true, subnets: same }),
    ).rejects.toThrow('multiple subnets in the same Availability Zone');
    const inputs = {
      name: 'faces',
      internal: true,
      subnets: subnets.map(({ id }) => id),
      enableDeletionProtection: true,
    };
    const balancer = await account.create('lb/loadBalancer', 'faces', inputs);
    await expect(account.delete(balancer)).rejects.toThrow('OperationNotPermitted');
  });

  test('what an input names has to exist and not be on its way out', async () => {
    const account = new Account();
    await expect(account.create('ec2/subnet', 'a', { vpcId: 'vpc-1', cidrBlock: '10.0.1.0/24' })).rejects.toThrow(
      "InvalidVpcID.NotFound: The ec2/vpc 'vpc-1' does not exist",
    );
    const { nat, vpcId } = await network(account);
    const deleting = account.delete(nat);
    await expect(
      account.create('ec2/routeTable', 'more', { vpcId, routes: [{ natGatewayId: nat.id }] }),
    ).rejects.toThrow('is being deleted');
    await deleting;
  });
});
