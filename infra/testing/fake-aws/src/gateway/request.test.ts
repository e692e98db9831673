import { createHash } from 'node:crypto';
import { Account, apiDocument, cluster, link, nodeGroup, restApi } from '../../test/account.js';
import { Objects } from '../../test/service.js';
import { textAt } from '../account/paths.js';
import { answerRequest, type GatewayRequest } from './request.js';
import { serveGateway } from './serve.js';

const nodePort = 30080;
const key = 'a-value-of-twenty-letters';

/** Everything between a client and a pod. */
async function whole(auth: { readonly keysSecret?: string } = {}) {
  const account = new Account();
  const parts = await cluster(account);
  const group = await nodeGroup(account, parts, 'cpu');
  const gate = await link(account, parts);
  const target = await account.create('lb/targetGroup', 'faces', {
    name: 'faces',
    port: nodePort,
    protocol: 'TCP',
    vpcId: parts.vpcId,
  });
  const listener = await account.create('lb/listener', 'faces', {
    loadBalancerArn: gate.balancer.arn,
    port: 80,
    defaultActions: [{ type: 'forward', targetGroupArn: target.arn }],
  });
  const attachment = await account.create('autoscaling/attachment', 'cpu', {
    autoscalingGroupName: `eks-cpu-${group.digits}`,
    lbTargetGroupArn: target.arn,
  });
  const own = await account.create('ec2/securityGroup', 'balancer', { name: 'balancer', vpcId: parts.vpcId });
  await account.update(gate.balancer, { securityGroups: [own.id] });
  const allow = (name: string, securityGroupId: string, referencedSecurityGroupId: string, port: number) => {
    const inputs = { securityGroupId, referencedSecurityGroupId, ipProtocol: 'tcp', fromPort: port, toPort: port };
    return account.create('vpc/securityGroupIngressRule', name, inputs);
  };
  const intoBalancer = await allow('link', own.id, gate.group.id, 80);
  const intoNodes = await allow(
    'nodes',
    textAt(parts.cluster.outputs, 'vpcConfig.clusterSecurityGroupId'),
    own.id,
    nodePort,
  );
  const api = await restApi(account, gate);
  const objects = new Objects(account.world, account.world.kubernetes.of('faces'));
  await objects.namespace();
  await objects.operator();
  const model = await objects.model();
  if (auth.keysSecret !== undefined) {
    const sha256 = createHash('sha256').update(key).digest('hex');
    const file = JSON.stringify({ clients: [{ name: 'one', sha256 }] });
    await objects.create('kubernetes:core/v1:Secret', auth.keysSecret, {
      data: { 'keys.json': Buffer.from(file).toString('base64') },
    });
  }
  const faces = await objects.faces(auth.keysSecret === undefined ? {} : { auth: { mode: 'ApiKey', ...auth } });
  const selector = { 'app.kubernetes.io/instance': 'faces' };
  const service = await objects.service({ type: 'NodePort', selector, ports: [{ port: 80, nodePort }] });
  return {
    account,
    ...parts,
    ...gate,
    ...api,
    group,
    target,
    listener,
    attachment,
    intoBalancer,
    intoNodes,
    objects,
    model,
    faces,
    service,
  };
}

type Whole = Awaited<ReturnType<typeof whole>>;

const ask = (
  { account, api }: Pick<Whole, 'account' | 'api'>,
  change: Partial<GatewayRequest> & { readonly rest?: string } = {},
) =>
  answerRequest(account.world, {
    verb: 'POST',
    api: api.id,
    path: `/live/${change.rest ?? 'compare'}`,
    key: undefined,
    authorization: undefined,
    bytes: 1000,
    ...change,
  });

test('a comparison is answered when everything is in place', async () => {
  const parts = await whole();
  expect(ask(parts)).toMatchObject({
    status: 200,
    body: { FaceModelVersion: '2.0.0', FaceMatches: [{ Similarity: 100 }] },
  });
});

describe('a comparison times out', () => {
  test.each<[string, (parts: Whole) => Promise<unknown>]>([
    ['without the listener', ({ account, listener }) => account.delete(listener)],
    ['when no node group is attached', ({ account, attachment }) => account.delete(attachment)],
    ['when the nodes are gone', ({ account, group }) => account.delete(group)],
    ['when no rule lets the link into the load balancer', ({ account, intoBalancer }) => account.delete(intoBalancer)],
    ['when no rule lets the load balancer into the nodes', ({ account, intoNodes }) => account.delete(intoNodes)],
    ['without the Service', ({ objects, service }) => objects.delete(service)],
    ['without the FaceComparison', ({ objects, faces }) => objects.delete(faces)],
    ['without the model', ({ objects, model }) => objects.delete(model)],
  ])('%s', async (_, remove) => {
    const parts = await whole();
    expect(ask(parts)).toMatchObject({ status: 200 });
    await remove(parts);
    expect(ask(parts)).toMatchObject({ status: 504 });
  });
});

describe('API Gateway refuses', () => {
  test('a stage that does not exist', async () => {
    const parts = await whole();
    await parts.account.delete(parts.stage);
    expect(ask(parts)).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
  });

  test('a path or method that the document does not have', async () => {
    const parts = await whole();
    expect(ask(parts, { rest: 'metrics' })).toMatchObject({
      status: 403,
      body: { message: 'Missing Authentication Token' },
    });
    expect(ask(parts, { verb: 'GET' })).toMatchObject({ status: 403 });
  });

  test('more than 10 MB', async () => {
    expect(ask(await whole(), { bytes: 10 * 1024 * 1024 + 1 })).toMatchObject({ status: 413 });
  });

  test('a request without a signature where one is asked for', async () => {
    const parts = await whole();
    const schemes = {
      sigv4: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
    };
    const body = apiDocument(parts, { security: [{ sigv4: [] }], components: { securitySchemes: schemes } });
    await parts.account.update(parts.api, { body });
    expect(ask(parts)).toMatchObject({ status: 403 });
    expect(ask(parts, { authorization: 'AWS4-HMAC-SHA256 Credential=x' })).toMatchObject({ status: 200 });
  });

  test('a key that no usage plan of the stage has', async () => {
    const parts = await whole();
    const { account, api } = parts;
    const schemes = { key: { type: 'apiKey', name: 'x-api-key', in: 'header' } };
    await account.update(api, {
      body: apiDocument(parts, { security: [{ key: [] }], components: { securitySchemes: schemes } }),
    });
    const made = await account.create('apigateway/apiKey', 'one', { name: 'one', value: key });
    const plan = await account.create('apigateway/usagePlan', 'one', {
      name: 'one',
      apiStages: [{ apiId: api.id, stage: 'live' }],
    });
    expect(ask(parts, { key })).toMatchObject({ status: 403 });
    await account.create('apigateway/usagePlanKey', 'one', {
      keyId: made.id,
      keyType: 'API_KEY',
      usagePlanId: plan.id,
    });
    expect(ask(parts, { key })).toMatchObject({ status: 200 });
    expect(ask(parts, { key: 'another-value-of-twenty' })).toMatchObject({ status: 403 });
    await account.update(made, { enabled: false });
    expect(ask(parts, { key })).toMatchObject({ status: 403 });
  });
});

test('the service looks at the key, too', async () => {
  const parts = await whole({ keysSecret: 'faces-keys' });
  expect(ask(parts)).toMatchObject({ status: 401 });
  expect(ask(parts, { key })).toMatchObject({ status: 200 });
});

test('is served over HTTP to who names the host of the stage', async () => {
  const { account, stage } = await whole();
  const served = await serveGateway(account.world);
  const { host, pathname } = new URL(textAt(stage.outputs, 'invokeUrl'));
  const send = (headers: Readonly<Record<string, string>>) =>
    fetch(`http://127.0.0.1:${served.port}${pathname}/compare`, { method: 'POST', body: 'photo', headers });
  try {
    const response = await send({ 'x-forwarded-host': host });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ FaceModelVersion: '2.0.0' });
    expect((await send({})).status).toBe(403);
  } finally {
    served.close();
  }
});
