import { Account, cluster, nodeGroup } from '../../test/account.js';
import { Engine, InitError, urnOf } from '../../test/engine.js';
import { matching } from '../../test/matchers.js';
import { asSecret } from '../provider/wire.js';
import type { Served } from '../provider/serve.js';
import { VirtualClock } from '../account/clock.js';
import { World } from '../world/world.js';
import { serveKubernetes } from './provider.js';

const namespaceUrn = urnOf('kubernetes:core/v1:Namespace', 'namespace');
const secretUrn = urnOf('kubernetes:core/v1:Secret', 'keys');
const releaseUrn = urnOf('kubernetes:helm.sh/v3:Release', 'operator');
const faces = { metadata: { name: 'faces' } };

let account: Account;
let served: Served;
let engine: Engine;
let environment: Record<string, string>;

beforeEach(async () => {
  account = new Account();
  environment = {};
  served = await serveKubernetes(account.world, { environment });
  engine = new Engine(served.port);
});

afterEach(() => {
  engine.close();
  served.close();
});

/** A provider resource for the cluster, as the platform's kubeconfig makes it. */
async function connected() {
  const parts = await cluster(account);
  await nodeGroup(account, parts, 'cpu');
  await engine.configure({
    kubeconfig: JSON.stringify({ clusters: [{ cluster: { server: parts.cluster.outputs['endpoint'] } }] }),
  });
  return parts;
}

describe('objects', () => {
  test('are made, found as they are, changed and deleted', async () => {
    await connected();
    const namespace = await engine.create(namespaceUrn, faces);
    expect(namespace.id).toBe('faces');
    expect(await engine.read(namespace)).toEqual(namespace);
    expect((await engine.diff(namespace, namespace.inputs)).changed).toEqual([]);
    const labelled = await engine.update(namespace, { metadata: { name: 'faces', labels: { a: 'b' } } });
    expect(labelled.outputs['metadata']).toMatchObject({ labels: { a: 'b' }, generation: 2 });
    await engine.delete(namespace);
    expect(await engine.read(namespace)).toBeUndefined();
  });

  test('of another name or namespace are other objects', async () => {
    await connected();
    await engine.create(namespaceUrn, faces);
    const secret = await engine.create(secretUrn, { metadata: { name: 'keys', namespace: 'faces' }, data: {} });
    const moved = await engine.diff(secret, { ...secret.inputs, metadata: { name: 'keys', namespace: 'other' } });
    expect(moved).toMatchObject({ replaces: ['metadata.namespace'], deleteBeforeReplace: false });
    expect((await engine.diff(secret, { ...secret.inputs, data: { a: 'Yg==' } })).replaces).toEqual([]);
  });

  test('without a name get one that stays', async () => {
    const { inputs } = await engine.check(namespaceUrn, {});
    expect(inputs['metadata']).toEqual({ name: matching(/^namespace-[0-9a-f]{8}$/) });
    const again = await engine.check(namespaceUrn, {}, { ...inputs, metadata: { name: 'namespace-of-before' } });
    expect(again.inputs['metadata']).toEqual({ name: 'namespace-of-before' });
  });

  test('keep the data of a Secret secret', async () => {
    await connected();
    await engine.create(namespaceUrn, faces);
    const inputs = { metadata: { name: 'keys', namespace: 'faces' }, stringData: asSecret({ 'keys.json': 'hidden' }) };
    const secret = await engine.create(secretUrn, inputs);
    expect(secret.outputs['stringData']).toEqual(asSecret({ 'keys.json': 'hidden' }));
    expect((await engine.read(secret))?.inputs['stringData']).toEqual(asSecret({ 'keys.json': 'hidden' }));
  });

  test('that are not ready in time are reported with their id', async () => {
    const parts = await connected();
    await engine.create(namespaceUrn, faces);
    const [group] = account.world.entities.of('eks/nodeGroup');
    if (group) await account.delete(group);
    const error = await engine
      .create(releaseUrn, { name: 'operator', namespace: 'faces', chart: 'operator' })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InitError);
    expect(String(error)).toContain('timed out waiting for it to be ready');
    await nodeGroup(account, parts, 'cpu');
    if (error instanceof InitError) await engine.update(error.kept, {});
  });
});

describe('a cluster', () => {
  const unreachable = 'configured Kubernetes cluster is unreachable';

  test('is not there for a kubeconfig without one', async () => {
    await expect(engine.create(namespaceUrn, faces)).rejects.toThrow(unreachable);
  });

  test('without EKS is reached when the world has one', async () => {
    const ambient = account.world.kubernetes.addAmbient();
    await engine.create(namespaceUrn, faces);
    expect(ambient.all()).toHaveLength(1);
  });

  test('that is deleted is not found', async () => {
    const parts = await connected();
    const [group] = account.world.entities.of('eks/nodeGroup');
    if (group) await account.delete(group);
    await account.delete(parts.cluster);
    await expect(engine.create(namespaceUrn, faces)).rejects.toThrow('no such host');
  });

  test('behind a network that is cut keeps its objects, and lets them go with the rescue', async () => {
    await connected();
    const namespace = await engine.create(namespaceUrn, faces);
    account.world.kubernetes.cutNetwork();
    await expect(engine.delete(namespace)).rejects.toThrow(
      'retry with the environment variable PULUMI_K8S_DELETE_UNREACHABLE=true',
    );
    await expect(engine.read(namespace)).rejects.toThrow(unreachable);
    environment['PULUMI_K8S_DELETE_UNREACHABLE'] = 'true';
    expect(await engine.read(namespace)).toBeUndefined();
    await engine.delete(namespace);
    account.world.kubernetes.restoreNetwork();
    expect(await engine.read(namespace)).toBeDefined();
  });

  test('lets its objects go when the provider resource says so', async () => {
    await connected();
    const namespace = await engine.create(namespaceUrn, faces);
    await engine.configure({ kubeconfig: 'https://gone.eks.amazonaws.com', deleteUnreachable: 'true' });
    await engine.delete(namespace);
  });

  test('asks for AWS credentials that are valid', async () => {
    await connected();
    account.world.credentials.expire();
    await expect(engine.create(namespaceUrn, faces)).rejects.toThrow('ExpiredToken');
  });

  test('admits its creator unless it was told not to, and then who has an access entry', async () => {
    const parts = await cluster(account, {
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
    });
    await engine.configure({ kubeconfig: String(parts.cluster.outputs['endpoint']) });
    await expect(engine.create(namespaceUrn, faces)).rejects.toThrow('no access entry for the caller');
    const principalArn = 'arn:aws:iam::123456789012:user/tester';
    await account.create('eks/accessEntry', 'tester', { clusterName: 'faces', principalArn });
    await engine.create(namespaceUrn, faces);
  });
});

test('a fault hits objects, too', async () => {
  await connected();
  account.world.failNth(1);
  await expect(engine.create(namespaceUrn, faces)).rejects.toThrow('operation 1 of this run was made to fail');
  await engine.create(namespaceUrn, faces);
});

test('cancelling ends a wait at once and reports the object that was made', async () => {
  // Its clock never jumps by itself.
  const still = new World({ clock: new VirtualClock(600_000) });
  const ambient = still.kubernetes.addAmbient();
  const other = await serveKubernetes(still, { environment });
  const client = new Engine(other.port);
  const creating = client.create(namespaceUrn, faces).catch((caught: unknown) => caught);
  while (ambient.all().length === 0) await new Promise((resolve) => setImmediate(resolve));
  await client.cancel();
  const error = await creating;
  expect(error).toBeInstanceOf(InitError);
  expect(error).toMatchObject({ kept: { id: 'faces' } });
  client.close();
  other.close();
});
