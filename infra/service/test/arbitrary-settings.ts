import fc from 'fast-check';
import { Create } from 'typebox/value';

import { INSIDE_MODEL, rules, SETTINGS, type Client, type Settings } from '../src/settings.js';

/** Settings of which all is as the schema says; `clientNames` have a key. */
export interface Case {
  readonly settings: Settings;
  readonly clientNames: readonly string[];
}

const DEFAULTS: Settings = Create(SETTINGS);

/** Settings with nothing but defaults and what is given. */
export function settingsWith(given: Partial<Settings>): Settings {
  return { ...DEFAULTS, ...given };
}

const client: fc.Arbitrary<Client> = fc.record(
  {
    operations: fc.constantFrom<NonNullable<Client['operations']>>(['compareFaces'], ['analyzeFaces', 'compareFaces']),
    requestsPerSecond: fc.integer({ min: 1, max: 100 }),
    burst: fc.integer({ min: 1, max: 100 }),
    requestsPerMonth: fc.integer({ min: 1, max: 1_000_000 }),
  },
  { requiredKeys: [] },
);

const models = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }).map((minors) => [
  { ...INSIDE_MODEL },
  ...minors.map((minor) => ({
    name: `default-2.${minor}.0`,
    version: `2.${minor}.0`,
    manifest: `s3://faces-models/2.${minor}.0/manifest.json`,
    sha256: `${minor}`.repeat(64),
  })),
]);

const size = fc.oneof(
  fc.integer({ min: 1, max: 20 }).map((replicas): Partial<Settings> => ({ replicas })),
  fc
    .integer({ min: 1, max: 20 })
    .map((minReplicas): Partial<Settings> => ({ autoscaling: { minReplicas, maxReplicas: 20, targetCPU: 70 } })),
  fc.constant<Partial<Settings>>({}),
);

const common = fc.record({
  models,
  accelerator: fc.constantFrom<Settings['accelerator']>('none', 'nvidia'),
  photos: fc.record({
    urls: fc.boolean(),
    allowHosts: fc.constantFrom<string[]>([], ['photos.internal']),
    s3Buckets: fc.constantFrom<string[]>([], ['photos']),
  }),
  operator: fc.record({
    install: fc.boolean(),
    crds: fc.record({ install: fc.boolean(), keep: fc.boolean() }),
  }),
});

const names = fc.uniqueArray(fc.constantFrom('checkin', 'albums', 'kiosk'), { minLength: 1 });

const gateway = fc.record({
  throttling: fc.record({
    requestsPerSecond: fc.integer({ min: 1, max: 500 }),
    burst: fc.integer({ min: 1, max: 500 }),
  }),
  accessLogs: fc.constantFrom<Settings['gateway']['accessLogs']>(
    { enabled: false, retentionDays: 30, setAccountRole: false },
    { enabled: true, retentionDays: 7, setAccountRole: false },
    { enabled: true, retentionDays: 7, setAccountRole: true },
  ),
  waf: fc.record({ enabled: fc.boolean(), requestsPerAddress: fc.constant(3000) }),
  alarms: fc.record({
    enabled: fc.boolean(),
    notify: fc.constantFrom<string[]>([], ['arn:aws:sns:eu-central-1:1:oncall']),
  }),
  dashboard: fc.boolean(),
});

const domain = fc.option(
  fc.record(
    {
      name: fc.constant('faces.example.com'),
      certificateArn: fc.constant('arn:aws:acm:eu-central-1:123456789012:certificate/1'),
      zoneId: fc.constant('Z0123456789ABCDEFGHIJ'),
    },
    { requiredKeys: ['name', 'certificateArn'] },
  ),
  { nil: undefined },
);

/** Any valid settings with target aws. */
export const onAws: fc.Arbitrary<Case> = fc
  .tuple(
    common,
    size,
    gateway,
    domain,
    fc.constantFrom<Settings['gateway']['authentication']>('API_KEY', 'AWS_IAM', 'NONE'),
    names,
    client,
  )
  .map(([shared, pods, front, ownDomain, authentication, withKey, limits]) => {
    const clientNames = authentication === 'API_KEY' ? withKey : [];
    const [limited] = clientNames;
    return {
      clientNames,
      settings: settingsWith({
        target: 'aws',
        ...shared,
        ...pods,
        gateway: { ...front, authentication, ...(ownDomain === undefined ? {} : { domain: ownDomain }) },
        clients: limited === undefined ? {} : { [limited]: limits },
        tags: { CostCenter: '42' },
      }),
    };
  });

/** Any valid settings with target kubernetes. */
export const onKubernetes: fc.Arbitrary<Case> = fc
  .tuple(
    common,
    size,
    fc.record(
      {
        context: fc.constant('kind-faces'),
        nodePort: fc.constant(30_080),
        url: fc.constant('http://192.0.2.10:30080'),
      },
      { requiredKeys: [] },
    ),
    fc.oneof(fc.constant([]), names),
    client,
  )
  .map(([shared, pods, kubernetes, clientNames, limits]) => {
    const [limited] = clientNames;
    return {
      clientNames,
      settings: settingsWith({
        target: 'kubernetes',
        ...shared,
        ...pods,
        kubernetes,
        clients: limited === undefined ? {} : { [limited]: limits },
      }),
    };
  });

/** Rules that the settings break; none, if they are what they claim to be. */
export function brokenRules({ settings, clientNames }: Case): string[] {
  return rules(clientNames)
    .filter((rule) => !rule.holds(settings))
    .map((rule) => `${rule.key} ${rule.message(settings)}`);
}
