import type { Wire } from '@face-comparison/kube-runtime';
import type { V1Affinity } from '@kubernetes/client-node';
import Type, { type Static } from 'typebox';

import { DEFAULTS } from './defaults-table.js';
import { API_GROUP } from './names.js';
import {
  Duration,
  ObjectName,
  operatorDefault,
  Quantity,
  ruled,
  StringMap,
  Worded,
  type Rule,
} from './schema-parts.js';

// ---- how many pods, and what they are given

const AutoscalingSchema = ruled(
  Type.Object(
    {
      minReplicas: Type.Integer({ minimum: 1, maximum: 1000, description: 'Pods that are always there.' }),
      maxReplicas: Type.Integer({ minimum: 1, maximum: 1000, description: 'Pods at most.' }),
      targetCPU: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 100,
          default: DEFAULTS.targetCPU,
          description: 'Use of the requested CPU, in percent and on average, that is aimed at.',
        }),
      ),
    },
    {
      description: 'Lets a HorizontalPodAutoscaler choose the number of pods.',
    },
  ),
  {
    rule: 'self.minReplicas <= self.maxReplicas',
    message: 'minReplicas must not exceed maxReplicas',
    holds: ({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas,
  },
);

const AcceleratorSchema = ruled(
  Type.Object(
    {
      type: Type.Optional(
        Type.Enum(['none', 'nvidia'], {
          type: 'string',
          description: 'none: CPU. nvidia: CUDA; a pod without it does not start.',
          ...operatorDefault(DEFAULTS.acceleratorType),
        }),
      ),
      count: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 16,
          description: 'GPUs a pod.',
          ...operatorDefault(DEFAULTS.acceleratorCount),
        }),
      ),
      nodeSelector: Type.Optional(StringMap('Labels of the nodes that have the GPU that is wanted.')),
    },
    {
      description: 'What computes.',
    },
  ),
  {
    rule: "(has(self.type) && self.type == 'nvidia') || !(has(self.count) || has(self.nodeSelector))",
    message: 'count and nodeSelector are for type nvidia',
    holds: ({ type, count, nodeSelector }) => type === 'nvidia' || (count === undefined && nodeSelector === undefined),
  },
);

const ResourceList = (description: string) =>
  Type.Optional(Type.Record(Type.String(), Quantity(), { description, maxProperties: 16 }));

const ResourcesSchema = Type.Object(
  {
    requests: ResourceList('What is set aside for a pod.'),
    limits: ResourceList('What a pod may use at most.'),
  },
  {
    description:
      'Resources of a pod; each that is given replaces what the operator reckons: a core for each lane, and memory for two versions of the model by the figures of its manifest.',
  },
);

// ---- who may call, and where photos come from

const AuthSchema = ruled(
  Type.Object(
    {
      mode: Type.Optional(
        Type.Enum(['None', 'ApiKey'], {
          type: 'string',
          description: 'ApiKey: calls need a key of keysSecret. None: anyone who reaches the Service may call.',
          ...operatorDefault(DEFAULTS.authMode),
        }),
      ),
      keysSecret: Type.Optional(ObjectName('Name of the Secret whose entry keys.json is the keys file of the server.')),
    },
    {
      description: 'Who may call.',
    },
  ),
  {
    rule: "!(has(self.mode) && self.mode == 'ApiKey') || has(self.keysSecret)",
    message: 'mode ApiKey needs keysSecret',
    holds: ({ mode, keysSecret }) => mode !== 'ApiKey' || keysSecret !== undefined,
  },
  {
    rule: "!has(self.keysSecret) || (has(self.mode) && self.mode == 'ApiKey')",
    message: 'keysSecret is for mode ApiKey',
    holds: ({ mode, keysSecret }) => keysSecret === undefined || mode === 'ApiKey',
  },
);

/** The largest image that the server takes, 64 MiB. */
const MAX_IMAGE_BYTES = 64 * 1024 * 1024;

const ImagesSchema = Type.Object(
  {
    urls: Type.Optional(
      Type.Boolean({
        description: 'Whether photos may be given by URL (http, https, s3).',
        ...operatorDefault(DEFAULTS.urls),
      }),
    ),
    allowHosts: Type.Optional(
      Type.Array(
        Worded('^[^,\\s]+$', 'a host, host:port, *.suffix or CIDR, without commas and spaces', 255, {
          description: 'A host, host:port, *.suffix or CIDR.',
        }),
        {
          maxItems: 64,
          description: 'Hosts that photos may be fetched from although their address is private.',
          'x-kubernetes-list-type': 'set',
        },
      ),
    ),
    s3Buckets: Type.Optional(
      Type.Array(
        Worded('^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$', 'a name of a bucket', 63, { description: 'Name of a bucket.' }),
        {
          maxItems: 64,
          description: 'Buckets that photos may be read from by s3:// URLs.',
          'x-kubernetes-list-type': 'set',
        },
      ),
    ),
    maxBytes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_IMAGE_BYTES,
        description: 'Largest encoded photo in bytes; unless given, the server decides (10 MiB).',
      }),
    ),
  },
  { description: 'Where photos may come from.' },
);

const S3Schema = Type.Object(
  {
    endpoint: Type.Optional(
      Worded('^https?://[^/?#@\\s]+/?$', 'an http:// or https:// URL of a host', 255, {
        description: 'Endpoint of an S3-compatible store, for models and photos; AWS unless given.',
      }),
    ),
    region: Type.Optional(
      Worded('^[a-z0-9-]+$', 'a name of a region', 63, {
        description: 'Region of the buckets; of the environment of the pods unless given.',
      }),
    ),
  },
  { description: 'The store that s3:// URLs lead to.' },
);

// ---- the pods

const TolerationSchema = Type.Object(
  {
    key: Type.Optional(Type.String({ maxLength: 316, description: 'Key of the taint; every key unless given.' })),
    operator: Type.Optional(
      Type.Enum(['Exists', 'Equal'], { type: 'string', description: 'How key and value are held against the taint.' }),
    ),
    value: Type.Optional(Type.String({ maxLength: 63, description: 'Value of the taint, for Equal.' })),
    effect: Type.Optional(
      Type.Enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'], {
        type: 'string',
        description: 'Effect of the taint; every effect unless given.',
      }),
    ),
    tolerationSeconds: Type.Optional(
      Type.Integer({
        format: 'int64',
        description: 'For how long a taint NoExecute is tolerated; for ever unless given.',
      }),
    ),
  },
  { description: 'A taint of nodes that the pods tolerate.' },
);

const EnvSchema = ruled(
  Type.Object(
    {
      name: Worded('^[A-Za-z_][A-Za-z0-9_.-]*$', 'a name of an environment variable', 255, {
        description: 'Name of the variable.',
      }),
      value: Type.Optional(Type.String({ maxLength: 4096, description: 'Its value.' })),
      valueFrom: Type.Optional(
        Type.Object(
          {
            secretKeyRef: Type.Object(
              {
                name: ObjectName('Name of the Secret.'),
                key: Worded('^[-._a-zA-Z0-9]+$', 'a key of a Secret', 253, { description: 'Key within it.' }),
              },
              { description: 'An entry of a Secret.' },
            ),
          },
          { description: 'Where its value is.' },
        ),
      ),
    },
    {
      description: 'An environment variable of the server.',
    },
  ),
  {
    rule: '!(has(self.value) && has(self.valueFrom))',
    message: 'give value or valueFrom, not both',
    holds: ({ value, valueFrom }) => value === undefined || valueFrom === undefined,
  },
);

/** Labels by which the operator knows its own; a pod with others of these would be nobody's. */
export const RESERVED_LABELS = [
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/component',
  'app.kubernetes.io/managed-by',
] as const;

/** As in the spec of a Pod. */
export type Affinity = Wire<V1Affinity>;

const PodSchema = Type.Object(
  {
    nodeSelector: Type.Optional(StringMap('Labels of the nodes that the pods may run on.')),
    tolerations: Type.Optional(
      Type.Array(TolerationSchema, {
        maxItems: 32,
        description: 'Taints of nodes that the pods tolerate.',
        'x-kubernetes-list-type': 'atomic',
      }),
    ),
    affinity: Type.Optional(
      Type.Unsafe<Affinity>({
        type: 'object',
        description: 'Affinity of the pods, as in the spec of a Pod.',
        'x-kubernetes-preserve-unknown-fields': true,
      }),
    ),
    priorityClassName: Type.Optional(ObjectName('Name of their PriorityClass.')),
    env: Type.Optional(
      Type.Array(EnvSchema, {
        maxItems: 64,
        description: 'Environment variables of the server, such as AWS_REGION; flags that the operator sets win.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      }),
    ),
    annotations: Type.Optional(
      ruled(StringMap('More annotations of the pods.'), {
        rule: `self.all(key, !key.startsWith('${API_GROUP}/'))`,
        message: `annotations of ${API_GROUP}/ are written by the operator alone`,
        holds: (annotations) => Object.keys(annotations).every((key) => !key.startsWith(`${API_GROUP}/`)),
      }),
    ),
    labels: Type.Optional(
      ruled(StringMap('More labels of the pods.'), {
        rule: `self.all(key, !(key in [${RESERVED_LABELS.map((label) => `'${label}'`).join(', ')}]))`,
        message: `${RESERVED_LABELS.join(', ')} are written by the operator alone`,
        holds: (labels) => RESERVED_LABELS.every((label) => !(label in labels)),
      }),
    ),
    terminationGracePeriodSeconds: Type.Optional(
      Type.Integer({
        minimum: 30,
        maximum: 3600,
        description:
          'How long a pod may take to end, in seconds: 20 less are left to requests that are being answered.',
        ...operatorDefault(DEFAULTS.terminationGracePeriodSeconds),
      }),
    ),
  },
  { description: 'More about the pods.' },
);

// ---- how a model is upgraded

const StepSchema = Type.Object(
  {
    weight: Type.Integer({
      minimum: 1,
      maximum: 100,
      description: 'Share of the clients that the new model answers, in percent.',
    }),
    hold: Duration('How long at least before the next step.', '0s'),
  },
  { description: 'A step of the canary.' },
);

export type CanaryStep = Static<typeof StepSchema>;

const stepsAscend: Rule<CanaryStep[]> = {
  rule: 'self.map(step, step.weight).isSorted() && self.all(step, self.exists_one(other, other.weight == step.weight))',
  message: 'weights must ascend from step to step',
  holds: (steps) => steps.every(({ weight }, index) => weight > (steps[index - 1]?.weight ?? 0)),
};

const Ratio = (description: string, value: number) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: 1, default: value, description }));

const ChecksSchema = Type.Object(
  {
    minParity: Ratio(
      'Least cosine between the vectors of the new model and of the old on the golden crops, where the models are comparable.',
      DEFAULTS.minParity,
    ),
    maxErrorRate: Ratio(
      'Share of the requests of the new model that may fail beyond the share of the old one.',
      DEFAULTS.maxErrorRate,
    ),
    maxLatencyRatio: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1000,
        default: DEFAULTS.maxLatencyRatio,
        description: 'How much longer its requests may take on average than those of the old one, as a factor.',
      }),
    ),
    minRequests: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000_000,
        default: DEFAULTS.minRequests,
        description: 'Requests of the new model before its errors and its latency are judged.',
      }),
    ),
    afterSwitch: Type.Optional(
      Duration('For how long the new model is still watched once it answers all clients.', '0s', {
        default: DEFAULTS.afterSwitch,
      }),
    ),
  },
  { description: 'What a new model must hold to be promoted.' },
);

const RolloutSchema = Type.Object(
  {
    steps: Type.Optional(
      ruled(
        Type.Array(StepSchema, {
          maxItems: 20,
          default: DEFAULTS.steps,
          description:
            'Steps of the canary, for a model whose vectors are comparable with those of the old; any other is never split, it switches at one instant. Empty: no canary.',
          'x-kubernetes-list-type': 'atomic',
        }),
        stepsAscend,
      ),
    ),
    checks: Type.Optional(ChecksSchema),
    promotion: Type.Optional(
      Type.Enum(['Automatic', 'Manual'], {
        type: 'string',
        default: DEFAULTS.promotion,
        description: 'Manual: waits for approved before the new model answers all clients.',
      }),
    ),
    approved: Type.Optional(ObjectName('Name of the FaceModel that may be promoted, with promotion Manual.')),
    retain: Type.Optional(
      Duration('For how long the old model stays loaded for clients that have pinned it, and to go back to.', '0s', {
        default: DEFAULTS.retain,
      }),
    ),
    deadline: Type.Optional(
      Duration('How long a rollout may go without any progress before it is given up.', '1s', {
        default: DEFAULTS.deadline,
      }),
    ),
    switchLead: Type.Optional(
      Duration(
        'How far ahead the instant of a switch is put, so that every pod learns of it in time. Longer than another operator needs to take over (17 s), so that it can call the switch off; a way back has 3 s at most.',
        '1s',
        {
          default: DEFAULTS.switchLead,
        },
      ),
    ),
  },
  { description: 'How a new model takes over.' },
);

// ---- all of it

/** What runs: the model, the pods that serve it, and how it is upgraded. */
export const FaceComparisonSpecSchema = ruled(
  Type.Object(
    {
      model: ObjectName('Name of the FaceModel that is served. Change it to upgrade, change it back to go back.'),
      replicas: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 1000,
          format: 'int32',
          description: 'Number of pods, unless autoscaling chooses it.',
          ...operatorDefault(DEFAULTS.replicas),
        }),
      ),
      autoscaling: Type.Optional(AutoscalingSchema),
      image: Type.Optional(
        Worded('^[^\\s]+$', 'an image, without spaces', 1024, {
          description:
            'Image of the server. Unless given, that of the operator when the pods are made; later versions of the operator leave it.',
        }),
      ),
      imagePullSecrets: Type.Optional(
        Type.Array(
          Type.Object({ name: ObjectName('Name of the Secret.') }, { description: 'A Secret with credentials.' }),
          {
            maxItems: 16,
            description: 'Secrets with credentials for the registry of the image.',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
          },
        ),
      ),
      lanes: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 64,
          description: 'Processes of a pod that compute, for each version that is loaded; one core each.',
          ...operatorDefault(DEFAULTS.lanes),
        }),
      ),
      accelerator: Type.Optional(AcceleratorSchema),
      resources: Type.Optional(ResourcesSchema),
      auth: Type.Optional(AuthSchema),
      images: Type.Optional(ImagesSchema),
      s3: Type.Optional(S3Schema),
      serviceAccount: Type.Optional(
        Type.Object(
          {
            annotations: Type.Optional(
              StringMap('Annotations of the ServiceAccount of the pods, such as the role that they take.'),
            ),
          },
          { description: 'The ServiceAccount of the pods.' },
        ),
      ),
      pod: Type.Optional(PodSchema),
      service: Type.Optional(
        Type.Object(
          {
            annotations: Type.Optional(StringMap('Annotations of the Service.')),
            port: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: 65_535,
                format: 'int32',
                default: DEFAULTS.servicePort,
                description: 'Port of the Service.',
              }),
            ),
          },
          { description: 'The Service in front of the pods.' },
        ),
      ),
      pages: Type.Optional(
        Type.Boolean({
          description: 'Whether there is a page at / and an API explorer at /docs.',
          ...operatorDefault(DEFAULTS.pages),
        }),
      ),
      cache: Type.Optional(
        Type.Object(
          {
            sizeLimit: Type.Optional(
              Quantity({
                description: 'Space on the node for models that were downloaded and their memory-mapped forms.',
                ...operatorDefault(DEFAULTS.cacheSizeLimit),
              }),
            ),
          },
          { description: 'Where the pods keep models.' },
        ),
      ),
      rollout: Type.Optional(RolloutSchema),
    },
    {
      description: 'What runs: the model, the pods that serve it, and how it is upgraded.',
    },
  ),
  {
    rule: '!(has(self.replicas) && has(self.autoscaling))',
    message: 'give replicas or autoscaling, not both',
    holds: ({ replicas, autoscaling }) => replicas === undefined || autoscaling === undefined,
  },
);
export type FaceComparisonSpec = Static<typeof FaceComparisonSpecSchema>;
export type Toleration = Static<typeof TolerationSchema>;
export type EnvVar = Static<typeof EnvSchema>;
