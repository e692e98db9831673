import { createHash } from 'node:crypto';
import { readSettings } from '@face-comparison/stack-config';
import { runtime } from '@pulumi/pulumi';

import { projectFile } from './project-folder.js';
import { INSIDE_MODEL, OPERATIONS, rules, SETTINGS, type Settings } from './settings.js';

const PROJECT = 'face-comparison-service';

/** Settings as `pulumi config set` would store them, and names of clients with a key. */
async function read(config: Readonly<Record<string, unknown>>, clientNames: readonly string[] = []): Promise<Settings> {
  await runtime.setMocks({ newResource: () => ({ id: '', state: {} }), call: () => ({}) }, PROJECT, 'test');
  runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => [
        `${PROJECT}:${key}`,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  );
  return readSettings(SETTINGS, { rules: rules(clientNames), secrets: ['keys'] });
}

/** The message of what is refused. */
async function refusal(
  config: Readonly<Record<string, unknown>>,
  clientNames: readonly string[] = [],
): Promise<string> {
  try {
    await read(config, clientNames);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('the settings were accepted');
}

const KUBERNETES = { target: 'kubernetes' };

describe('the settings of the service', () => {
  it('need nothing but the target on any cluster, and a key on AWS', async () => {
    expect(await read(KUBERNETES)).toMatchObject({
      name: 'faces',
      namespace: 'face-comparison',
      models: [INSIDE_MODEL],
      accelerator: 'none',
      operator: { install: true, crds: { install: true, keep: false } },
    });
    expect(await read({}, ['checkin'])).toMatchObject({ target: 'aws', gateway: { authentication: 'API_KEY' } });
  });

  it('say every mistake at once, each with its key, its value and what to type', async () => {
    const message = await refusal({
      target: 'azure',
      replicas: 0,
      gateway: { throttling: { burst: 'many' } },
      namspace: 'faces',
    });
    expect(message.split('\n')).toHaveLength(5);
    expect(message).toContain(
      `${PROJECT}:target is "azure", but must be "aws" or "kubernetes": pulumi config set target aws`,
    );
    expect(message).toContain(`${PROJECT}:replicas is 0, but must be`);
    expect(message).toContain(`${PROJECT}:gateway.throttling.burst is "many", but must be`);
    expect(message).toContain(`${PROJECT}:namspace is not a setting; did you mean namespace?`);
  });

  const CASES: readonly [string, Readonly<Record<string, unknown>>, readonly string[], string][] = [
    [
      'no key',
      {},
      [],
      'keys has no key, but gateway.authentication is API_KEY: pulumi config set --secret --path keys.',
    ],
    [
      'a key that nobody asks for',
      { gateway: { authentication: 'AWS_IAM' } },
      ['checkin'],
      'keys is set, but gateway.authentication is AWS_IAM, which asks nobody for a key: pulumi config rm keys',
    ],
    [
      'limits of a client without a key',
      { clients: { albums: { requestsPerSecond: 5 } } },
      ['checkin'],
      'clients has limits of albums, but there is no such key; there are checkin',
    ],
    [
      'keys of which none may compare',
      { clients: { checkin: { operations: ['analyzeFaces'] } } },
      ['checkin'],
      'keys has no client that may call compareFaces, but the deployment ends with a comparison',
    ],
    [
      'a model that is not there',
      { ...KUBERNETES, model: 'other' },
      [],
      'model is "other", but must be the name of one of',
    ],
    [
      'two models of a name',
      { ...KUBERNETES, models: [INSIDE_MODEL, INSIDE_MODEL] },
      [],
      'models has a name twice: default-2.0.0, default-2.0.0',
    ],
    [
      'replicas and autoscaling',
      { ...KUBERNETES, replicas: 3, autoscaling: { minReplicas: 1, maxReplicas: 2 } },
      [],
      'autoscaling is set and replicas is 3, but only one of them can decide: pulumi config rm replicas',
    ],
    [
      'an autoscaler that cannot scale',
      { ...KUBERNETES, autoscaling: { minReplicas: 3, maxReplicas: 2 } },
      [],
      'autoscaling.minReplicas is 3, but autoscaling.maxReplicas is 2',
    ],
    [
      'the platform of another target',
      { ...KUBERNETES, platformStack: 'organization/face-comparison-platform/dev' },
      [],
      'platformStack is set, but target is kubernetes: pulumi config rm platformStack',
    ],
    [
      'the cluster of another target',
      { kubernetes: { nodePort: 30080 } },
      ['checkin'],
      'kubernetes.nodePort is set, but target is aws',
    ],
    [
      'a role for no log',
      { gateway: { accessLogs: { setAccountRole: true } } },
      ['checkin'],
      'gateway.accessLogs.setAccountRole is true, but gateway.accessLogs.enabled is false',
    ],
    [
      'the image of an operator that is not installed',
      { ...KUBERNETES, operator: { install: false, image: 'x' } },
      [],
      'operator.image is set, but operator.install is false',
    ],
  ];
  it.each(CASES)('refuse %s', async (_, config, clientNames, message) => {
    expect(await refusal(config, clientNames)).toContain(`${PROJECT}:${message}`);
  });

  it('name the model that is inside the server image', () => {
    const manifest = projectFile('../../models/default/manifest.json');
    expect(INSIDE_MODEL.sha256).toBe(createHash('sha256').update(manifest).digest('hex'));
    expect(JSON.parse(manifest.toString('utf8'))).toMatchObject({ version: INSIDE_MODEL.version });
  });

  it('know the operations that ask for a key', () => {
    const contract = JSON.parse(projectFile('../../packages/contract/openapi.json').toString('utf8')) as {
      paths: Record<string, Record<string, { operationId: string; security: unknown[] }>>;
    };
    const secured = Object.values(contract.paths)
      .flatMap((item) => Object.values(item))
      .filter(({ security }) => security.length > 0)
      .map(({ operationId }) => operationId);
    expect([...OPERATIONS].sort()).toEqual(secured.sort());
  });
});
