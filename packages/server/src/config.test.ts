import { inspect } from 'node:util';
import { ConfigError, environmentNames, helpText, OPTIONS, parseConfig, type ServerConfig } from './config.js';

function configOf(argv: readonly string[], env: NodeJS.ProcessEnv = {}): ServerConfig {
  const config = parseConfig(argv, env, '/models/default/manifest.json');
  if (config === 'help') throw new Error('help was not asked for');
  return config;
}

it('has a default for everything', () => {
  expect(configOf([])).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    metricsHost: '127.0.0.1',
    metricsPort: 9090,
    model: '/models/default/manifest.json',
    queueLimit: 64,
    deadlineMs: 30_000,
    drainMs: 25_000,
    maxImageBytes: 10 * 1024 * 1024,
    maxInFlightBytes: 256 * 1024 * 1024,
    maxSidePx: 4096,
    resultCacheBytes: 0,
    resultCacheTtlMs: 300_000,
    urls: true,
    pages: true,
    webDir: undefined,
    allowHosts: [],
    accelerator: 'none',
    latencyMode: 'auto',
  });
});

it('reads a flag, else the variable of its own, else the general one', () => {
  const env = { FACE_COMPARISON_PORT: '81', PORT: '82' };
  expect(configOf(['--port', '80'], env).port).toBe(80);
  expect(configOf([], env).port).toBe(81);
  expect(configOf([], { PORT: '82' }).port).toBe(82);
  expect(configOf([], { FACE_COMPARISON_PORT: '', PORT: '82' }).port).toBe(82);
});

it('puts the private port beside the public one', () => {
  expect(configOf(['--port', '3000']).metricsPort).toBe(4010);
  expect(configOf(['--port', '0']).metricsPort).toBe(0);
  expect(configOf(['--host', '0.0.0.0']).metricsHost).toBe('0.0.0.0');
});

it.each<[string, string, keyof ServerConfig, unknown]>([
  ['--deadline', '500ms', 'deadlineMs', 500],
  ['--deadline', '2m', 'deadlineMs', 120_000],
  ['--drain', '1.5s', 'drainMs', 1500],
  ['--max-image-size', '512KiB', 'maxImageBytes', 512 * 1024],
  ['--max-in-flight', '1GiB', 'maxInFlightBytes', 1024 ** 3],
  ['--result-cache', '0', 'resultCacheBytes', 0],
  ['--result-cache', '64MiB', 'resultCacheBytes', 64 * 1024 ** 2],
  ['--result-cache-ttl', '24h', 'resultCacheTtlMs', 86_400_000],
  ['--urls', 'off', 'urls', false],
  ['--latency-mode', 'off', 'latencyMode', 'off'],
  ['--pages', 'off', 'pages', false],
  ['--rate-limit', '0.5', 'rateLimit', 0.5],
  ['--cors-origin', 'https://a.example, https://b.example', 'corsOrigins', ['https://a.example', 'https://b.example']],
])('reads %s %s', (flag, text, key, value) => {
  expect(configOf([flag, text])[key]).toEqual(value);
});

it('keeps the credentials of a proxy to itself', () => {
  const config = configOf(['--egress-proxy', 'http://me:secret@proxy.example:3128']);
  expect(config.egressProxy?.origin).toBe('http://proxy.example:3128');
  expect(inspect(config, { showHidden: true, depth: 9 }) + JSON.stringify(config)).not.toMatch(/secret|bWU6c2VjcmV0/);
  expect(configOf([], { HTTPS_PROXY: 'http://proxy.example:3128' }).egressProxy).toBeUndefined();
  expect(() => configOf(['--egress-proxy', 'ftp://me:secret@proxy.example'])).toThrow(
    new ConfigError(
      '--egress-proxy: expected http://[user:password@]host[:port] or https://[user:password@]host[:port], got something else (not shown: it may hold a password)',
    ),
  );
});

it('takes a list from a flag that is repeated', () => {
  expect(configOf(['--allow-host', 'a', '--allow-host', 'b,c']).allowHosts).toEqual(['a', 'b', 'c']);
});

it.each<[readonly string[], RegExp]>([
  [['--port', '65536'], /--port: expected a whole number from 0 to 65535, got "65536"/],
  [['--port', 'http'], /--port/],
  [['--lanes', '0'], /--lanes/],
  [['--lanes', '1.5'], /--lanes/],
  [['--deadline', '30'], /--deadline: expected a duration such as/],
  [['--deadline', '0s'], /--deadline/],
  [['--max-image-size', '65MiB'], /--max-image-size: expected a size of at most 64MiB, got "65MiB"/],
  [['--max-image-size', '10MB'], /--max-image-size: expected a size such as/],
  [['--result-cache', '64MB'], /--result-cache: expected 0 or a size such as .*, got "64MB"/],
  [['--result-cache-ttl', '25h'], /--result-cache-ttl: expected a duration of at most 24h, got "25h"/],
  [['--jobs-per-lane', '2'], /--jobs-per-lane: expected 1 without --accelerator nvidia, got "2"/],
  [['--accelerator', 'nvidia', '--jobs-per-lane', '65'], /--jobs-per-lane: expected a whole number from 1 to 64/],
  [['--accelerator', 'cuda'], /expected one of none, nvidia, got "cuda"/],
  [['--latency-mode', 'on'], /expected one of auto, off, got "on"/],
  [['--urls', 'yes'], /expected one of on, off/],
  [['--log-level', 'loud'], /--log-level/],
  [['--model-sha256', 'ABC'], /64 lower-case hex digits/],
  [['--rate-limit', '-1'], /--rate-limit/],
  [['--no-such-flag'], /no-such-flag.*\n.*--help/],
  [['stray'], /stray/],
])('refuses %j', (argv, message) => {
  expect(() => configOf(argv)).toThrow(ConfigError);
  expect(() => configOf(argv)).toThrow(message);
});

it('has lanes for a GPU that take several jobs at once', () => {
  expect(configOf(['--accelerator', 'nvidia'])).toMatchObject({ lanes: 2, jobsPerLane: 8 });
  expect(configOf(['--accelerator', 'nvidia', '--lanes', '3', '--jobs-per-lane', '4'])).toMatchObject({
    lanes: 3,
    jobsPerLane: 4,
  });
  expect(configOf(['--lanes', '3', '--jobs-per-lane', '1'])).toMatchObject({ lanes: 3, jobsPerLane: 1 });
});

it('names the variable that cannot be used', () => {
  expect(() => configOf([], { FACE_COMPARISON_LANES: 'all' })).toThrow(/^FACE_COMPARISON_LANES: .*"all"/);
});

it('asks for help before anything else', () => {
  expect(parseConfig(['--port', 'wrong', '--help'], {}, '')).toBe('help');
});

it('tells every option in the help, and has a variable for each', () => {
  const names = Object.values(OPTIONS).flatMap((option) => environmentNames(option));
  expect(new Set(names).size).toBe(names.length);
  for (const option of Object.values(OPTIONS)) expect(helpText()).toContain(`--${option.flag} ${option.value}`);
});
