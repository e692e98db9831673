import { tmpdir, homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LIMITS } from '@face-comparison/contract';
import { usableCores } from './cores.js';
import { EgressProxy } from './egress/egress-proxy.js';

/** Everything that can be set, in the units of the names. */
export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  readonly metricsHost: string;
  readonly metricsPort: number;
  readonly plan: string | undefined;
  readonly model: string;
  readonly modelSha256: string | undefined;
  readonly cacheDir: string;
  readonly lanes: number;
  readonly jobsPerLane: number;
  readonly accelerator: 'none' | 'nvidia';
  /** Whether a request that is alone may use all cores. */
  readonly latencyMode: 'auto' | 'off';
  readonly queueLimit: number;
  readonly deadlineMs: number;
  readonly drainMs: number;
  readonly maxImageBytes: number;
  readonly maxInFlightBytes: number;
  readonly maxSidePx: number;
  /** 0 for no cache. */
  readonly resultCacheBytes: number;
  readonly resultCacheTtlMs: number;
  readonly allowHosts: readonly string[];
  readonly denyHosts: readonly string[];
  readonly urls: boolean;
  /** What connections to the outside go through; undefined for none. */
  readonly egressProxy: EgressProxy | undefined;
  readonly s3Buckets: readonly string[];
  readonly s3Endpoint: string | undefined;
  readonly s3Region: string | undefined;
  readonly keysFile: string | undefined;
  readonly rateLimit: number;
  readonly trustProxy: readonly string[];
  /** Such as `/api`; undefined for none. */
  readonly pathPrefix: string | undefined;
  readonly corsOrigins: readonly string[];
  /** Whether there is a page at / and an explorer at /docs. */
  readonly pages: boolean;
  /** The folder of the page at /, or `none`; where the build leaves it unless given. */
  readonly webDir: string | undefined;
  readonly logLevel: string;
}

/** A setting that cannot be used. The message names the flag, what came and what is expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

interface Option {
  readonly flag: string;
  readonly env: readonly string[];
  /** Shown in the help. */
  readonly value: string;
  readonly otherwise: string;
  readonly help: string;
  /** May be given more than once, or as a list with commas. */
  readonly list?: true;
  /** May hold a password: no error repeats the value. */
  readonly secret?: true;
}

const MiB = 1024 * 1024;

/** Two lanes, so that one prepares pictures while the graphs of the other are on the GPU; see docs/decisions/0018. */
const GPU_LANES = 2;
const GPU_JOBS_PER_LANE = 8;

/** One row a setting: the flags, the environment, the help and docs/reference/configuration.md are all read from here. */
export const OPTIONS = {
  host: {
    flag: 'host',
    env: ['HOST'],
    value: 'ADDRESS',
    otherwise: '127.0.0.1',
    help: 'address to listen on; 0.0.0.0 for all',
  },
  port: { flag: 'port', env: ['PORT'], value: 'N', otherwise: '8080', help: 'port of the API; 0 picks a free one' },
  metricsHost: {
    flag: 'metrics-host',
    env: [],
    value: 'ADDRESS',
    otherwise: 'as --host',
    help: 'address of /metrics and /serving',
  },
  metricsPort: {
    flag: 'metrics-port',
    env: [],
    value: 'N',
    otherwise: 'port + 1010',
    help: 'port of /metrics and /serving (9090 beside 8080); never expose it publicly',
  },
  plan: {
    flag: 'plan',
    env: [],
    value: 'FILE',
    otherwise: 'none',
    help: 'serving plan: which model versions to serve; watched for changes',
  },
  model: {
    flag: 'model',
    env: [],
    value: 'URL',
    otherwise: 'models/default/manifest.json',
    help: 'manifest to serve when there is no plan: a path, file://, https:// or s3://',
  },
  modelSha256: {
    flag: 'model-sha256',
    env: [],
    value: 'HEX',
    otherwise: 'none',
    help: 'sha256 that the manifest must have',
  },
  cacheDir: {
    flag: 'cache-dir',
    env: [],
    value: 'DIR',
    otherwise: '~/.cache/face-comparison',
    help: 'downloaded models and their memory-mapped forms',
  },
  lanes: {
    flag: 'lanes',
    env: [],
    value: 'N',
    otherwise: 'cores of this cgroup, rounded down; 2 with nvidia',
    help: 'worker processes for each model version, one thread each',
  },
  jobsPerLane: {
    flag: 'jobs-per-lane',
    env: [],
    value: 'N',
    otherwise: '1; 8 with nvidia',
    help: 'requests that a worker process works on at once; more than 1 only with --accelerator nvidia',
  },
  accelerator: {
    flag: 'accelerator',
    env: [],
    value: 'none|nvidia',
    otherwise: 'none',
    help: 'nvidia: run on CUDA, or do not start',
  },
  latencyMode: {
    flag: 'latency-mode',
    env: [],
    value: 'auto|off',
    otherwise: 'auto',
    help: 'auto: a request that is alone uses as many threads as there are lanes; off: one, which takes less memory',
  },
  queueLimit: {
    flag: 'queue-limit',
    env: [],
    value: 'N',
    otherwise: '64',
    help: 'requests that may wait for a lane; beyond it they get 429',
  },
  deadlineMs: { flag: 'deadline', env: [], value: 'DURATION', otherwise: '30s', help: 'longest time for one request' },
  drainMs: {
    flag: 'drain',
    env: [],
    value: 'DURATION',
    otherwise: '25s',
    help: 'longest time to finish requests after SIGTERM',
  },
  maxImageBytes: {
    flag: 'max-image-size',
    env: [],
    value: 'SIZE',
    otherwise: '10MiB',
    help: 'largest encoded image, sent or fetched; 64MiB at most',
  },
  maxInFlightBytes: {
    flag: 'max-in-flight',
    env: [],
    value: 'SIZE',
    otherwise: '256MiB',
    help: 'encoded images held at once over all requests; beyond it requests get 429',
  },
  maxSidePx: {
    flag: 'max-side',
    env: [],
    value: 'PIXELS',
    otherwise: '4096',
    help: 'longest side of an image; a JPEG may have four times as many pixels a side, and is decoded at a reduced scale',
  },
  resultCacheBytes: {
    flag: 'result-cache',
    env: [],
    value: '0|SIZE',
    otherwise: '0: off',
    help: 'memory for recent answers, to give them again for the same photo; they hold vectors, which are biometric data',
  },
  resultCacheTtlMs: {
    flag: 'result-cache-ttl',
    env: [],
    value: 'DURATION',
    otherwise: '5m',
    help: 'how long an answer is kept for --result-cache; 24h at most',
  },
  urls: { flag: 'urls', env: [], value: 'on|off', otherwise: 'on', help: 'whether images may be given by URL' },
  allowHosts: {
    flag: 'allow-host',
    env: [],
    value: 'HOST',
    otherwise: 'none',
    help: 'host, host:port, *.suffix or CIDR that may be fetched from although its address is private',
    list: true,
  },
  denyHosts: {
    flag: 'deny-host',
    env: [],
    value: 'HOST',
    otherwise: 'none',
    help: 'host never fetched from, in the same forms; wins over --allow-host',
    list: true,
  },
  egressProxy: {
    flag: 'egress-proxy',
    env: [],
    value: 'URL',
    otherwise: 'none',
    help: 'HTTP proxy for image URLs, S3 and model downloads: http[s]://[user:password@]host[:port]; give a password in the environment only',
    secret: true,
  },
  s3Buckets: {
    flag: 's3-bucket',
    env: [],
    value: 'NAME',
    otherwise: 'none',
    help: 'bucket that images may be read from by s3:// URLs',
    list: true,
  },
  s3Endpoint: {
    flag: 's3-endpoint',
    env: [],
    value: 'URL',
    otherwise: 'AWS',
    help: 'endpoint of an S3-compatible store',
  },
  s3Region: {
    flag: 's3-region',
    env: ['AWS_REGION'],
    value: 'NAME',
    otherwise: 'of the environment',
    help: 'region of the buckets',
  },
  keysFile: {
    flag: 'keys-file',
    env: [],
    value: 'FILE',
    otherwise: 'none: no key is asked for',
    help: 'API keys of clients with their rights and limits; watched for changes',
  },
  rateLimit: {
    flag: 'rate-limit',
    env: [],
    value: 'N',
    otherwise: '0: unlimited',
    help: 'requests a second for each client (its key, else its address)',
  },
  trustProxy: {
    flag: 'trust-proxy',
    env: [],
    value: 'CIDR',
    otherwise: 'none',
    help: 'proxies whose X-Forwarded-For names the client',
    list: true,
  },
  pathPrefix: {
    flag: 'path-prefix',
    env: [],
    value: 'PATH',
    otherwise: 'none',
    help: 'start of paths that a gateway in front may leave in: with /api, /api/compare is /compare, too',
  },
  corsOrigins: {
    flag: 'cors-origin',
    env: [],
    value: 'ORIGIN',
    otherwise: 'none',
    help: 'web origin whose pages may call the API; * for all',
    list: true,
  },
  pages: {
    flag: 'pages',
    env: [],
    value: 'on|off',
    otherwise: 'on',
    help: 'whether there is a page at / and an API explorer at /docs',
  },
  webDir: {
    flag: 'web-dir',
    env: [],
    value: 'DIR',
    otherwise: 'packages/web/dist, if it was built',
    help: 'folder of the page at /; none: a plain one with links',
  },
  logLevel: {
    flag: 'log-level',
    env: [],
    value: 'LEVEL',
    otherwise: 'info',
    help: 'fatal, error, warn, info, debug or silent',
  },
} as const satisfies Record<keyof ServerConfig, Option>;

type Key = keyof ServerConfig;

const options = Object.entries(OPTIONS) as [Key, Option][];

/** Environment variables of an option, the general one first. */
export function environmentNames(option: Option): string[] {
  return [`FACE_COMPARISON_${option.flag.toUpperCase().replaceAll('-', '_')}`, ...option.env];
}

/** The text of --help. */
export function helpText(): string {
  const rows = options.map(([, option]) => {
    const name = `  --${option.flag} ${option.value}`;
    return `${name.padEnd(28)} ${option.help} [${option.otherwise}]`;
  });
  return [
    'Serves the face-comparison API.',
    '',
    'Usage: face-comparison-server [options]',
    '',
    ...rows,
    `${'  --help'.padEnd(28)} this text`,
    '',
    'Each option can also be set in the environment: --queue-limit is FACE_COMPARISON_QUEUE_LIMIT (and HOST, PORT,',
    'AWS_REGION). A flag wins over the environment. Durations: 500ms, 30s, 2m. Sizes: 512KiB, 10MiB, 1GiB.',
    '',
  ].join('\n');
}

/**
 * Reads the configuration from flags and environment.
 * @returns 'help' when help was asked for
 * @throws ConfigError naming the first setting that cannot be used
 */
export function parseConfig(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  defaultModel: string,
): ServerConfig | 'help' {
  const given = readFlags(argv);
  if (given === 'help') return 'help';
  const raw = (key: Key): { text: string; from: string } | undefined => {
    const option: Option = OPTIONS[key];
    const flag = given[option.flag];
    if (flag !== undefined) return { text: flag.join(','), from: `--${option.flag}` };
    const name = environmentNames(option).find((variable) => (env[variable] ?? '') !== '');
    return name === undefined ? undefined : { text: env[name] ?? '', from: name };
  };
  const read = <T>(key: Key, parse: (text: string) => T, otherwise: T): T => {
    const value = raw(key);
    if (value === undefined) return otherwise;
    try {
      return parse(value.text.trim());
    } catch (error) {
      const option: Option = OPTIONS[key];
      const got = option.secret === true ? 'something else (not shown: it may hold a password)' : `"${value.text}"`;
      throw new ConfigError(`${value.from}: ${error instanceof Error ? error.message : String(error)}, got ${got}`);
    }
  };
  const text = (value: string): string => value;
  const list = (value: string): string[] =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  const accelerator = read('accelerator', oneOf('none', 'nvidia'), 'none');
  const hasGpu = accelerator === 'nvidia';
  const host = read('host', nonEmpty, '127.0.0.1');
  const port = read('port', integer(0, 65_535), 8080);
  return {
    host,
    port,
    metricsHost: read('metricsHost', nonEmpty, host),
    metricsPort: read('metricsPort', integer(0, 65_535), port === 0 ? 0 : Math.min(port + 1010, 65_535)),
    plan: read('plan', nonEmpty, undefined),
    model: read('model', nonEmpty, defaultModel),
    modelSha256: read('modelSha256', matching(/^[0-9a-f]{64}$/, '64 lower-case hex digits'), undefined),
    cacheDir: read('cacheDir', nonEmpty, defaultCacheDir(env)),
    lanes: read('lanes', integer(1, 256), hasGpu ? GPU_LANES : usableCores()),
    jobsPerLane: read('jobsPerLane', hasGpu ? integer(1, 64) : onlyOneJob, hasGpu ? GPU_JOBS_PER_LANE : 1),
    accelerator,
    latencyMode: read('latencyMode', oneOf('auto', 'off'), 'auto'),
    queueLimit: read('queueLimit', integer(1, 100_000), 64),
    deadlineMs: read('deadlineMs', duration, 30_000),
    drainMs: read('drainMs', duration, 25_000),
    maxImageBytes: read('maxImageBytes', imageSize, 10 * MiB),
    maxInFlightBytes: read('maxInFlightBytes', size, 256 * MiB),
    maxSidePx: read('maxSidePx', integer(16, LIMITS.maxJpegSidePx), LIMITS.maxSidePx),
    allowHosts: read('allowHosts', list, []),
    denyHosts: read('denyHosts', list, []),
    resultCacheBytes: read('resultCacheBytes', sizeOrNone, 0),
    resultCacheTtlMs: read('resultCacheTtlMs', keepingTime, 5 * DURATION_MS.m),
    egressProxy: read('egressProxy', (value) => EgressProxy.parse(value), undefined),
    urls: read('urls', (value) => oneOf('on', 'off')(value) === 'on', true),
    s3Buckets: read('s3Buckets', list, []),
    s3Endpoint: read('s3Endpoint', text, undefined),
    s3Region: read('s3Region', text, undefined),
    keysFile: read('keysFile', nonEmpty, undefined),
    rateLimit: read('rateLimit', positiveNumber, 0),
    trustProxy: read('trustProxy', list, []),
    pathPrefix: read('pathPrefix', matching(/^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/, 'a path such as /api'), undefined),
    corsOrigins: read('corsOrigins', list, []),
    pages: read('pages', (value) => oneOf('on', 'off')(value) === 'on', true),
    webDir: read('webDir', nonEmpty, undefined),
    logLevel: read('logLevel', oneOf('fatal', 'error', 'warn', 'info', 'debug', 'silent'), 'info'),
  };
}

function readFlags(argv: readonly string[]): Record<string, string[] | undefined> | 'help' {
  const known = Object.fromEntries(options.map(([, { flag }]) => [flag, { type: 'string', multiple: true }] as const));
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { ...known, help: { type: 'boolean', short: 'h' } },
      strict: true,
    });
    if (values['help'] === true) return 'help';
    return Object.fromEntries(Object.entries(values).map(([flag, value]) => [flag, asList(value)]));
  } catch (error) {
    throw new ConfigError(
      `${error instanceof Error ? error.message : String(error)}\nSee --help for the options there are.`,
      { cause: error },
    );
  }
}

function asList(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

function defaultCacheDir(env: NodeJS.ProcessEnv): string {
  const home = env['XDG_CACHE_HOME'] ?? (homedir() === '/' ? tmpdir() : join(homedir(), '.cache'));
  return join(home, 'face-comparison');
}

function nonEmpty(text: string): string {
  if (text === '') throw new Error('expected a value');
  return text;
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

function positiveNumber(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0) throw new Error('expected a number, 0 or more');
  return value;
}

function oneOf<const T extends string>(...allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const value = allowed.find((item) => item === text);
    if (value === undefined) throw new Error(`expected one of ${allowed.join(', ')}`);
    return value;
  };
}

function matching(pattern: RegExp, what: string): (text: string) => string {
  return (text) => {
    if (!pattern.test(text)) throw new Error(`expected ${what}`);
    return text;
  };
}

/** On a CPU a second job in a lane would only make the first wait. */
function onlyOneJob(text: string): number {
  if (text !== '1') throw new Error('expected 1 without --accelerator nvidia');
  return 1;
}

const DURATION_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const SIZE_BYTES = { B: 1, KiB: 1024, MiB, GiB: 1024 * MiB } as const;

function duration(text: string): number {
  return quantity(text, DURATION_MS, 'a duration such as 500ms, 30s or 2m');
}

function size(text: string): number {
  return quantity(text, SIZE_BYTES, 'a size such as 512KiB, 10MiB or 1GiB');
}

function sizeOrNone(text: string): number {
  return text === '0' ? 0 : quantity(text, SIZE_BYTES, '0 or a size such as 512KiB, 10MiB or 1GiB');
}

/** Nobody sends a photo again a day later, and no timer lasts for more than 24 days. */
const MAX_KEEPING_MS = 24 * DURATION_MS.h;

function keepingTime(text: string): number {
  const ms = duration(text);
  if (ms > MAX_KEEPING_MS) throw new Error('expected a duration of at most 24h');
  return ms;
}

/** Two images travel to a lane in one frame, whose length is bounded. */
const MAX_IMAGE_BYTES = 64 * MiB;

function imageSize(text: string): number {
  const bytes = size(text);
  if (bytes > MAX_IMAGE_BYTES) throw new Error('expected a size of at most 64MiB');
  return bytes;
}

function quantity(text: string, units: Readonly<Record<string, number>>, what: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text) ?? [];
  const factor = units[unit];
  const value = Math.round(Number(number) * (factor ?? 0));
  if (factor === undefined || value <= 0) throw new Error(`expected ${what}`);
  return value;
}
