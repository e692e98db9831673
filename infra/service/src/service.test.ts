import type { GraphResource, ResourceGraph } from '@face-comparison/resource-graph';
import fc from 'fast-check';
import { Check, Errors } from 'typebox/value';

import { brokenRules, onAws, onKubernetes, settingsWith, type Case } from '../test/arbitrary-settings.js';
import { PLATFORM } from '../test/platform.js';
import { keyOf, runService, type Run } from '../test/run-service.js';
import { projectFile } from './project-folder.js';

const FACE_COMPARISON = 'kubernetes:face-comparison.dev/v1alpha1:FaceComparison';
const FACE_MODEL = 'kubernetes:face-comparison.dev/v1alpha1:FaceModel';
const RELEASE = 'kubernetes:helm.sh/v3:Release';
const NAMESPACE = 'kubernetes:core/v1:Namespace';
const SECRET = 'kubernetes:core/v1:Secret';
const SERVICE = 'kubernetes:core/v1:Service';

/** The values that the chart of the operator takes. */
const VALUES = object(
  JSON.parse(projectFile('../../charts/face-comparison-operator/values.schema.json').toString('utf8')),
);

// One seed for all laws: each looks at the same settings, so the program need not run again for the next.
const RUNS = { numRuns: 15, seed: Date.now() & 0x7fffffff };
const ran = new Map<string, Promise<Run>>();

function run(one: Case): Promise<Run> {
  const key = JSON.stringify(one);
  const known = ran.get(key) ?? runService(one);
  ran.set(key, known);
  return known;
}

/** Holds a law against settings of all kinds. */
const law = (settings: fc.Arbitrary<Case>, holds: (graph: ResourceGraph, one: Case) => void): Promise<void> =>
  fc.assert(
    fc.asyncProperty(settings, async (one) => {
      holds((await run(one)).graph, one);
    }),
    RUNS,
  );

/** The kinds of the graph that are there, so that an order holds of something. */
const all = (graph: ResourceGraph, types: readonly string[]) => types.flatMap((type) => graph.ofType(type));

/** Each resource of a type goes before each of the next, where there are any. */
function expectOrder(graph: ResourceGraph, types: readonly (string | RegExp)[]): void {
  const present = types.filter((type) => graph.ofType(type).length > 0);
  for (const [index, type] of present.slice(1).entries()) {
    for (const later of graph.ofType(type)) {
      for (const first of graph.ofType(present[index] ?? '')) {
        expect([first.type, later.type, graph.isDestroyedAfter(later, first)]).toEqual([first.type, later.type, true]);
      }
    }
  }
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** What lies at a path of the inputs. */
function input(resource: GraphResource | undefined, ...path: string[]): unknown {
  return path.reduce<unknown>((value, step) => object(value)[step], resource?.inputs);
}

function apiDocument(graph: ResourceGraph): Readonly<Record<string, unknown>> {
  const [api] = graph.ofType('aws:apigateway/restApi:RestApi');
  return object(JSON.parse(String(input(api, 'body'))));
}

const AWS: Case = { settings: settingsWith({ target: 'aws' }), clientNames: ['checkin', 'albums'] };
const KUBERNETES: Case = { settings: settingsWith({ target: 'kubernetes' }), clientNames: [] };

describe.each([
  ['aws', onAws],
  ['kubernetes', onKubernetes],
])('any valid settings with target %s', (_, anywhere) => {
  it('are valid', () => {
    fc.assert(
      fc.property(anywhere, (one) => {
        expect(brokenRules(one)).toEqual([]);
      }),
    );
  });

  it('destroy the FaceComparison first, then the models, the operator, the keys and the namespace', () =>
    law(anywhere, (graph, one) => {
      expectOrder(graph, [FACE_COMPARISON, FACE_MODEL, RELEASE, SECRET, NAMESPACE]);
      for (const resource of graph.ofType(/^kubernetes:/)) {
        if (![NAMESPACE].includes(resource.type)) {
          const [namespace] = graph.ofType(NAMESPACE);
          if (namespace !== undefined) expect(graph.isDestroyedAfter(namespace, resource)).toBe(true);
        }
      }
      expect(all(graph, [FACE_COMPARISON, NAMESPACE])).toHaveLength(2);
      expect(graph.ofType(FACE_MODEL)).toHaveLength(one.settings.models.length);
    }));

  it('let Kubernetes make no load balancer', () =>
    law(anywhere, (graph, one) => {
      const types = graph.ofType(SERVICE).map((service) => input(service, 'spec', 'type'));
      const exposed = one.settings.target === 'aws' || one.settings.kubernetes.nodePort !== undefined;
      expect(types).toEqual(exposed ? ['NodePort'] : []);
      expect(graph.ofType(/:networking\.k8s\.io\/.*:Ingress$|PersistentVolume/)).toEqual([]);
    }));

  it('never have a key in clear: not in an input that is no secret, and not in an output', () =>
    law(anywhere, (graph, one) => {
      const keys = one.clientNames.map(keyOf);
      for (const { type, inputs, secretInputs } of graph.resources) {
        const plain = Object.entries(inputs).filter(([name]) => !secretInputs.includes(name));
        expect([type, keys.filter((key) => JSON.stringify(plain).includes(key))]).toEqual([type, []]);
      }
      expect(keys.filter((key) => JSON.stringify(graph.outputs).includes(key))).toEqual([]);
      for (const secret of graph.ofType(SECRET)) {
        expect(secret.secretInputs).toContain('data');
        expect(secret.secretOutputs).toContain('data');
      }
      for (const apiKey of graph.ofType('aws:apigateway/apiKey:ApiKey')) {
        expect(apiKey.secretInputs).toEqual(['value']);
        expect(apiKey.secretOutputs).toContain('value');
      }
    }));

  it('install the operator from its chart, with values that it takes', () =>
    law(anywhere, (graph) => {
      for (const release of graph.ofType(RELEASE)) {
        const values = release.inputs['values'];
        expect([Check(VALUES, values), Errors(VALUES, values)]).toEqual([true, []]);
        // The engine starts providers in the folder of the program that Pulumi.yaml names.
        const [, main = ''] = /^main: (.+)\/index\.js$/m.exec(projectFile('Pulumi.yaml').toString('utf8')) ?? [];
        const chart = projectFile(`${main}/${String(release.inputs['chart'])}/Chart.yaml`).toString('utf8');
        expect(chart).toContain('name: face-comparison-operator');
        expect(release.inputs).toMatchObject({ atomic: true, skipAwait: false, timeout: 300 });
      }
    }));

  it('leave the model to kubectl once it is deployed, and wait until the pods are ready', () =>
    law(anywhere, (graph) => {
      const faces = graph.get(FACE_COMPARISON, 'face-comparison');
      expect(faces.ignoreChanges).toEqual(['spec.model']);
      expect(input(faces, 'metadata', 'annotations')).toEqual({ 'pulumi.com/waitFor': 'condition=Ready' });
    }));
});

describe('any valid settings on AWS', () => {
  it('destroy what calls before what is called', () =>
    law(onAws, (graph) => {
      const apigateway = (type: string) => new RegExp(`^aws:apigateway/.*:${type}$`);
      expectOrder(graph, [
        apigateway('Stage'),
        apigateway('Deployment'),
        apigateway('RestApi'),
        'aws:apigatewayv2/vpcLink:VpcLink',
      ]);
      expectOrder(graph, [apigateway('UsagePlan'), apigateway('Stage')]);
      for (const planKey of graph.ofType(apigateway('UsagePlanKey'))) {
        for (const type of ['usagePlan:UsagePlan', 'apiKey:ApiKey']) {
          expect(graph.isDestroyedAfter(graph.get(`aws:apigateway/${type}`, planKey.name), planKey)).toBe(true);
        }
      }
      expectOrder(graph, [/WebAclAssociation$/, /:WebAcl$/]);
      expectOrder(graph, [/WebAclAssociation$/, apigateway('Stage')]);
      expectOrder(graph, [apigateway('BasePathMapping'), apigateway('Stage')]);
      expectOrder(graph, [apigateway('BasePathMapping'), apigateway('DomainName')]);
      expectOrder(graph, [/route53\/record:Record$/, apigateway('DomainName')]);
      // A stage that writes logs needs the role of the account, which needs its policy.
      expectOrder(graph, [
        apigateway('Stage'),
        apigateway('Account'),
        'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
        'aws:iam/role:Role',
      ]);
      expectOrder(graph, [apigateway('Stage'), 'aws:cloudwatch/logGroup:LogGroup']);
      // Pods have their role as long as they live.
      expectOrder(graph, [FACE_COMPARISON, 'aws:eks/podIdentityAssociation:PodIdentityAssociation']);
      expectOrder(graph, [RELEASE, 'aws:eks/podIdentityAssociation:PodIdentityAssociation']);
    }));

  it('make gateway and cluster at the same time: neither waits for the other', () =>
    law(onAws, (graph) => {
      const inCluster = graph.ofType(/^kubernetes:/);
      for (const front of graph.ofType(/^aws:(apigateway|apigatewayv2|wafv2|cloudwatch|route53|iam)/)) {
        for (const object of inCluster) {
          expect(graph.isMadeAfter(front, object) || graph.isMadeAfter(object, front)).toBe(false);
        }
      }
    }));

  it('tag all that is made, by the one provider', () =>
    law(onAws, (graph) => {
      const provider = graph.get('pulumi:providers:aws', 'aws');
      expect(object(JSON.parse(String(input(provider, 'defaultTags'))))).toEqual({
        tags: { CostCenter: '42', Project: 'face-comparison', Stack: 'test', ManagedBy: 'pulumi' },
      });
      expect(graph.ofType(/^aws:/).filter((resource) => resource.provider?.startsWith(provider.urn) !== true)).toEqual(
        [],
      );
    }));

  it('throttle every method, and each client', () =>
    law(onAws, (graph, one) => {
      const { requestsPerSecond, burst } = one.settings.gateway.throttling;
      const [limits, ...more] = graph.ofType('aws:apigateway/methodSettings:MethodSettings');
      expect(more).toEqual([]);
      expect(limits?.inputs).toMatchObject({
        methodPath: '*/*',
        settings: { throttlingRateLimit: requestsPerSecond, throttlingBurstLimit: burst, loggingLevel: 'OFF' },
      });
      const plans = graph.ofType('aws:apigateway/usagePlan:UsagePlan');
      expect(plans).toHaveLength(one.clientNames.length);
      for (const client of one.clientNames) {
        expect(graph.get('aws:apigateway/usagePlan:UsagePlan', `faces-${client}`).inputs).toMatchObject({
          throttleSettings: {
            rateLimit: one.settings.clients[client]?.requestsPerSecond ?? requestsPerSecond,
            burstLimit: one.settings.clients[client]?.burst ?? burst,
          },
        });
      }
    }));

  it('ask on every path for what was chosen, at the gateway and, for keys, in the pods', () =>
    law(onAws, (graph, one) => {
      const { authentication } = one.settings.gateway;
      const operations = Object.values(object(apiDocument(graph)['paths'])).flatMap((item) =>
        Object.values(object(item)),
      );
      const asked = { API_KEY: [{ api_key: [] }], AWS_IAM: [{ sigv4: [] }], NONE: [] }[authentication];
      expect(operations.length).toBeGreaterThan(5);
      for (const operation of operations) expect(object(operation)['security']).toEqual(asked);
      expect(input(graph.get(FACE_COMPARISON, 'face-comparison'), 'spec', 'auth')).toEqual(
        authentication === 'API_KEY' ? { mode: 'ApiKey', keysSecret: 'faces-keys' } : { mode: 'None' },
      );
    }));

  it('give rights to nobody: the role of the pods is that of the platform, the role of logs is AWS’s own', () =>
    law(onAws, (graph, one) => {
      const roles = graph.ofType('aws:eks/podIdentityAssociation:PodIdentityAssociation');
      expect(new Set(roles.map((role) => input(role, 'roleArn')))).toEqual(new Set([PLATFORM.modelReaderRoleArn]));
      expect(roles.map((role) => input(role, 'serviceAccount')).sort()).toEqual(
        one.settings.operator.install ? ['face-comparison-operator', 'faces'] : ['faces'],
      );
      expect(graph.ofType(/^aws:iam\/(?!role:Role$|rolePolicyAttachment:)/)).toEqual([]);
      expect(
        graph.ofType('aws:iam/rolePolicyAttachment:RolePolicyAttachment').map((one) => input(one, 'policyArn')),
      ).toEqual(
        one.settings.gateway.accessLogs.setAccountRole
          ? ['arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs']
          : [],
      );
      expect(graph.ofType(/^aws:ec2/)).toEqual([]);
    }));
});

describe('the service on AWS', () => {
  it('compares two photos through the stage with the key of a client, then tells its address', async () => {
    const { graph, comparisons } = await runService(AWS);
    expect(comparisons).toEqual([
      {
        url: 'https://api1.execute-api.eu-central-1.amazonaws.com/api',
        credentials: { kind: 'key', key: keyOf('albums') },
        deadlineMs: 300_000,
      },
    ]);
    expect(graph.outputs).toMatchObject({
      url: 'https://api1.execute-api.eu-central-1.amazonaws.com/api',
      faceModelVersion: '2.0.0',
      namespace: 'face-comparison',
      name: 'faces',
      access: expect.stringContaining('pulumi config get --path keys.albums') as unknown,
    });
  });

  it.each([
    ['AWS_IAM', { kind: 'aws', region: 'eu-central-1' }],
    ['NONE', { kind: 'none' }],
  ] as const)('calls as somebody who may, with %s', async (authentication, credentials) => {
    const settings = settingsWith({ target: 'aws' });
    const { comparisons } = await runService({
      settings: { ...settings, gateway: { ...settings.gateway, authentication } },
      clientNames: [],
    });
    expect(comparisons).toMatchObject([{ credentials }]);
  });

  it('calls through a domain whose record it has made, and past one whose record somebody else makes', async () => {
    const base = settingsWith({ target: 'aws' });
    const domain = { name: 'faces.example.com', certificateArn: 'arn:aws:acm:eu-central-1:1:certificate/1' };
    const withDomain = (zone: { zoneId?: string }): Case => ({
      settings: { ...base, gateway: { ...base.gateway, domain: { ...domain, ...zone } } },
      clientNames: ['checkin'],
    });
    const ours = await runService(withDomain({ zoneId: 'Z1' }));
    expect(ours.comparisons).toMatchObject([{ url: 'https://faces.example.com' }]);
    const theirs = await runService(withDomain({}));
    expect(theirs.comparisons).toMatchObject([{ url: 'https://api1.execute-api.eu-central-1.amazonaws.com/api' }]);
    expect(theirs.graph.outputs).toMatchObject({
      url: 'https://faces.example.com',
      domainTarget: 'd-1.execute-api.eu-central-1.amazonaws.com',
    });
  });

  it('compares nothing in a preview, nor where it need not wait', async () => {
    expect((await runService(AWS, true)).comparisons).toEqual([]);
    const { comparisons, graph } = await runService({
      ...AWS,
      settings: { ...AWS.settings, firstComparison: { wait: false, seconds: 300 } },
    });
    expect(comparisons).toEqual([]);
    expect(graph.outputs['faceModelVersion']).toMatch(/^unknown: firstComparison\.wait is false/);
  });

  it('runs the images of the registry of the platform, for GPUs another one', async () => {
    const { graph } = await runService(AWS);
    expect(input(graph.get(RELEASE, 'operator'), 'values')).toMatchObject({
      watchNamespaces: ['face-comparison'],
      image: { repository: PLATFORM.operatorRepository },
      serverImage: { repository: PLATFORM.serverRepository, tag: '0.1.0' },
      crds: { enabled: true, keep: false },
    });
    const gpu = await runService({ ...AWS, settings: { ...AWS.settings, accelerator: 'nvidia' } });
    expect(input(gpu.graph.get(FACE_COMPARISON, 'face-comparison'), 'spec')).toMatchObject({
      image: `${PLATFORM.serverRepository}:0.1.0-gpu`,
      accelerator: { type: 'nvidia' },
    });
  });

  it('deploys the stage anew when the document changes, and only then', async () => {
    const trigger = async (one: Case) => {
      const { graph } = await runService(one);
      return input(graph.get('aws:apigateway/deployment:Deployment', 'faces'), 'triggers', 'document');
    };
    const first = await trigger(AWS);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await trigger({ ...AWS, settings: { ...AWS.settings, replicas: 7 } })).toBe(first);
    const { gateway } = AWS.settings;
    const open: Case = {
      settings: { ...AWS.settings, gateway: { ...gateway, authentication: 'NONE' } },
      clientNames: [],
    };
    expect(await trigger(open)).not.toBe(first);
  });

  it('has as many alarms and dashboards as it says they cost', async () => {
    const { graph } = await runService(AWS);
    const bare = await runService({
      ...AWS,
      settings: {
        ...AWS.settings,
        gateway: { ...AWS.settings.gateway, dashboard: false, alarms: { enabled: false, notify: [] } },
      },
    });
    const idle = (run: ResourceGraph) => Number(object(run.outputs['cost'])['idleDollarsPerMonth']);
    const alarms = graph.ofType('aws:cloudwatch/metricAlarm:MetricAlarm');
    expect(graph.ofType('aws:cloudwatch/dashboard:Dashboard')).toHaveLength(1);
    expect(idle(graph) - idle(bare.graph)).toBeCloseTo(alarms.length * 0.1 + 3);
    expect(idle(bare.graph)).toBe(PLATFORM.monthlyCost.total);
  });
});

describe('the service on any cluster', () => {
  it('makes nothing on AWS', async () => {
    const { graph } = await runService(KUBERNETES);
    expect(graph.ofType(/aws/)).toEqual([]);
  });

  it('is Ready where it is not reached from here, and says that nothing was compared', async () => {
    const { graph, comparisons } = await runService(KUBERNETES);
    expect(comparisons).toEqual([]);
    expect(graph.outputs['url']).toBeUndefined();
    expect(graph.outputs['faceModelVersion']).toMatch(
      /^unknown: the FaceComparison is Ready, but kubernetes\.url is not set/,
    );
  });

  it('compares two photos through the address that the settings name', async () => {
    const settings = settingsWith({
      target: 'kubernetes',
      kubernetes: { nodePort: 30_080, url: 'http://192.0.2.10:30080' },
    });
    const { comparisons, graph } = await runService({ settings, clientNames: ['checkin'] });
    expect(comparisons).toEqual([
      {
        url: 'http://192.0.2.10:30080',
        credentials: { kind: 'key', key: keyOf('checkin') },
        deadlineMs: 300_000,
      },
    ]);
    expect(graph.outputs).toMatchObject({ url: 'http://192.0.2.10:30080', faceModelVersion: '2.0.0' });
  });

  it('pulls the images of operator and pods with the credentials of the registry', async () => {
    const credentials = '{"auths":{"registry.example.com":{"auth":"hunter2"}}}';
    const { graph } = await runService({ ...KUBERNETES, credentials });
    const registry = graph.get(SECRET, 'registry');
    expect([registry.inputs['type'], registry.secretInputs]).toEqual(['kubernetes.io/dockerconfigjson', ['data']]);
    expect(input(registry, 'data', '.dockerconfigjson')).toBe(Buffer.from(credentials).toString('base64'));
    const named = [{ name: 'faces-registry' }];
    expect(input(graph.get(RELEASE, 'operator'), 'values', 'imagePullSecrets')).toEqual(named);
    expect(input(graph.get(FACE_COMPARISON, 'face-comparison'), 'spec', 'imagePullSecrets')).toEqual(named);
    expect(graph.isDestroyedAfter(registry, graph.get(RELEASE, 'operator'))).toBe(true);
  });

  it('asks nobody for a key where none is set', async () => {
    const { graph } = await runService(KUBERNETES);
    expect(graph.ofType(SECRET)).toEqual([]);
    expect(input(graph.get(FACE_COMPARISON, 'face-comparison'), 'spec', 'auth')).toEqual({ mode: 'None' });
    expect(graph.outputs['access']).toBe('nobody is asked for a key');
  });
});
