import { ConfigError, helpText, parseConfig } from './config.js';

const REQUIRED = ['--server-image', 'face-comparison-server:0.1.0'];
const read = (argv: readonly string[], env: NodeJS.ProcessEnv = {}, own: string | undefined = 'operators') => {
  const config = parseConfig(argv, env, own);
  if (config === 'help') throw new Error('help was not asked for');
  return config;
};

it('takes what a pod knows of itself, and sensible values for the rest', () => {
  expect(read(REQUIRED)).toEqual({
    namespaces: [],
    serverImage: 'face-comparison-server:0.1.0',
    serverImagePullPolicy: 'IfNotPresent',
    leaderElect: true,
    leaseName: 'face-comparison-operator',
    leaseNamespace: 'operators',
    operatorNamespace: 'operators',
    host: '0.0.0.0',
    metricsPort: 8080,
    healthPort: 8081,
    concurrency: 4,
    pollMs: 2000,
    cacheDir: '/tmp/face-comparison',
    s3Endpoint: undefined,
    s3Region: undefined,
    logLevel: 'info',
  });
});

it('lets a flag win over the environment', () => {
  const env = { FACE_COMPARISON_OPERATOR_NAMESPACES: 'a, b', FACE_COMPARISON_OPERATOR_POLL: '1s' };
  expect(read([...REQUIRED, '--poll=500ms'], env)).toMatchObject({ namespaces: ['a', 'b'], pollMs: 500 });
});

it.each<[string, readonly string[], RegExp]>([
  ['no image', [], /--server-image is missing; expected the image/],
  ['an unknown flag', [...REQUIRED, '--bogus'], /bogus[^]*See --help/],
  [
    'a port that is none',
    [...REQUIRED, '--metrics-port', '99999'],
    /--metrics-port: expected .* 0 to 65535, got "99999"/,
  ],
  ['a poll that is none', [...REQUIRED, '--poll', 'often'], /--poll: expected a duration/],
  ['a poll that would never rest', [...REQUIRED, '--poll', '1ms'], /--poll: expected a duration from 50ms to 1m/],
  [
    'a policy that is none',
    [...REQUIRED, '--server-image-pull-policy', 'Maybe'],
    /expected one of Always, IfNotPresent/,
  ],
])('refuses %s in a sentence', (_what, argv, message) => {
  expect(() => parseConfig(argv, {}, 'operators')).toThrow(ConfigError);
  expect(() => parseConfig(argv, {}, 'operators')).toThrow(message);
});

it('asks for the namespace of the lease where there is no pod to take it from', () => {
  expect(() => parseConfig(REQUIRED, {}, undefined)).toThrow(/--lease-namespace is missing/);
  expect(read([...REQUIRED, '--leader-elect', 'off'], {}, undefined)).toMatchObject({ leaderElect: false });
});

it('explains each flag', () => {
  expect(parseConfig(['--help'], {}, undefined)).toBe('help');
  expect(helpText()).toMatch(/--server-image IMAGE[^]*--poll DURATION[^]*FACE_COMPARISON_OPERATOR_POLL/);
});
