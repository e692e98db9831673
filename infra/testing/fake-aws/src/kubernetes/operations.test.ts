import { Account, cluster, nodeGroup, role } from '../../test/account.js';
import { Objects } from '../../test/service.js';

const gpu = {
  amiType: 'AL2023_x86_64_NVIDIA',
  instanceTypes: ['g5.xlarge'],
  taints: [{ key: 'nvidia.com/gpu', effect: 'NO_SCHEDULE' }],
};

async function ready(nodes = true) {
  const account = new Account();
  const parts = await cluster(account);
  const group = nodes ? await nodeGroup(account, parts, 'cpu') : undefined;
  const objects = new Objects(account.world, account.world.kubernetes.of('faces'));
  return { account, parts, group, objects };
}

async function withOperator() {
  const all = await ready();
  await all.objects.namespace();
  await all.objects.operator();
  return all;
}

describe('an object', () => {
  test('needs its namespace and a name of its own', async () => {
    const { objects } = await ready();
    const secret = () => objects.create('kubernetes:core/v1:Secret', 'keys');
    await expect(secret()).rejects.toThrow('namespaces "faces" not found');
    await objects.namespace();
    await secret();
    await expect(secret()).rejects.toThrow('already exists');
  });

  test('of an unknown kind is an error that says where to add it', async () => {
    const { objects } = await withOperator();
    await expect(objects.create('kubernetes:example.com/v1:Thing', 'x')).rejects.toThrow(
      'the fake has no kind example.com/v1/Thing',
    );
  });

  test('goes with its namespace', async () => {
    const { objects } = await ready();
    const namespace = await objects.namespace();
    await objects.create('kubernetes:core/v1:Secret', 'keys');
    await objects.delete(namespace);
    expect(objects.cluster.all()).toEqual([]);
  });

  test('that is gone already is deleted without an error', async () => {
    const { objects } = await ready();
    const namespace = await objects.namespace();
    await objects.delete(namespace);
    await objects.delete(namespace);
  });
});

describe('what a chart defines', () => {
  test('can be made once the chart is installed, and goes with it', async () => {
    const { objects } = await ready();
    await objects.namespace();
    await expect(objects.model()).rejects.toThrow(
      'no matches for kind "FaceModel" in version "face-comparison.dev/v1alpha1"',
    );
    const operator = await objects.operator();
    await objects.model();
    await objects.delete(operator);
    expect(objects.cluster.of('face-comparison.dev/v1alpha1/FaceModel')).toEqual([]);
    await expect(objects.model()).rejects.toThrow('no matches for kind');
  });

  test('stays when the chart keeps it, as it does by default', async () => {
    const { objects } = await ready();
    await objects.namespace();
    const operator = await objects.release('../../charts/face-comparison-operator');
    await objects.model();
    await objects.delete(operator);
    expect(objects.cluster.of('face-comparison.dev/v1alpha1/FaceModel')).toHaveLength(1);
  });
});

describe('a release', () => {
  test('waits for a node that takes its pods', async () => {
    const { account, parts, objects } = await ready(false);
    await objects.namespace();
    const installing = objects.release('cluster-autoscaler');
    await nodeGroup(account, parts, 'cpu');
    expect((await installing).status['status']).toBe('deployed');
  });

  test('that gets no node stays as a failed one, or is taken back when it is atomic', async () => {
    const { objects } = await ready(false);
    await objects.namespace();
    await expect(objects.release('cluster-autoscaler')).rejects.toThrow('no CPU node');
    expect(objects.cluster.releaseOf('cluster-autoscaler')).toBeDefined();
    await expect(objects.release('other', { atomic: true })).rejects.toThrow(
      'has been uninstalled due to atomic being set',
    );
    expect(objects.cluster.releaseOf('other')).toBeUndefined();
  });

  test('of a DaemonSet or one that is not waited for needs no node', async () => {
    const { objects } = await ready(false);
    await objects.namespace();
    await objects.release('nvidia-device-plugin');
    await objects.release('cluster-autoscaler', { skipAwait: true });
  });

  test('has a name of its own', async () => {
    const { objects } = await withOperator();
    await expect(objects.operator()).rejects.toThrow('cannot re-use a name that is still in use');
  });
});

describe('a FaceComparison becomes ready', () => {
  test('with an operator, a model and a node', async () => {
    const { objects } = await withOperator();
    await objects.model();
    const faces = await objects.faces();
    expect(faces.status['conditions']).toEqual([expect.objectContaining({ type: 'Ready', status: 'True' })]);
  });

  test('not without its model', async () => {
    const { objects } = await withOperator();
    await expect(objects.faces()).rejects.toThrow('the FaceModel default does not exist');
  });

  test('not without its keys', async () => {
    const { objects } = await withOperator();
    await objects.model();
    await expect(objects.faces({ auth: { mode: 'ApiKey', keysSecret: 'keys' } })).rejects.toThrow(
      'the Secret keys does not exist',
    );
  });

  test('not when its nodes are gone', async () => {
    const { account, group, objects } = await withOperator();
    await objects.model();
    if (group) await account.delete(group);
    await expect(objects.faces()).rejects.toThrow('no CPU node');
  });

  test('on GPUs with GPU nodes and the device plugin', async () => {
    const { account, parts, objects } = await withOperator();
    await objects.model();
    const onGpu = { accelerator: { type: 'nvidia' } };
    const faces = await objects.faces(onGpu).catch((error: unknown) => {
      expect(String(error)).toContain('no node with nvidia.com/gpu');
      return objects.cluster.of('face-comparison.dev/v1alpha1/FaceComparison')[0];
    });
    if (!faces) throw new Error('no FaceComparison');
    await nodeGroup(account, parts, 'gpu', gpu);
    await expect(objects.update(faces, faces.inputs)).rejects.toThrow('no device plugin reports nvidia.com/gpu');
    await objects.release('nvidia-device-plugin');
    await objects.update(faces, faces.inputs);
  });

  test('on GPU nodes that the autoscaler starts', async () => {
    const { account, parts, objects } = await withOperator();
    await objects.model();
    await objects.release('nvidia-device-plugin');
    await nodeGroup(account, parts, 'gpu', { ...gpu, scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 4 } });
    const onGpu = { accelerator: { type: 'nvidia' } };
    await expect(objects.faces(onGpu)).rejects.toThrow('no node with nvidia.com/gpu');
    await objects.release('cluster-autoscaler');
    const [faces] = objects.cluster.of('face-comparison.dev/v1alpha1/FaceComparison');
    if (faces) await objects.update(faces, faces.inputs);
  });

  test('with a model in a bucket once its service account may read it, and an agent says so', async () => {
    const { account, objects } = await withOperator();
    await objects.model('s3://models/manifest.json');
    await expect(objects.faces()).rejects.toThrow('no Pod Identity for the service account faces/faces');
    const { role: reader } = await role(account, 'reader', 'pods.eks.amazonaws.com', []);
    const inputs = { clusterName: 'faces', namespace: 'faces', serviceAccount: 'faces', roleArn: reader.arn };
    await account.create('eks/podIdentityAssociation', 'reader', inputs);
    const [faces] = objects.cluster.of('face-comparison.dev/v1alpha1/FaceComparison');
    if (!faces) throw new Error('no FaceComparison');
    await expect(objects.update(faces, faces.inputs)).rejects.toThrow('no Pod Identity');
    const addonName = 'eks-pod-identity-agent';
    await account.create('eks/addon', addonName, { clusterName: 'faces', addonName });
    await objects.update(faces, faces.inputs);
  });
});

describe('an update', () => {
  test('of what does not exist is refused', async () => {
    const { objects } = await ready();
    const namespace = await objects.namespace();
    await objects.delete(namespace);
    await expect(objects.update(namespace, {})).rejects.toThrow('v1/Namespace "faces" not found');
  });

  test('leaves alone what the program ignores', async () => {
    const { objects } = await withOperator();
    await objects.model();
    const faces = await objects.faces({ replicas: 2 });
    faces.inputs = { ...faces.inputs, spec: { model: 'newer', replicas: 2 } };
    await objects.create('kubernetes:face-comparison.dev/v1alpha1:FaceModel', 'newer', { spec: {} });
    await objects.update(faces, { ...faces.inputs, spec: { model: 'default', replicas: 3 } }, ['spec.model']);
    expect(faces.inputs['spec']).toEqual({ model: 'newer', replicas: 3 });
  });
});

describe('a Service of type LoadBalancer', () => {
  test('makes a load balancer that a living cluster deletes', async () => {
    const { account, objects } = await withOperator();
    const service = await objects.service({ type: 'LoadBalancer' });
    expect(account.world.leftovers().filter(({ row }) => row === 'lb/loadBalancer')).toHaveLength(1);
    await objects.delete(service);
    account.world.clock.advance(200);
    expect(account.world.leftovers().filter(({ row }) => row === 'lb/loadBalancer')).toEqual([]);
  });

  test('is left behind when its cluster goes first, and holds the subnets', async () => {
    const { account, parts, group, objects } = await withOperator();
    await objects.service({ type: 'LoadBalancer' });
    if (group) await account.delete(group);
    await account.delete(parts.cluster);
    account.world.clock.advance(24 * 3600);
    expect(account.world.leftovers().map(({ origin }) => origin)).toContain(
      'load balancer of Service faces/faces-port in cluster faces',
    );
    const [subnet] = parts.subnets;
    if (subnet) await expect(account.delete(subnet)).rejects.toThrow('DependencyViolation');
  });
});
