import type { Rule } from '@face-comparison/stack-config';
import Type, { type Static } from 'typebox';

import { instanceFamily, NVIDIA_FAMILIES } from './nodes/instance-types.js';
import { isAligned, isPrivate, prefixLength } from './network/ipv4-range.js';

export const PROJECT = 'face-comparison-platform';

const IPV4_RANGE = '^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)/(?:3[0-2]|[12]?\\d)$';
const INSTANCE_TYPE = Type.String({
  pattern: '^[a-z][a-z0-9-]*\\.[a-z0-9-]+$',
  expected: 'an instance type such as m6i.large',
});

/** Days that CloudWatch Logs can keep lines; it refuses others. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const Capacity = Type.Enum(['ON_DEMAND', 'SPOT'], {
  default: 'ON_DEMAND',
  description: 'How instances are bought. Spot costs less, and AWS takes it back with two minutes of notice.',
});

const diskGiB = (size: number) =>
  Type.Integer({
    minimum: 20,
    maximum: 1000,
    default: size,
    description: 'Volume of a node in GiB, gp3, encrypted. It holds the images.',
  });

/** The settings of a stack of the project face-comparison-platform. */
export const SETTINGS = Type.Object({
  name: Type.String({
    // AWS keeps names of load balancers that begin with internal- for itself.
    pattern: '^(?!internal-)[a-z][a-z0-9-]{1,22}[a-z0-9]$',
    expected: '3 to 24 lower-case letters, digits and hyphens, a letter first, without internal- at the beginning',
    default: 'face-comparison',
    description: 'How the names of what is made begin. Another name means another platform: everything is replaced.',
  }),
  region: Type.String({
    pattern: '^[a-z]{2}(?:-[a-z]+)+-\\d$',
    expected: 'a region of AWS such as eu-central-1',
    examples: ['eu-central-1'],
    description: 'Region of AWS that all is made in.',
  }),
  zones: Type.Integer({
    minimum: 2,
    maximum: 3,
    default: 2,
    description:
      'Availability zones to spread over. EKS wants two at least; a zone that has no GPU left is not the end with three.',
  }),
  vpcCidr: Type.String({
    pattern: IPV4_RANGE,
    expected: 'an IPv4 range such as 10.0.0.0/16',
    default: '10.0.0.0/16',
    description: 'Addresses of the VPC, /16 to /20. Take a range that no network you connect to it has.',
  }),
  nat: Type.Enum(['one', 'per-zone'], {
    default: 'one',
    description:
      'NAT gateways. one: cheaper, and nodes of other zones lose the way out with its zone. per-zone: each zone has its own.',
  }),
  endpoints: Type.Object({
    ecr: Type.Boolean({
      default: false,
      description:
        'Interface endpoints for ECR, so that images do not pass the NAT gateway. S3 has an endpoint in any case.',
    }),
  }),
  kubernetesVersion: Type.String({
    pattern: '^1\\.[3-9]\\d$',
    expected: "a minor version of Kubernetes such as '1.35' (in quotes in the file: 1.30 without is the number 1.3)",
    default: '1.35',
    description: 'Version of the control plane and the nodes. One minor version up at a time, never down.',
  }),
  apiAccess: Type.Object({
    cidrs: Type.Array(Type.String({ pattern: IPV4_RANGE, expected: 'an IPv4 range such as 203.0.113.0/24' }), {
      minItems: 1,
      maxItems: 40,
      uniqueItems: true,
      examples: [['203.0.113.7/32']],
      description:
        'Public addresses that may reach the Kubernetes API: yours, those of your CI. Every caller still has to sign in.',
    }),
    anywhere: Type.Boolean({ default: false, description: 'Allow 0.0.0.0/0 in `apiAccess.cidrs`.' }),
  }),
  admins: Type.Array(
    Type.String({
      pattern: '^arn:aws[a-z-]*:iam::\\d{12}:(?:role|user)/.+$',
      expected: 'the ARN of an IAM role or user',
    }),
    {
      default: [],
      uniqueItems: true,
      examples: [['arn:aws:iam::123456789012:role/platform-admin']],
      description:
        'Roles and users that administer the cluster, beside the one that runs the first `pulumi up`. That one is an administrator already and must not be listed.',
    },
  ),
  cpu: Type.Object({
    instanceTypes: Type.Array(INSTANCE_TYPE, {
      minItems: 1,
      maxItems: 20,
      uniqueItems: true,
      default: ['m6i.xlarge', 'm7i.xlarge'],
      description: 'Instance types of x86-64, the first that is to be had; the same cores and memory in all of them.',
    }),
    capacity: Capacity,
    minNodes: Type.Integer({ minimum: 1, maximum: 100, default: 2, description: 'Nodes that are always there.' }),
    maxNodes: Type.Integer({ minimum: 1, maximum: 100, default: 6, description: 'Nodes at most.' }),
    diskGiB: diskGiB(50),
  }),
  gpu: Type.Object({
    enabled: Type.Boolean({ default: false, description: 'A group of nodes with NVIDIA GPUs.' }),
    instanceTypes: Type.Array(INSTANCE_TYPE, {
      minItems: 1,
      maxItems: 20,
      uniqueItems: true,
      default: ['g4dn.xlarge', 'g5.xlarge', 'g6.xlarge'],
      description:
        'Instance types with one or more NVIDIA GPUs; AWS takes one of them that it has in one of the zones.',
    }),
    capacity: Capacity,
    minNodes: Type.Integer({
      minimum: 0,
      maximum: 100,
      default: 0,
      description: 'Nodes that are always there. With 0 the first pod that wants a GPU waits minutes for its node.',
    }),
    maxNodes: Type.Integer({ minimum: 1, maximum: 100, default: 2, description: 'Nodes at most.' }),
    diskGiB: diskGiB(100),
  }),
  logs: Type.Object({
    types: Type.Array(Type.Enum(['api', 'audit', 'authenticator', 'controllerManager', 'scheduler']), {
      default: ['audit', 'authenticator'],
      uniqueItems: true,
      description: 'Logs of the control plane that are kept.',
    }),
    retentionDays: Type.Enum(RETENTION_DAYS, { default: 30, description: 'Days that they are kept.' }),
  }),
  keepData: Type.Boolean({
    default: false,
    description:
      'Whether `pulumi destroy` leaves the bucket of models and the registries as they are. false: they are emptied and deleted.',
  }),
  tags: Type.Record(Type.String(), Type.String({ maxLength: 256, expected: 'a text of at most 256 characters' }), {
    default: {},
    examples: [],
    description: 'More tags of all that is made; Project, Stack and ManagedBy are there already.',
  }),
});

export type Settings = Static<typeof SETTINGS>;

/** One of the two groups of nodes. */
export type GroupSettings = Settings['cpu'];

const EVERYWHERE = '0.0.0.0/0';
const RESERVED_TAGS = ['project', 'stack', 'managedby', 'name'];

const reservedTags = ({ tags }: Settings): string[] =>
  Object.keys(tags).filter((key) => key.toLowerCase().startsWith('aws:') || RESERVED_TAGS.includes(key.toLowerCase()));

const privateRanges = ({ apiAccess }: Settings): string[] => apiAccess.cidrs.filter((range) => isPrivate(range));

const armTypes = ({ cpu }: Settings): string[] =>
  cpu.instanceTypes.filter((type) => /\dg|\d[a-z]+g/.test(instanceFamily(type)));

const withoutGpu = ({ gpu }: Settings): string[] =>
  gpu.instanceTypes.filter((type) => !NVIDIA_FAMILIES.includes(instanceFamily(type)));

/** What settings must be together, or what a schema cannot say of one of them. */
export const RULES: readonly Rule<Settings>[] = [
  {
    key: 'vpcCidr',
    holds: ({ vpcCidr }) => prefixLength(vpcCidr) >= 16 && prefixLength(vpcCidr) <= 20,
    message: ({ vpcCidr }) =>
      `is ${vpcCidr}, but must be a /16 to /20: a VPC has no more, and pods take an address each`,
    fix: 'pulumi config set vpcCidr 10.0.0.0/16',
  },
  {
    key: 'vpcCidr',
    holds: ({ vpcCidr }) => isAligned(vpcCidr),
    message: ({ vpcCidr }) => `is ${vpcCidr}, but its first address is not the first of such a range`,
    fix: 'pulumi config set vpcCidr 10.0.0.0/16',
  },
  {
    key: 'vpcCidr',
    holds: ({ vpcCidr }) => isPrivate(vpcCidr),
    message: ({ vpcCidr }) =>
      `is ${vpcCidr}, but must be private: in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10`,
    fix: 'pulumi config set vpcCidr 10.0.0.0/16',
  },
  {
    key: 'apiAccess.cidrs',
    holds: ({ apiAccess }) => apiAccess.anywhere || !apiAccess.cidrs.some((range) => prefixLength(range) === 0),
    message: () => `has ${EVERYWHERE}, but apiAccess.anywhere is false`,
    fix: 'pulumi config set --path apiAccess.anywhere true (or name your addresses)',
  },
  {
    key: 'apiAccess.cidrs',
    holds: (settings) => privateRanges(settings).length === 0,
    message: (settings) =>
      `has ${privateRanges(settings).join(', ')}, but must be public: inside the VPC the API is reached by its private endpoint`,
    fix: "pulumi config set --path 'apiAccess.cidrs[0]' 203.0.113.7/32",
  },
  {
    key: 'cpu.instanceTypes',
    holds: (settings) => armTypes(settings).length === 0,
    message: (settings) => `has ${armTypes(settings).join(', ')}, but the images are for x86-64 and these are Arm`,
    fix: "pulumi config set --path 'cpu.instanceTypes[0]' m6i.xlarge",
  },
  {
    key: 'cpu.maxNodes',
    holds: ({ cpu }) => cpu.maxNodes >= cpu.minNodes,
    message: ({ cpu }) => `is ${cpu.maxNodes}, but must be at least cpu.minNodes, which is ${cpu.minNodes}`,
    fix: 'pulumi config set --path cpu.maxNodes 6',
  },
  {
    key: 'gpu.instanceTypes',
    holds: (settings) => withoutGpu(settings).length === 0,
    message: (settings) =>
      `has ${withoutGpu(settings).join(', ')}, but must be of ${NVIDIA_FAMILIES.join(', ')}: x86-64 with a GPU that the image of the nodes has a driver for`,
    fix: "pulumi config set --path 'gpu.instanceTypes[0]' g5.xlarge",
  },
  {
    key: 'gpu.maxNodes',
    holds: ({ gpu }) => gpu.maxNodes >= gpu.minNodes,
    message: ({ gpu }) => `is ${gpu.maxNodes}, but must be at least gpu.minNodes, which is ${gpu.minNodes}`,
    fix: 'pulumi config set --path gpu.maxNodes 2',
  },
  {
    key: 'tags',
    holds: (settings) => reservedTags(settings).length === 0,
    message: (settings) =>
      `has ${reservedTags(settings).join(', ')}, but these are set by the program or belong to AWS`,
    fix: 'pulumi config rm --path tags.NAME',
  },
  {
    key: 'tags',
    holds: ({ tags }) => Object.keys(tags).length <= 40 && Object.keys(tags).every((key) => key.length <= 128),
    message: () => 'has more than 40 tags or one with a name of more than 128 characters; AWS allows 50 with ours',
    fix: 'pulumi config rm --path tags.NAME',
  },
];
