import { Account } from '../../test/account.js';
import type { StoredWorld } from './world.js';
import { containing } from '../../test/matchers.js';

const vpc = { cidrBlock: '10.0.0.0/16' };

describe('an update', () => {
  test('that is called off is done all the same', async () => {
    const account = new Account();
    const key = await account.create('kms/key', 'k', {});
    account.world.credentials.expireIn(5);
    await expect(account.update(key, { description: 'secrets' })).rejects.toThrow('ExpiredTokenException');
    account.world.clock.advance(60);
    expect(account.world.existing().map(({ state, outputs }) => [state, outputs['description']])).toEqual([
      ['active', 'secrets'],
    ]);
  });

  test('that names what does not exist is refused', async () => {
    const account = new Account();
    const balancer = await account.create('lb/loadBalancer', 'b', { name: 'b', internal: true });
    await expect(account.update(balancer, { securityGroups: ['sg-1'] })).rejects.toThrow('InvalidGroup.NotFound');
  });

  test('of what is on its way out is refused', async () => {
    const account = new Account();
    const key = await account.create('kms/key', 'k', {});
    await account.delete(key);
    await expect(account.update(key, { description: 'secrets' })).rejects.toThrow('NotFoundException');
  });

  test('of what does not exist is refused', async () => {
    const account = new Account();
    const made = await account.create('ec2/vpc', 'v', vpc);
    await account.delete(made);
    await expect(account.update(made, { enableDnsHostnames: true })).rejects.toThrow('InvalidVpcID.NotFound');
  });
});

describe('names', () => {
  test('of roles and buckets are taken in every region', async () => {
    const account = new Account();
    account.world.seed('aws:iam/role:Role', { name: 'r', assumeRolePolicy: '{}' }, 'eu-west-1');
    await expect(account.create('iam/role', 'r', { name: 'r', assumeRolePolicy: '{}' })).rejects.toThrow(
      'EntityAlreadyExists',
    );
    account.world.seed('aws:lb/targetGroup:TargetGroup', { name: 't' }, 'eu-west-1');
    await account.create('lb/targetGroup', 't', { name: 't' });
  });

  test.each([
    ['iam/role', { name: 'r', assumeRolePolicy: '{}' }, 'EntityAlreadyExists'],
    ['s3/bucket', { bucket: 'models' }, 'BucketAlreadyOwnedByYou'],
    ['ecr/repository', { name: 'server' }, 'RepositoryAlreadyExistsException'],
    ['cloudwatch/logGroup', { name: 'logs' }, 'ResourceAlreadyExistsException'],
    ['lb/targetGroup', { name: 'faces' }, 'DuplicateTargetGroupName'],
    ['ec2/launchTemplate', { name: 'gpu' }, 'InvalidLaunchTemplateName.AlreadyExistsException'],
    ['wafv2/webAcl', { name: 'faces', scope: 'REGIONAL' }, 'WAFDuplicateItemException'],
  ])('of %s are taken once, and free again when it is gone', async (row, inputs, code) => {
    const account = new Account();
    const first = await account.create(row, 'first', inputs);
    await expect(account.create(row, 'second', inputs)).rejects.toThrow(code);
    await account.delete(first);
    await account.create(row, 'second', inputs);
  });

  test('of APIs and VPCs are not names at all', async () => {
    const account = new Account();
    await account.create('ec2/vpc', 'one', vpc);
    await account.create('ec2/vpc', 'two', vpc);
    await account.create('apigateway/usagePlan', 'one', { name: 'plan' });
    await account.create('apigateway/usagePlan', 'two', { name: 'plan' });
    expect(account.world.leftovers()).toHaveLength(4);
  });
});

describe('ids and ARNs', () => {
  test.each([
    ['ec2/vpc', vpc, /^vpc-[0-9a-f]{17}$/, /^arn:aws:ec2:us-west-2:123456789012:vpc\/vpc-[0-9a-f]{17}$/],
    ['iam/role', { name: 'nodes', assumeRolePolicy: '{}' }, /^nodes$/, /^arn:aws:iam::123456789012:role\/nodes$/],
    ['iam/policy', { name: 'read', policy: '{}' }, /^arn:aws:iam::123456789012:policy\/read$/, /policy\/read$/],
    ['s3/bucket', { bucket: 'models' }, /^models$/, /^arn:aws:s3:::models$/],
    ['ecr/repository', { name: 'a/b' }, /^a\/b$/, /^arn:aws:ecr:us-west-2:123456789012:repository\/a\/b$/],
    [
      'kms/key',
      {},
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
      /^arn:aws:kms:us-west-2:123456789012:key\/[0-9a-f-]{36}$/,
    ],
    [
      'apigateway/restApi',
      { name: 'faces' },
      /^[0-9a-z]{10}$/,
      /^arn:aws:apigateway:us-west-2::\/restapis\/[0-9a-z]{10}$/,
    ],
    [
      'lb/targetGroup',
      { name: 'faces' },
      /:targetgroup\/faces\/[0-9a-f]+$/,
      /^arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/,
    ],
  ])('of %s look like those of AWS', async (row, inputs, id, arn) => {
    const entity = await new Account().create(row, 'it', inputs);
    expect(entity.id).toMatch(id);
    expect(entity.arn).toMatch(arn);
    expect(entity.outputs['arn']).toBe(entity.arn);
  });
});

describe('quotas', () => {
  test('five VPCs and five addresses in a region', async () => {
    const account = new Account();
    for (let n = 0; n < 5; n += 1) {
      await account.create('ec2/vpc', `v${n}`, vpc);
      await account.create('ec2/eip', `e${n}`, {});
    }
    await expect(account.create('ec2/vpc', 'v5', vpc)).rejects.toThrow('VpcLimitExceeded');
    await expect(account.create('ec2/eip', 'e5', {})).rejects.toThrow('AddressLimitExceeded');
  });

  test('can be set, and an unknown one is an error of the test', async () => {
    const account = new Account();
    account.world.quotas.set('eks/cluster', 0);
    account.world.quotas.set('lb/loadBalancer', 0);
    await expect(account.create('lb/loadBalancer', 'b', { name: 'b', internal: true })).rejects.toThrow(
      'TooManyLoadBalancers',
    );
    expect(() => account.world.quotas.set('ec2/subnet', 1)).toThrow('The fake has no quota for ec2/subnet');
  });
});

describe('throttling', () => {
  test('is waited out by the provider', async () => {
    const account = new Account();
    account.world.throttle.limit('iam', { burst: 1, perSecond: 0.1 });
    const inputs = (name: string) => ({ name, assumeRolePolicy: '{}' });
    const seconds = await account.seconds(async () => {
      await Promise.all(['a', 'b', 'c'].map((name) => account.create('iam/role', name, inputs(name))));
    });
    expect(seconds).toBeGreaterThanOrEqual(20);
    expect(account.world.throttle.refused).toBeGreaterThan(0);
    expect(account.world.leftovers()).toHaveLength(3);
  });

  test('for ever makes the provider give up after 25 attempts', async () => {
    const account = new Account();
    account.world.throttle.limit('iam', { burst: 0, perSecond: 0 });
    await expect(account.create('iam/role', 'r', { name: 'r', assumeRolePolicy: '{}' })).rejects.toThrow(
      'Rate exceeded',
    );
    expect(account.world.throttle.refused).toBe(26);
  });

  test('lets one API a half minute go', async () => {
    const account = new Account();
    const apis = [
      await account.create('apigateway/restApi', 'a', { name: 'a' }),
      await account.create('apigateway/restApi', 'b', { name: 'b' }),
    ];
    expect(await account.seconds(() => account.delete(...apis))).toBeGreaterThanOrEqual(28);
  });
});

describe('expired credentials', () => {
  test('refuse every call and change nothing, until they are renewed', async () => {
    const account = new Account();
    const made = await account.create('ec2/vpc', 'v', vpc);
    account.world.credentials.expire();
    await expect(account.create('ec2/vpc', 'w', vpc)).rejects.toThrow('ExpiredTokenException');
    await expect(account.update(made, { enableDnsHostnames: true })).rejects.toThrow('ExpiredTokenException');
    await expect(account.delete(made)).rejects.toThrow('ExpiredTokenException');
    expect(() =>
      account.world.read({ type: 'aws:ec2/vpc:Vpc', urn: '', region: '', defaultTags: {} }, made.id),
    ).toThrow('ExpiredTokenException');
    expect(account.world.leftovers()).toEqual([made]);
    expect(made.inputs).toEqual(vpc);
    account.world.credentials.renew();
    await account.delete(made);
  });

  test('in the middle of a wait report what was begun, and AWS goes on', async () => {
    const account = new Account();
    account.world.credentials.expireIn(5);
    const creating = account.create('kms/key', 'k', {});
    await expect(creating).rejects.toMatchObject({ code: 'ExpiredTokenException', partial: { row: 'kms/key' } });
    account.world.clock.advance(60);
    expect(account.world.existing().map(({ state }) => state)).toEqual(['active']);
  });
});

describe('faults', () => {
  test('hit the operation that they are meant for, as often as said', async () => {
    const account = new Account();
    account.world.fault({ op: 'create', match: /::b$/, code: 'InternalFailure', message: 'no', times: 2 });
    await account.create('ec2/vpc', 'a', vpc);
    await expect(account.create('ec2/vpc', 'b', vpc)).rejects.toThrow('InternalFailure: no');
    await expect(account.create('ec2/vpc', 'b', vpc)).rejects.toThrow('InternalFailure: no');
    await account.create('ec2/vpc', 'b', vpc);
    expect(account.world.unfiredFaults()).toEqual([]);
  });

  test('can be aimed at the n-th operation, whatever it is', async () => {
    const account = new Account();
    account.world.failNth(3);
    const made = await account.create('ec2/vpc', 'a', vpc);
    await account.update(made, { enableDnsHostnames: true });
    await expect(account.delete(made)).rejects.toThrow('operation 3 of this run was made to fail');
    await account.delete(made);
  });

  test('hit changes, which are not made then', async () => {
    const account = new Account();
    const made = await account.create('ec2/vpc', 'a', vpc);
    account.world.fault({ op: 'update', code: 'X', message: 'x' });
    await expect(account.update(made, { enableDnsHostnames: true })).rejects.toThrow('X: x');
    expect(made.outputs['enableDnsHostnames']).toBe(false);
  });

  test('that never fired are told', async () => {
    const account = new Account();
    account.world.fault({ op: 'delete', match: /nothing/, code: 'X', message: 'x' });
    await account.create('ec2/vpc', 'a', vpc);
    expect(account.world.unfiredFaults()).toHaveLength(1);
  });

  test('leave nothing behind, or something that is not in order', async () => {
    const account = new Account();
    account.world.fault({ op: 'create', code: 'X', message: 'x' });
    await expect(account.create('ec2/vpc', 'a', vpc)).rejects.toThrow('X: x');
    expect(account.world.leftovers()).toEqual([]);
    account.world.fault({ op: 'create', code: 'X', message: 'x', partial: true });
    await expect(account.create('ec2/vpc', 'a', vpc)).rejects.toMatchObject({ partial: { state: 'failed' } });
    expect(account.world.leftovers()).toHaveLength(1);
  });
});

describe('operations on what is busy', () => {
  test('what is being deleted is read until it is gone', async () => {
    const account = new Account();
    const address = await account.create('ec2/eip', 'e', {});
    const deleting = account.delete(address);
    expect(account.read(address)).toBe(address);
    await deleting;
    expect(account.read(address)).toBeUndefined();
  });

  test('a key that waits for its end is not read any more', async () => {
    const account = new Account();
    const key = await account.create('kms/key', 'k', {});
    await account.delete(key);
    expect(account.read(key)).toBeUndefined();
  });

  test('wait for it', async () => {
    const account = new Account();
    const controller = new AbortController();
    const creating = account.create('kms/key', 'k', {}, controller.signal);
    await account.world.clock.sleep(1);
    controller.abort(new Error('stop'));
    await expect(creating).rejects.toMatchObject({ code: 'RequestCanceled' });
    const [key] = account.world.existing();
    if (!key) throw new Error('no key');
    expect(key.state).toBe('creating');
    await account.update(key, { description: 'secrets' });
    expect(key.outputs['description']).toBe('secrets');
    // 15 s to make it, 15 s to change it.
    expect(account.world.clock.now() - key.createdAt).toBeGreaterThanOrEqual(30);
  });

  test('wait for it before they delete it', async () => {
    const account = new Account();
    const controller = new AbortController();
    const creating = account.create('ec2/natGateway', 'n', {}, controller.signal).catch(() => undefined);
    await account.world.clock.sleep(1);
    controller.abort(new Error('stop'));
    await creating;
    const [nat] = account.world.existing();
    if (!nat) throw new Error('no NAT gateway');
    await account.delete(nat);
    expect(account.world.clock.now() - nat.createdAt).toBeGreaterThanOrEqual(105 + 55);
    expect(account.world.leftovers()).toEqual([]);
  });

  test('a delete that was begun already is waited for', async () => {
    const account = new Account();
    const made = await account.create('ec2/eip', 'e', {});
    await Promise.all([account.delete(made), account.delete(made)]);
    expect(account.world.leftovers()).toEqual([]);
  });
});

test('spans say when each operation began and ended on the virtual clock, and how', async () => {
  const account = new Account();
  const made = await account.create('kms/key', 'k', {});
  await account.world.clock.sleep(100);
  account.world.fault({ op: 'delete', code: 'X', message: 'x' });
  await expect(account.delete(made)).rejects.toThrow();
  expect(account.world.spans).toEqual([
    { op: 'create', type: 'aws:kms/key:X', urn: containing('::k'), start: 0, end: 15 },
    expect.objectContaining({ op: 'delete', start: 115, error: 'api error X: x' }),
  ]);
});

test('what was there before is found and is no leftover', async () => {
  const account = new Account();
  const zone = account.world.seed('route53/zone', { name: 'example.com' });
  const inputs = { zoneId: zone.id, name: 'faces.example.com', type: 'A' };
  const record = await account.create('route53/record', 'r', inputs);
  expect(account.world.leftovers()).toEqual([record]);
  await expect(account.create('route53/record', 'r', { ...inputs, zoneId: 'Z0' })).rejects.toThrow('NoSuchHostedZone');
});

test('a world can be stored, read again and gone on with', async () => {
  const account = new Account();
  const made = await account.create('ec2/vpc', 'v', vpc);
  const other = new Account();
  const stored = JSON.parse(JSON.stringify(account.world)) as StoredWorld;
  other.world.restore(stored);
  expect(other.world.leftovers()).toEqual([made]);
  expect(other.world.clock.now()).toBe(account.world.clock.now());
  const subnet = await other.create('ec2/subnet', 's', { vpcId: made.id, cidrBlock: '10.0.0.0/24' });
  expect(subnet.id).not.toBe(made.id);
  await expect(other.delete(made)).rejects.toThrow('DependencyViolation');
});

test('a fork of a world goes its own way', async () => {
  const account = new Account();
  const made = await account.create('ec2/vpc', 'v', vpc);
  const fork = account.world.fork();
  await account.delete(made);
  expect(fork.leftovers()).toEqual([expect.objectContaining({ id: made.id, state: 'active' })]);
  expect(account.world.leftovers()).toEqual([]);
});

test('who comes back later finds done what was begun', async () => {
  const account = new Account();
  const controller = new AbortController();
  const creating = account.create('kms/key', 'k', {}, controller.signal).catch(() => undefined);
  await account.world.clock.sleep(1);
  account.world.comeBackLater();
  expect(account.world.existing().map(({ state }) => state)).toEqual(['creating']);
  controller.abort(new Error('stop'));
  await creating;
  account.world.comeBackLater();
  expect(account.world.existing().map(({ state }) => state)).toEqual(['active']);
});
