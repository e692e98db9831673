import { Engine, InitError, urnOf } from '../../test/engine.js';
import { matching } from '../../test/matchers.js';
import { VirtualClock } from '../account/clock.js';
import { World } from '../world/world.js';
import { serveAws } from './aws.js';
import type { Served } from './serve.js';
import { asSecret, unknownValue } from './wire.js';

const vpcUrn = urnOf('aws:ec2/vpc:Vpc', 'main');
const roleUrn = urnOf('aws:iam/role:Role', 'nodes');
const keyUrn = urnOf('aws:apigateway/apiKey:ApiKey', 'client');
const logsUrn = urnOf('aws:cloudwatch/logGroup:LogGroup', 'logs');
const network = { cidrBlock: '10.0.0.0/16' };

let world: World;
let served: Served;
let engine: Engine;

beforeEach(async () => {
  world = new World({ clock: new VirtualClock(1) });
  served = await serveAws(world);
  engine = new Engine(served.port);
});

afterEach(() => {
  engine.close();
  served.close();
});

describe('check', () => {
  test('makes up a name that stays on the next run, and is new for a replacement', async () => {
    const first = await engine.check(roleUrn, { assumeRolePolicy: '{}' });
    expect(first.inputs).toEqual({
      assumeRolePolicy: '{}',
      name: matching(/^nodes-[0-9a-f]{7}$/),
      __defaults: ['name'],
    });
    const kept = { ...first.inputs, name: 'nodes-of-before' };
    expect((await engine.check(roleUrn, { assumeRolePolicy: '{}' }, kept)).inputs['name']).toBe('nodes-of-before');
    expect((await engine.check(roleUrn, { assumeRolePolicy: '{}' })).inputs['name']).toBe(first.inputs['name']);
  });

  test('takes a name that the program gives', async () => {
    const { inputs } = await engine.check(
      roleUrn,
      { assumeRolePolicy: '{}', name: 'mine' },
      { name: 'nodes-1', __defaults: ['name'] },
    );
    expect(inputs).toEqual({ assumeRolePolicy: '{}', name: 'mine', __defaults: [] });
  });

  test('names a required input that is missing, and takes one that is not known yet', async () => {
    expect((await engine.check(roleUrn, {})).failures).toEqual([
      expect.stringContaining('"assumeRolePolicy" is required'),
    ]);
    expect((await engine.check(roleUrn, { assumeRolePolicy: unknownValue })).failures).toEqual([]);
  });

  test('refuses an input that @pulumi/aws does not know', async () => {
    const { failures } = await engine.check(vpcUrn, { ...network, cidr: '10.0.0.0/8' });
    expect(failures).toEqual(['cidr: An argument named "cidr" is not expected here']);
  });

  test('refuses a name that AWS does not take', async () => {
    const { failures } = await engine.check(urnOf('aws:s3/bucket:Bucket', 'b'), { bucket: 'With_Capitals' });
    expect(failures).toEqual([expect.stringContaining('expected 3 to 63 lower-case letters')]);
  });

  test('says which row is missing for a type that the fake does not know', async () => {
    await expect(engine.check(urnOf('aws:sqs/queue:Queue', 'q'), {})).rejects.toThrow(
      'the fake has no row for aws:sqs/queue:Queue',
    );
  });
});

describe('preview', () => {
  test('creates nothing, and knows nothing but inputs and tags', async () => {
    await engine.configure({ defaultTags: { tags: { Project: 'faces' } } });
    const { inputs } = await engine.check(vpcUrn, network);
    const known = await engine.previewCreate(vpcUrn, inputs);
    expect(known).toMatchObject({
      ...network,
      tagsAll: { Project: 'faces' },
      arn: unknownValue,
      ownerId: unknownValue,
    });
    expect(Object.keys(known)).not.toContain('id');
    expect(Object.keys(known)).not.toContain('__defaults');
    expect(world.existing()).toEqual([]);
  });

  test('does not know what AWS adds deep inside of an input, and keeps it when that is changed', async () => {
    const urn = urnOf('aws:eks/cluster:Cluster', 'faces');
    const inputs = { name: 'faces', roleArn: unknownValue, vpcConfig: { subnetIds: [unknownValue] } };
    expect(await engine.previewCreate(urn, inputs)).toMatchObject({
      ...inputs,
      vpcConfig: { subnetIds: [unknownValue], clusterSecurityGroupId: unknownValue },
    });
    const outputs = { ...inputs, vpcConfig: { subnetIds: ['subnet-1'], clusterSecurityGroupId: 'sg-1' } };
    const changed = await engine.previewUpdate({ urn, id: 'faces', inputs, outputs }, { ...inputs, version: '1.35' });
    expect(changed).toMatchObject({ version: '1.35', vpcConfig: { clusterSecurityGroupId: 'sg-1' } });
  });

  test('says that the version of a launch template will be another', async () => {
    const template = await engine.create(urnOf('aws:ec2/launchTemplate:LaunchTemplate', 'gpu'), { name: 'gpu' });
    expect(template.outputs['latestVersion']).toBe(1);
    expect((await engine.previewUpdate(template, { name: 'gpu', ebsOptimized: 'true' }))['latestVersion']).toBe(
      unknownValue,
    );
    expect((await engine.update(template, { ebsOptimized: 'true' })).outputs['latestVersion']).toBe(2);
  });
});

describe('diff', () => {
  test('finds nothing when nothing changed', async () => {
    const vpc = await engine.create(vpcUrn, network);
    expect((await engine.diff(vpc, vpc.inputs)).changed).toEqual([]);
  });

  test('names the path of a change deep in the inputs', async () => {
    const inputs = {
      clusterName: 'c',
      nodeRoleArn: 'r',
      subnetIds: ['a', 'b'],
      scalingConfig: { minSize: 1, maxSize: 2, desiredSize: 1 },
    };
    const kept = { urn: urnOf('aws:eks/nodeGroup:NodeGroup', 'cpu'), id: 'c:cpu', inputs, outputs: inputs };
    const larger = { ...inputs, scalingConfig: { ...inputs.scalingConfig, maxSize: 4 } };
    expect(await engine.diff(kept, larger)).toMatchObject({
      paths: ['scalingConfig.maxSize'],
      changed: ['scalingConfig'],
      replaces: [],
    });
    const moved = await engine.diff(kept, { ...inputs, subnetIds: ['a', 'c'] });
    expect(moved).toMatchObject({ paths: ['subnetIds[1]'], replaces: ['subnetIds'] });
  });

  test('leaves out what the program ignores', async () => {
    const inputs = { clusterName: 'c', nodeRoleArn: 'r', subnetIds: [], scalingConfig: { desiredSize: 1 } };
    const kept = { urn: urnOf('aws:eks/nodeGroup:NodeGroup', 'cpu'), id: 'c:cpu', inputs, outputs: inputs };
    const news = { ...inputs, scalingConfig: { desiredSize: 3 } };
    expect((await engine.diff(kept, news, ['scalingConfig.desiredSize'])).changed).toEqual([]);
  });

  test('deletes first when the new one would have the name that the program gave', async () => {
    const named = await engine.create(roleUrn, { assumeRolePolicy: '{}', name: 'mine', path: '/a/' });
    expect(await engine.diff(named, { ...named.inputs, path: '/b/' })).toMatchObject({
      replaces: ['path'],
      deleteBeforeReplace: true,
    });
    const unnamed = await engine.create(urnOf('aws:iam/role:Role', 'other'), { assumeRolePolicy: '{}', path: '/a/' });
    expect((await engine.diff(unnamed, { ...unnamed.inputs, path: '/b/' })).deleteBeforeReplace).toBe(false);
  });

  test('finds changed default tags of the provider on everything that takes tags', async () => {
    await engine.configure({ region: 'eu-central-1', defaultTags: JSON.stringify({ tags: { Project: 'faces' } }) });
    const vpc = await engine.create(vpcUrn, { ...network, tags: { Name: 'main' } });
    expect(vpc.outputs['tagsAll']).toEqual({ Project: 'faces', Name: 'main' });
    expect(world.tagged('faces').map(({ id }) => id)).toEqual([vpc.id]);
    expect(vpc.outputs['arn']).toMatch(/^arn:aws:ec2:eu-central-1:123456789012:vpc\/vpc-[0-9a-f]{17}$/);
    await engine.configure({ defaultTags: JSON.stringify({ tags: { Project: 'people' } }) });
    expect((await engine.diff(vpc, vpc.inputs)).changed).toEqual(['tagsAll']);
    await engine.update(vpc, {});
    expect(world.tagged('faces')).toEqual([]);
  });

  test('keeps the tags when another provider resource without tags is configured', async () => {
    await engine.configure({ defaultTags: { tags: { Project: 'faces' } } });
    await engine.configure({ region: 'us-west-2' });
    expect((await engine.create(vpcUrn, network)).outputs['tagsAll']).toEqual({ Project: 'faces' });
  });
});

describe('read', () => {
  test('finds what is there as it was made, so that a refresh finds no drift', async () => {
    const vpc = await engine.create(vpcUrn, network);
    expect(await engine.read(vpc)).toEqual(vpc);
  });

  test('finds what somebody changed, and misses what somebody deleted', async () => {
    const vpc = await engine.create(vpcUrn, network);
    const [entity] = world.existing();
    if (entity) entity.outputs = { ...entity.outputs, enableDnsHostnames: true };
    expect((await engine.read(vpc))?.outputs['enableDnsHostnames']).toBe(true);
    if (entity) world.entities.remove(entity);
    expect(await engine.read(vpc)).toBeUndefined();
  });

  test('imports by id alone', async () => {
    const vpc = await engine.create(vpcUrn, network);
    const imported = await engine.read({ urn: vpcUrn, id: vpc.id, inputs: {}, outputs: {} });
    expect(imported?.inputs).toMatchObject(network);
  });
});

describe('delete', () => {
  test('of what is gone is a success', async () => {
    const vpc = await engine.create(vpcUrn, network);
    await engine.delete(vpc);
    await engine.delete(vpc);
    expect(world.leftovers()).toEqual([]);
  });
});

describe('secrets', () => {
  test('stay secrets in the outputs, and AWS gets them in clear', async () => {
    const key = await engine.create(keyUrn, { value: asSecret('a-value-of-twenty-letters') });
    expect(key.outputs['value']).toEqual(asSecret('a-value-of-twenty-letters'));
    expect(world.existing()[0]?.inputs['value']).toBe('a-value-of-twenty-letters');
    expect((await engine.read(key))?.inputs['value']).toEqual(asSecret('a-value-of-twenty-letters'));
  });

  test('an output that is sensitive is a secret without the program saying so', async () => {
    const key = await engine.create(keyUrn, {});
    expect(key.outputs['value']).toEqual(asSecret(matching(/^[0-9a-f]{40}$/)));
  });
});

describe('failures', () => {
  test('a resource that was made in spite of a failure is reported with its id, and an update heals it', async () => {
    world.fault({ op: 'create', match: /::logs$/, code: 'InternalFailure', message: 'try again', partial: true });
    const error = await engine.create(logsUrn, { name: 'logs' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InitError);
    if (!(error instanceof InitError)) return;
    expect(error.message).toContain('InternalFailure: try again');
    expect(error.kept).toMatchObject({ id: 'logs', inputs: { name: 'logs' } });
    await engine.update(error.kept, {});
    expect(world.existing().map(({ state }) => state)).toEqual(['active']);
    expect(world.unfiredFaults()).toEqual([]);
  });

  test('cancelling ends the wait at once, while AWS goes on', async () => {
    // Its clock never jumps by itself.
    const still = new World({ clock: new VirtualClock(600_000) });
    const other = await serveAws(still);
    const client = new Engine(other.port);
    const creating = client.create(urnOf('aws:kms/key:Key', 'secrets'), {}).catch((caught: unknown) => caught);
    while (still.entities.all().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await client.cancel();
    expect(await creating).toBeInstanceOf(InitError);
    expect(still.existing()[0]?.state).toBe('creating');
    still.clock.advance(60);
    expect(still.existing()[0]?.state).toBe('active');
    client.close();
    other.close();
  });
});

describe('functions', () => {
  test('answer with what the account and the region are', async () => {
    await engine.configure({ region: 'eu-west-1' });
    expect((await engine.invoke('aws:index/getRegion:getRegion'))['region']).toBe('eu-west-1');
    expect((await engine.invoke('aws:index/getAvailabilityZones:getAvailabilityZones'))['names']).toContain(
      'eu-west-1a',
    );
    expect((await engine.invoke('aws:index/getCallerIdentity:getCallerIdentity'))['accountId']).toBe('123456789012');
    await expect(engine.invoke('aws:sqs/getQueue:getQueue')).rejects.toThrow(
      'the fake has no function aws:sqs/getQueue:getQueue',
    );
  });

  test('write a policy in the words of IAM', async () => {
    const { json } = await engine.invoke('aws:iam/getPolicyDocument:getPolicyDocument', {
      statements: [
        {
          actions: ['s3:GetObject'],
          resources: ['arn:aws:s3:::b/*', 'arn:aws:s3:::c/*'],
          principals: [{ type: 'Service', identifiers: ['pods.eks.amazonaws.com'] }],
          conditions: [{ test: 'Bool', variable: 'aws:SecureTransport', values: ['true'] }],
        },
      ],
    });
    expect(JSON.parse(String(json))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: ['arn:aws:s3:::b/*', 'arn:aws:s3:::c/*'],
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Condition: { Bool: { 'aws:SecureTransport': 'true' } },
        },
      ],
    });
  });
});
