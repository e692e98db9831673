import { parseArgs } from 'node:util';

import { parseDuration } from './api/v1alpha1/index.js';

/** Everything that can be set. */
export interface OperatorConfig {
  /** Namespaces that are watched; empty for all. */
  readonly namespaces: readonly string[];
  readonly serverImage: string;
  readonly serverImagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  readonly leaderElect: boolean;
  readonly leaseName: string;
  readonly leaseNamespace: string;
  readonly operatorNamespace: string;
  readonly host: string;
  readonly metricsPort: number;
  readonly healthPort: number;
  readonly concurrency: number;
  readonly pollMs: number;
  readonly cacheDir: string;
  readonly s3Endpoint: string | undefined;
  readonly s3Region: string | undefined;
  readonly logLevel: string;
}

/** A setting that cannot be used. The message names it, what came and what is expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

interface Option {
  readonly value: string;
  readonly otherwise: string;
  readonly help: string;
}

/** One row a setting: flags, environment and help are read from here. */
const OPTIONS = {
  namespaces: { value: 'A,B', otherwise: 'all', help: 'namespaces to watch' },
  'server-image': { value: 'IMAGE', otherwise: 'none', help: 'image of a FaceComparison that names none' },
  'server-image-pull-policy': { value: 'POLICY', otherwise: 'IfNotPresent', help: 'Always, IfNotPresent or Never' },
  'leader-elect': { value: 'on|off', otherwise: 'on', help: 'off: this process always leads; only for one replica' },
  'lease-name': { value: 'NAME', otherwise: 'face-comparison-operator', help: 'name of the lease' },
  'lease-namespace': { value: 'NS', otherwise: "the pod's own", help: 'namespace of the lease' },
  'operator-namespace': {
    value: 'NS',
    otherwise: "the pod's own",
    help: 'namespace that may reach the private port of serving pods',
  },
  host: { value: 'ADDRESS', otherwise: '0.0.0.0', help: 'address of metrics and health' },
  'metrics-port': { value: 'N', otherwise: '8080', help: 'port of /metrics; 0 picks a free one' },
  'health-port': { value: 'N', otherwise: '8081', help: 'port of /healthz and /readyz; 0 picks a free one' },
  concurrency: { value: 'N', otherwise: '4', help: 'objects of a kind that are worked on at once' },
  poll: { value: 'DURATION', otherwise: '2s', help: 'how often pods are asked while a rollout goes on' },
  'cache-dir': { value: 'DIR', otherwise: '/tmp/face-comparison', help: 'folder for manifests that were read' },
  's3-endpoint': { value: 'URL', otherwise: 'AWS', help: 'endpoint of an S3-compatible store, to read manifests' },
  's3-region': { value: 'NAME', otherwise: 'of the environment', help: 'region of the buckets' },
  'log-level': { value: 'LEVEL', otherwise: 'info', help: 'fatal, error, warn, info, debug or silent' },
} as const satisfies Readonly<Record<string, Option>>;

type Flag = keyof typeof OPTIONS;

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

/** Environment variable of a flag: --server-image is FACE_COMPARISON_OPERATOR_SERVER_IMAGE. */
function environmentName(flag: string): string {
  return `FACE_COMPARISON_OPERATOR_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** The text of --help. */
export function helpText(): string {
  const rows = Object.entries<Option>(OPTIONS).map(
    ([flag, { value, otherwise, help }]) => `  --${flag} ${value}`.padEnd(38) + `${help} [${otherwise}]`,
  );
  return [
    'Rolls out the model versions of FaceComparisons.',
    '',
    'Usage: face-comparison-operator [options]',
    '',
    ...rows,
    `${'  --help'.padEnd(38)}this text`,
    '',
    `Each option can also be set in the environment: --poll is ${environmentName('poll')}. A flag wins.`,
    'The cluster is that of KUBECONFIG, of ~/.kube/config, or the one that the pod runs in.',
    '',
  ].join('\n');
}

/**
 * Reads the configuration from flags and environment.
 * @param ownNamespace of the pod that this process runs in; undefined outside of a cluster
 * @returns 'help' when help was asked for
 * @throws ConfigError naming the first setting that cannot be used
 */
export function parseConfig(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  ownNamespace: string | undefined,
): OperatorConfig | 'help' {
  const given = readFlags(argv);
  if (given === 'help') return 'help';
  const read = <T>(flag: Flag, parse: (text: string) => T, otherwise: () => T): T => {
    const variable = env[environmentName(flag)];
    const [text, from] =
      given[flag] !== undefined
        ? [given[flag], `--${flag}`]
        : [variable === '' ? undefined : variable, environmentName(flag)];
    if (text === undefined) return otherwise();
    try {
      return parse(text.trim());
    } catch (error) {
      throw new ConfigError(`${from}: ${error instanceof Error ? error.message : String(error)}, got "${text}"`);
    }
  };
  const own = (flag: Flag) => (): string => {
    if (ownNamespace !== undefined) return ownNamespace;
    throw new ConfigError(`--${flag} is missing; outside of a cluster there is no namespace of the pod to take`);
  };
  const leaderElect = read('leader-elect', onOff, () => true);
  return {
    namespaces: read('namespaces', list, () => []),
    serverImage: read('server-image', nonEmpty, () => {
      throw new ConfigError(
        '--server-image is missing; expected the image of the server, e.g. face-comparison-server:0.1.0',
      );
    }),
    serverImagePullPolicy: read(
      'server-image-pull-policy',
      oneOf('Always', 'IfNotPresent', 'Never'),
      () => 'IfNotPresent',
    ),
    leaderElect,
    leaseName: read('lease-name', nonEmpty, () => 'face-comparison-operator'),
    leaseNamespace: read('lease-namespace', nonEmpty, leaderElect ? own('lease-namespace') : () => ''),
    operatorNamespace: read('operator-namespace', nonEmpty, () => ownNamespace ?? 'default'),
    host: read('host', nonEmpty, () => '0.0.0.0'),
    metricsPort: read('metrics-port', integer(0, 65_535), () => 8080),
    healthPort: read('health-port', integer(0, 65_535), () => 8081),
    concurrency: read('concurrency', integer(1, 64), () => 4),
    pollMs: read('poll', duration, () => 2_000),
    cacheDir: read('cache-dir', nonEmpty, () => '/tmp/face-comparison'),
    s3Endpoint: read('s3-endpoint', nonEmpty, () => undefined),
    s3Region: read('s3-region', nonEmpty, () => undefined),
    logLevel: read('log-level', oneOf(...LEVELS), () => 'info'),
  };
}

function readFlags(argv: readonly string[]): Readonly<Partial<Record<Flag, string>>> | 'help' {
  const options = Object.fromEntries(Object.keys(OPTIONS).map((flag) => [flag, { type: 'string' }] as const));
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      strict: true,
    });
    if (values['help'] === true) return 'help';
    return Object.fromEntries(Object.entries(values).map(([flag, value]) => [flag, String(value)]));
  } catch (error) {
    throw new ConfigError(
      `${error instanceof Error ? error.message : String(error)}\nSee --help for the options there are.`,
      { cause: error },
    );
  }
}

function nonEmpty(text: string): string {
  if (text === '') throw new Error('expected a value');
  return text;
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function onOff(text: string): boolean {
  return oneOf('on', 'off')(text) === 'on';
}

function oneOf<const T extends string>(...allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const value = allowed.find((item) => item === text);
    if (value === undefined) throw new Error(`expected one of ${allowed.join(', ')}`);
    return value;
  };
}

function integer(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text === '' || !Number.isInteger(value) || value < minimum || value > maximum) {
      throw new Error(`expected a whole number from ${minimum} to ${maximum}`);
    }
    return value;
  };
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms < 50 || ms > 60_000) throw new Error('expected a duration from 50ms to 1m');
  return ms;
}
