import type { Rule } from '@face-comparison/stack-config';
import Type, { type Static } from 'typebox';

/** Operations of the service that a key may be limited to: the operationIds of its OpenAPI document that ask for a key. */
export const OPERATIONS = [
  'analyzeFaces',
  'compareFaces',
  'modelMetadata',
  'modelReady',
  'modelVersionMetadata',
  'modelVersionReady',
] as const;

/** The model inside the server image: its name in the cluster, its version, and the sha256 of models/default/manifest.json. */
export const INSIDE_MODEL = {
  name: 'default-2.0.0',
  version: '2.0.0',
  manifest: 'file:///models/default/manifest.json',
  sha256: '9b29c43f6d4d4c61726f4c1cfbc0cae1bfbac7de1795f529192eefbb10eb5d99',
} as const;

/** Names of clients, as the keys file of the server allows them. */
const CLIENT_NAME = '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$';

/** What a Kubernetes object may be called. */
const OBJECT_NAME = '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$';

const text = (
  pattern: string,
  expected: string,
  rest: { description?: string; examples?: string[]; default?: string },
) => Type.String({ pattern, expected, ...rest });

/** A FaceModel. */
export const MODEL = Type.Object({
  name: text(OBJECT_NAME, 'a name of a Kubernetes object such as default-2.1.0', {
    description: 'Name of the FaceModel.',
    examples: ['default-2.1.0'],
  }),
  version: text('^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$', 'a version such as 2.1.0', {
    description: 'Version in its manifest.',
    examples: ['2.1.0'],
  }),
  manifest: text('^(file:///|https://|s3://)\\S+$', 'a file:///path, https://host/path or s3://bucket/key URL', {
    description: 'Where its manifest is, as the pods see it.',
    examples: ['s3://BUCKET/2.1.0/manifest.json'],
  }),
  sha256: text('^[0-9a-f]{64}$', '64 lower-case hex digits: sha256sum manifest.json', {
    description: 'sha256 of the manifest.',
  }),
});

/** Limits of a client. */
export const CLIENT = Type.Object({
  operations: Type.Optional(
    Type.Array(Type.Enum([...OPERATIONS]), {
      minItems: 1,
      description: 'What its key may call; everything unless given.',
    }),
  ),
  requestsPerSecond: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 10_000,
      expected: 'a number above 0 and at most 10000',
      description:
        'Requests a second. On aws the gateway counts over all pods, without a gateway each pod counts by itself.',
      examples: [5],
    }),
  ),
  burst: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'Requests at once, on aws.', examples: [20] }),
  ),
  requestsPerMonth: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 2_000_000_000, description: 'Quota of a calendar month, on aws.' }),
  ),
});

const Quantities = (description: string) =>
  Type.Optional(
    Type.Record(
      Type.String(),
      text('^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$', 'a quantity such as 500m or 2Gi', {}),
      { description, examples: [{ cpu: '500m', memory: '2Gi' }] },
    ),
  );

/** The settings of a stack of the project face-comparison-service. The secret `keys` is read by client-keys.ts. */
export const SETTINGS = Type.Object({
  target: Type.Enum(['aws', 'kubernetes'], {
    default: 'aws',
    description:
      'Where it runs. aws: on the cluster of a stack of face-comparison-platform, with a REST API in front. kubernetes: on any cluster that kubectl reaches.',
  }),
  name: text('^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$', 'at most 32 lower-case letters, digits and hyphens, a letter first', {
    default: 'faces',
    description: 'Name of the FaceComparison; on aws also how the names of what belongs to it begin.',
  }),
  namespace: text(
    '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$',
    'a name of a namespace: lower-case letters, digits and hyphens',
    {
      default: 'face-comparison',
      description: 'Namespace that is made for it. It belongs to the stack: destroy deletes it with all that is in it.',
    },
  ),
  platformStack: Type.Optional(
    text('^[^/\\s]+(/[^/\\s]+){0,2}$', 'organization/face-comparison-platform/STACK', {
      description:
        'The stack of face-comparison-platform, with target aws. Default: the stack of the same name of the same organization.',
      examples: ['organization/face-comparison-platform/dev'],
    }),
  ),
  kubernetes: Type.Object({
    kubeconfig: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Path of the kubeconfig, from infra/service, with target kubernetes. Default: KUBECONFIG, else ~/.kube/config.',
        examples: ['~/.kube/config'],
      }),
    ),
    context: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Context of the kubeconfig, with target kubernetes. Default: the current one; name it, so that a switch of kubectl does not move the stack.',
        examples: ['kind-faces'],
      }),
    ),
    nodePort: Type.Optional(
      Type.Integer({
        minimum: 30_000,
        maximum: 32_767,
        description:
          'Port of every node that leads to the service, with target kubernetes. Default: none, the service is reached inside the cluster or by what you put in front of it.',
        examples: [30_080],
      }),
    ),
    url: Type.Optional(
      text('^https?://[^\\s/?#]+(/[^\\s?#]*)?$', 'an http:// or https:// URL without a query', {
        description:
          'Where the service is reached from here, with target kubernetes: the deployment ends when a comparison through it succeeds. Default: none, it ends when the FaceComparison is Ready.',
        examples: ['http://192.0.2.10:30080'],
      }),
    ),
  }),
  operator: Type.Object({
    install: Type.Boolean({
      default: true,
      description: 'Install the operator in the namespace. false: one that looks after the namespace is there already.',
    }),
    image: Type.Optional(
      text('^[^\\s@]+(@sha256:[0-9a-f]{64})?$', 'an image, by tag or digest', {
        description:
          'Image of the operator. Default: face-comparison-operator of the version of the chart, on aws in the registry of the platform.',
        examples: ['registry.example.com/face-comparison-operator:0.1.0'],
      }),
    ),
    crds: Type.Object({
      install: Type.Boolean({
        default: true,
        description: 'Install FaceModel and FaceComparison with the operator; one release of a cluster does.',
      }),
      keep: Type.Boolean({
        default: false,
        description:
          'Leave the CRDs at destroy. false: they go, and with them every FaceModel and FaceComparison of the cluster.',
      }),
    }),
  }),
  image: Type.Optional(
    text('^[^\\s@]+(@sha256:[0-9a-f]{64})?$', 'an image, by tag or digest', {
      description:
        'Image of the server; a digest pins what runs. Default: face-comparison-server of the version of the chart (with accelerator nvidia: its tag with -gpu), on aws in the registry of the platform.',
      examples: ['registry.example.com/face-comparison-server:0.1.0'],
    }),
  ),
  models: Type.Array(MODEL, {
    minItems: 1,
    default: [{ ...INSIDE_MODEL }],
    description:
      'FaceModels that are there, see below. Default: the model inside the server image. One that is taken off is deleted; if it serves, it goes on serving, but cannot be chosen any more.',
  }),
  model: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Model that is served first. Default: the first of models. After the first deployment it belongs to kubectl: change spec.model of the FaceComparison to upgrade.',
      examples: [INSIDE_MODEL.name],
    }),
  ),
  replicas: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      description: 'Pods, unless autoscaling is set. Default: 2.',
      examples: [2],
    }),
  ),
  autoscaling: Type.Optional(
    Type.Object({
      minReplicas: Type.Integer({ minimum: 1, maximum: 1000, description: 'Pods that are always there.' }),
      maxReplicas: Type.Integer({ minimum: 1, maximum: 1000, description: 'Pods at most.' }),
      targetCPU: Type.Integer({
        minimum: 1,
        maximum: 100,
        default: 70,
        description: 'Use of the requested CPU that is aimed at, in percent.',
      }),
    }),
  ),
  lanes: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 64,
      description: 'Processes of a pod that compute, one core each. Default: 2, decided by the operator.',
      examples: [2],
    }),
  ),
  resources: Type.Optional(
    Type.Object(
      { requests: Quantities('What is set aside for a pod.'), limits: Quantities('What a pod may use at most.') },
      {
        description:
          'Resources of a pod, where those that the operator reckons do not fit: a core for each lane, and memory for two versions of the model.',
      },
    ),
  ),
  accelerator: Type.Enum(['none', 'nvidia'], {
    default: 'none',
    description: 'nvidia: one GPU a pod, on nodes with the taint nvidia.com/gpu.',
  }),
  photos: Type.Object({
    urls: Type.Boolean({ default: true, description: 'Whether photos may be given by URL.' }),
    allowHosts: Type.Array(
      Type.String({ pattern: '^[^\\s,]{1,255}$', expected: 'a host, host:port, *.suffix or CIDR' }),
      {
        default: [],
        maxItems: 64,
        description: 'Hosts that photos may be fetched from although their address is private.',
        examples: [['photos.internal']],
      },
    ),
    s3Buckets: Type.Array(
      Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$', expected: 'the name of a bucket' }),
      {
        default: [],
        maxItems: 64,
        description:
          'Buckets that photos may be read from by s3:// URLs. On aws the role of the pods reads the bucket of models alone: allow it in the policy of these buckets.',
        examples: [['photos']],
      },
    ),
  }),
  clients: Type.Record(Type.String({ pattern: CLIENT_NAME }), CLIENT, {
    default: {},
    additionalProperties: false,
    description:
      'Limits of clients by their names, see below. Their keys are secrets: pulumi config set --secret --path keys.NAME VALUE.',
  }),
  gateway: Type.Object({
    authentication: Type.Enum(['API_KEY', 'AWS_IAM', 'NONE'], {
      default: 'API_KEY',
      description:
        'Who may call, with target aws. API_KEY: clients with a key in X-Api-Key. AWS_IAM: identities of the account that may execute-api:Invoke, by Signature Version 4. NONE: everybody.',
    }),
    throttling: Type.Object({
      requestsPerSecond: Type.Integer({
        minimum: 1,
        maximum: 10_000,
        default: 50,
        description: 'Requests a second over all clients; more get 429.',
      }),
      burst: Type.Integer({
        minimum: 1,
        maximum: 10_000,
        default: 100,
        description: 'Requests at once over all clients.',
      }),
    }),
    accessLogs: Type.Object({
      enabled: Type.Boolean({
        default: false,
        description:
          'A line for each request, in a log group of its own. The account must have a role for API Gateway to write logs with, see setAccountRole.',
      }),
      retentionDays: Type.Enum([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], {
        default: 30,
        description: 'Days that lines are kept.',
      }),
      setAccountRole: Type.Boolean({
        default: false,
        description:
          'Make that role and set it. It is one setting of the account and region for all REST APIs; destroy takes it away again.',
      }),
    }),
    waf: Type.Object({
      enabled: Type.Boolean({ default: false, description: 'A web ACL in front of the stage.' }),
      requestsPerAddress: Type.Integer({
        minimum: 10,
        maximum: 2_000_000_000,
        default: 3000,
        description: 'Requests of one address in five minutes; more are refused.',
      }),
    }),
    alarms: Type.Object({
      enabled: Type.Boolean({
        default: true,
        description: 'Alarms for answers of 500 and above, for slow answers and for no node that serves.',
      }),
      notify: Type.Array(Type.String({ pattern: '^arn:aws[a-z-]*:sns:', expected: 'the ARN of an SNS topic' }), {
        default: [],
        maxItems: 5,
        description: 'SNS topics that are told.',
        examples: [['arn:aws:sns:eu-central-1:123456789012:oncall']],
      }),
    }),
    dashboard: Type.Boolean({ default: true, description: 'A CloudWatch dashboard.' }),
    domain: Type.Optional(
      Type.Object({
        name: text('^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$', 'a domain name such as faces.example.com', {
          description: 'Domain name of your own.',
          examples: ['faces.example.com'],
        }),
        certificateArn: text('^arn:aws[a-z-]*:acm:', 'the ARN of an ACM certificate', {
          description: 'Its certificate, in ACM of the same region.',
          examples: ['arn:aws:acm:eu-central-1:123456789012:certificate/ID'],
        }),
        zoneId: Type.Optional(
          text('^Z[A-Z0-9]+$', 'the id of a Route 53 zone', {
            description:
              'Route 53 zone that gets the record. Default: none; make an alias or CNAME to the output domainTarget yourself.',
            examples: ['Z0123456789ABCDEFGHIJ'],
          }),
        ),
      }),
    ),
  }),
  readyMinutes: Type.Integer({
    minimum: 1,
    maximum: 60,
    default: 15,
    description: 'How long the pods may take to get ready, a node and the pull of the image included.',
  }),
  firstComparison: Type.Object({
    wait: Type.Boolean({
      default: true,
      description:
        'End the deployment when a comparison through the public address succeeds. false: where that address cannot be reached from here.',
    }),
    seconds: Type.Integer({
      minimum: 10,
      maximum: 1800,
      default: 300,
      description: 'How long it may take, once all else is there.',
    }),
  }),
  cost: Type.Object({
    instanceType: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Instance type of the nodes that compute, for the output cost. Default: m6i.xlarge, with accelerator nvidia g4dn.xlarge.',
        examples: ['m6i.xlarge'],
      }),
    ),
    imagesPerSecondPerNode: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        expected: 'a number above 0',
        description: 'Images a second of one such node, where you measured it; a GPU has no price without.',
        examples: [30],
      }),
    ),
  }),
  tags: Type.Record(Type.String(), Type.String(), {
    default: {},
    description: 'More tags of all that is made on AWS.',
  }),
});

export type Settings = Static<typeof SETTINGS>;
export type Model = Static<typeof MODEL>;
export type Client = Static<typeof CLIENT>;
export type Authentication = Settings['gateway']['authentication'];

/**
 * What settings must be together.
 *
 * @param clientNames who has a key
 */
export function rules(clientNames: readonly string[]): Rule<Settings>[] {
  const strangers = ({ clients }: Settings) => Object.keys(clients).filter((name) => !clientNames.includes(name));
  const names = ({ models }: Settings) => models.map(({ name }) => name);
  return [
    {
      key: 'model',
      holds: (settings) => settings.model === undefined || names(settings).includes(settings.model),
      message: (settings) =>
        `is ${JSON.stringify(settings.model)}, but must be the name of one of models: ${names(settings).join(', ')}`,
      fix: 'pulumi config rm model',
    },
    {
      key: 'models',
      holds: (settings) => new Set(names(settings)).size === settings.models.length,
      message: (settings) => `has a name twice: ${names(settings).join(', ')}`,
      fix: 'pulumi config set --path models[1].name default-2.1.0',
    },
    {
      key: 'autoscaling',
      holds: ({ autoscaling, replicas }) => autoscaling === undefined || replicas === undefined,
      message: ({ replicas }) => `is set and replicas is ${replicas ?? ''}, but only one of them can decide`,
      fix: 'pulumi config rm replicas',
    },
    {
      key: 'autoscaling.minReplicas',
      holds: ({ autoscaling }) => autoscaling === undefined || autoscaling.minReplicas <= autoscaling.maxReplicas,
      message: ({ autoscaling }) =>
        `is ${autoscaling?.minReplicas ?? ''}, but autoscaling.maxReplicas is ${autoscaling?.maxReplicas ?? ''}`,
      fix: 'pulumi config set --path autoscaling.maxReplicas 10',
    },
    {
      key: 'keys',
      holds: ({ target, gateway }) =>
        target !== 'aws' || gateway.authentication !== 'API_KEY' || clientNames.length > 0,
      message: () => 'has no key, but gateway.authentication is API_KEY',
      fix: 'pulumi config set --secret --path keys.checkin $(openssl rand -hex 24)',
    },
    {
      key: 'keys',
      holds: ({ target, gateway }) =>
        target !== 'aws' || gateway.authentication === 'API_KEY' || clientNames.length === 0,
      message: ({ gateway }) =>
        `is set, but gateway.authentication is ${gateway.authentication}, which asks nobody for a key`,
      fix: 'pulumi config rm keys',
    },
    {
      key: 'keys',
      holds: (settings) =>
        !settings.firstComparison.wait ||
        clientNames.length === 0 ||
        clientNames.some((name) => mayCompare(settings.clients[name])),
      message: () => 'has no client that may call compareFaces, but the deployment ends with a comparison',
      fix: 'pulumi config set --path firstComparison.wait false',
    },
    {
      key: 'clients',
      holds: (settings) => strangers(settings).length === 0,
      message: (settings) =>
        `has limits of ${strangers(settings).join(', ')}, but there is no such key${clientNames.length === 0 ? '' : `; there are ${clientNames.join(', ')}`}`,
      fix: 'pulumi config set --secret --path keys.NAME $(openssl rand -hex 24)',
    },
    {
      key: 'platformStack',
      holds: ({ target, platformStack }) => target === 'aws' || platformStack === undefined,
      message: () => 'is set, but target is kubernetes',
      fix: 'pulumi config rm platformStack',
    },
    ...(['kubeconfig', 'context', 'nodePort', 'url'] as const).map((key): Rule<Settings> => ({
      key: `kubernetes.${key}`,
      holds: ({ target, kubernetes }) => target === 'kubernetes' || kubernetes[key] === undefined,
      message: () => 'is set, but target is aws: the platform says how its cluster is reached',
      fix: `pulumi config rm --path kubernetes.${key}`,
    })),
    {
      key: 'gateway.accessLogs.setAccountRole',
      holds: ({ gateway }) => gateway.accessLogs.enabled || !gateway.accessLogs.setAccountRole,
      message: () => 'is true, but gateway.accessLogs.enabled is false: nothing would be written with the role',
      fix: 'pulumi config set --path gateway.accessLogs.enabled true',
    },
    {
      key: 'operator.image',
      holds: ({ operator }) => operator.install || operator.image === undefined,
      message: () => 'is set, but operator.install is false',
      fix: 'pulumi config rm --path operator.image',
    },
  ];
}

/** Whether a client with these limits may compare two photos. */
export function mayCompare(client: Client | undefined): boolean {
  return client?.operations === undefined || client.operations.includes('compareFaces');
}
