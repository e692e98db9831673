import { FACE_MODEL_EXAMPLE, FULL_FACE_COMPARISON, SMALLEST_FACE_COMPARISON } from '../src/crd/examples.js';

// Specs that hold and specs that do not, for the API server and for the operator alike. They are parsed from outside, so what
// is wrong about some is their type.

/** A spec that must be refused, and what must be said of it. */
export interface BadSpec {
  readonly title: string;
  readonly spec: object;
  /** Where the mistake is, as users write fields. */
  readonly field: string;
  /** What both say. */
  readonly says?: string;
}

const small = SMALLEST_FACE_COMPARISON.spec;
const full = FULL_FACE_COMPARISON.spec;
const { autoscaling: _autoscaling, ...fixed } = full;

export const GOOD_SPECS: readonly (readonly [title: string, spec: object])[] = [
  ['the smallest', small],
  ['the fullest', full],
  ['no pods', { ...small, replicas: 0 }],
  ['as many pods as it takes', { ...fixed, replicas: 1000 }],
  ['no canary', { ...small, rollout: { steps: [] } }],
  ['durations at their bounds', { ...small, rollout: { retain: '0s', deadline: '8760h', switchLead: '1s' } }],
  [
    'durations in several units',
    { ...small, rollout: { retain: '1h30m5s10ms', steps: [{ weight: 1, hold: '500ms' }] } },
  ],
  [
    'quantities of all kinds',
    { ...small, resources: { requests: { cpu: 1, memory: '1.5Gi' }, limits: { cpu: '500m' } } },
  ],
  ['an empty variable', { ...small, pod: { env: [{ name: 'EMPTY' }] } }],
  ['approval without need for it', { ...small, rollout: { approved: 'default-2.1.0' } }],
  ['a GPU of any kind', { ...small, accelerator: { type: 'nvidia' } }],
];

export const BAD_SPECS: readonly BadSpec[] = [
  { title: 'no model', spec: {}, field: 'spec.model' },
  {
    title: 'a name that no object has',
    spec: { model: 'Default' },
    field: 'spec.model',
    says: 'must be a name of an object',
  },
  { title: 'a negative number of pods', spec: { ...small, replicas: -1 }, field: 'spec.replicas' },
  { title: 'half a pod', spec: { ...small, replicas: 1.5 }, field: 'spec.replicas' },
  {
    title: 'two who choose the number of pods',
    spec: { ...small, replicas: 2, autoscaling: { minReplicas: 1, maxReplicas: 3 } },
    field: 'spec',
    says: 'give replicas or autoscaling, not both',
  },
  {
    title: 'more pods at least than at most',
    spec: { ...small, autoscaling: { minReplicas: 3, maxReplicas: 2 } },
    field: 'spec.autoscaling',
    says: 'minReplicas must not exceed maxReplicas',
  },
  {
    title: 'autoscaling to nothing',
    spec: { ...small, autoscaling: { minReplicas: 0, maxReplicas: 2 } },
    field: 'spec.autoscaling.minReplicas',
  },
  { title: 'no lane', spec: { ...small, lanes: 0 }, field: 'spec.lanes' },
  { title: 'an image with spaces', spec: { ...small, image: 'a b' }, field: 'spec.image', says: 'must be an image' },
  { title: 'an unknown accelerator', spec: { ...small, accelerator: { type: 'tpu' } }, field: 'spec.accelerator.type' },
  {
    title: 'GPUs without an accelerator',
    spec: { ...small, accelerator: { count: 2 } },
    field: 'spec.accelerator',
    says: 'count and nodeSelector are for type nvidia',
  },
  {
    title: 'keys without a Secret',
    spec: { ...small, auth: { mode: 'ApiKey' } },
    field: 'spec.auth',
    says: 'mode ApiKey needs keysSecret',
  },
  {
    title: 'a Secret that is not asked for',
    spec: { ...small, auth: { mode: 'None', keysSecret: 'keys' } },
    field: 'spec.auth',
    says: 'keysSecret is for mode ApiKey',
  },
  {
    title: 'a Secret without a mode',
    spec: { ...small, auth: { keysSecret: 'keys' } },
    field: 'spec.auth',
    says: 'keysSecret is for mode ApiKey',
  },
  {
    title: 'hosts in one text',
    spec: { ...small, images: { allowHosts: ['a.example,b.example'] } },
    field: 'spec.images.allowHosts[0]',
    says: 'must be a host, host:port, *.suffix or CIDR',
  },
  {
    title: 'no bucket',
    spec: { ...small, images: { s3Buckets: ['My Bucket'] } },
    field: 'spec.images.s3Buckets[0]',
    says: 'must be a name of a bucket',
  },
  {
    title: 'photos of a gigabyte',
    spec: { ...small, images: { maxBytes: 1_073_741_824 } },
    field: 'spec.images.maxBytes',
  },
  {
    title: 'an endpoint with a password',
    spec: { ...small, s3: { endpoint: 'https://me:secret@objects.example.com' } },
    field: 'spec.s3.endpoint',
    says: 'must be an http:// or https:// URL of a host',
  },
  {
    title: 'a variable with two values',
    spec: { ...small, pod: { env: [{ name: 'A', value: 'a', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] } },
    field: 'spec.pod.env[0]',
    says: 'give value or valueFrom, not both',
  },
  {
    title: 'a label that is the operator’s',
    spec: { ...small, pod: { labels: { 'app.kubernetes.io/instance': 'other' } } },
    field: 'spec.pod.labels',
    says: 'are written by the operator alone',
  },
  {
    title: 'an annotation that is the operator’s',
    spec: { ...small, pod: { annotations: { 'face-comparison.dev/plan-generation': '7' } } },
    field: 'spec.pod.annotations',
    says: 'are written by the operator alone',
  },
  {
    title: 'less time to end than it takes',
    spec: { ...small, pod: { terminationGracePeriodSeconds: 10 } },
    field: 'spec.pod.terminationGracePeriodSeconds',
  },
  { title: 'a port beyond all', spec: { ...small, service: { port: 65_536 } }, field: 'spec.service.port' },
  { title: 'a size that is none', spec: { ...small, cache: { sizeLimit: 'large' } }, field: 'spec.cache.sizeLimit' },
  {
    title: 'steps that descend',
    spec: {
      ...small,
      rollout: {
        steps: [
          { weight: 50, hold: '1m' },
          { weight: 5, hold: '1m' },
        ],
      },
    },
    field: 'spec.rollout.steps',
    says: 'weights must ascend from step to step',
  },
  {
    title: 'the same step twice',
    spec: {
      ...small,
      rollout: {
        steps: [
          { weight: 5, hold: '1m' },
          { weight: 5, hold: '1m' },
        ],
      },
    },
    field: 'spec.rollout.steps',
    says: 'weights must ascend from step to step',
  },
  {
    title: 'a step for nobody',
    spec: { ...small, rollout: { steps: [{ weight: 0, hold: '1m' }] } },
    field: 'spec.rollout.steps[0].weight',
  },
  {
    title: 'twenty-one steps',
    spec: {
      ...small,
      rollout: { steps: Array.from({ length: 21 }, (_, index) => ({ weight: index + 1, hold: '1s' })) },
    },
    field: 'spec.rollout.steps',
  },
  ...['5 days', '', '-5s', '1.5h', '1m1h', '8761h', '999999999999h', '1s1s']
    .map((hold) => ({
      title: `a duration of "${hold}"`,
      spec: { ...small, rollout: { steps: [{ weight: 5, hold }] } },
      field: 'spec.rollout.steps[0].hold',
      says: hold.length > 12 ? undefined : 'must be a duration from 0s to 8760h, written like 500ms, 30s, 5m or 1h30m',
    }))
    .map(({ says, ...bad }) => (says === undefined ? bad : { ...bad, says })),
  {
    title: 'a deadline that has passed',
    spec: { ...small, rollout: { deadline: '0s' } },
    field: 'spec.rollout.deadline',
    says: 'must be a duration from 1s to 8760h',
  },
  {
    title: 'a switch without a warning',
    spec: { ...small, rollout: { switchLead: '900ms' } },
    field: 'spec.rollout.switchLead',
    says: 'must be a duration from 1s to 8760h',
  },
  {
    title: 'a parity of two',
    spec: { ...small, rollout: { checks: { minParity: 2 } } },
    field: 'spec.rollout.checks.minParity',
  },
  {
    title: 'no latency at all',
    spec: { ...small, rollout: { checks: { maxLatencyRatio: 0 } } },
    field: 'spec.rollout.checks.maxLatencyRatio',
  },
  {
    title: 'an unknown promotion',
    spec: { ...small, rollout: { promotion: 'Never' } },
    field: 'spec.rollout.promotion',
  },
];

const model = FACE_MODEL_EXAMPLE.spec;
const at = (manifest: string) => ({ ...model, source: { ...model.source, manifest } });

export const GOOD_MODEL_SPECS: readonly (readonly [title: string, spec: object])[] = [
  ['in a bucket', model],
  ['in the image', at('file:///models/default/manifest.json')],
  ['on a web server', at('https://models.example.com:8443/2.1.0/manifest.json?token=abc')],
];

const manifestForm = 'must be a file:///path, https://host/path or s3://bucket/key URL';

export const BAD_MODEL_SPECS: readonly BadSpec[] = [
  {
    title: 'a version of nothing',
    spec: { ...model, version: '-1' },
    field: 'spec.version',
    says: 'a letter or digit first',
  },
  {
    title: 'a digest in capitals',
    spec: { ...model, source: { ...model.source, sha256: 'A'.repeat(64) } },
    field: 'spec.source.sha256',
    says: 'must be 64 lower-case hex digits',
  },
  ...[
    'http://models.example.com/manifest.json',
    'https://me:secret@models.example.com/manifest.json',
    'https://models.example.com',
    'file://models/manifest.json',
    's3://models',
    '/models/manifest.json',
  ].map((manifest) => ({ title: manifest, spec: at(manifest), field: 'spec.source.manifest', says: manifestForm })),
];
