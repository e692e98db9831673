import fc from 'fast-check';

import { RULES, type GroupSettings, type Settings } from '../src/settings.js';

function group(types: readonly string[], lowest: number): fc.Arbitrary<GroupSettings> {
  return fc
    .record({
      instanceTypes: fc.shuffledSubarray([...types], { minLength: 1 }),
      capacity: fc.constantFrom('ON_DEMAND' as const, 'SPOT' as const),
      minNodes: fc.integer({ min: lowest, max: 20 }),
      more: fc.integer({ min: 1, max: 20 }),
      diskGiB: fc.integer({ min: 20, max: 1000 }),
    })
    .map(({ more, ...rest }) => ({ ...rest, maxNodes: rest.minNodes + more }));
}

const admin = fc
  .tuple(fc.constantFrom('role', 'user'), fc.stringMatching(/^[a-z]{1,2}(\/[a-z]{1,12})?$/))
  .map(([kind, path]) => `arn:aws:iam::123456789012:${kind}/${path}`);

/** Any settings that the schema and the rules accept, with every branch of the program in reach. */
export const validSettings: fc.Arbitrary<Settings> = fc
  .record({
    name: fc.stringMatching(/^[a-z][a-z0-9-]{1,22}[a-z0-9]$/),
    region: fc.constantFrom('eu-central-1', 'us-east-1', 'cn-north-1', 'us-gov-west-1'),
    zones: fc.integer({ min: 2, max: 3 }),
    vpcCidr: fc.constantFrom('10.0.0.0/16', '172.16.32.0/20', '192.168.128.0/18', '100.64.0.0/17'),
    nat: fc.constantFrom('one' as const, 'per-zone' as const),
    endpoints: fc.record({ ecr: fc.boolean() }),
    kubernetesVersion: fc.constantFrom('1.34', '1.35'),
    apiAccess: fc.constantFrom<Settings['apiAccess'][]>(
      { cidrs: ['203.0.113.0/24'], anywhere: false },
      { cidrs: ['203.0.113.0/24', '198.51.100.7/32'], anywhere: false },
      { cidrs: ['0.0.0.0/0'], anywhere: true },
    ),
    admins: fc.uniqueArray(admin, { maxLength: 3 }),
    cpu: group(['m6i.large', 'm7i.large', 'c6i.2xlarge'], 1),
    gpu: fc
      .tuple(group(['g4dn.xlarge', 'g5.xlarge', 'g6.xlarge'], 0), fc.boolean())
      .map(([settings, enabled]) => ({ ...settings, enabled })),
    logs: fc.record({
      types: fc.shuffledSubarray<Settings['logs']['types'][number]>([
        'api',
        'audit',
        'authenticator',
        'controllerManager',
        'scheduler',
      ]),
      retentionDays: fc.constantFrom(1, 7, 30, 365),
    }),
    keepData: fc.boolean(),
    tags: fc.dictionary(fc.stringMatching(/^team-[a-z]{1,8}$/), fc.stringMatching(/^[a-z0-9]{0,12}$/), { maxKeys: 3 }),
  })
  .filter((settings) => RULES.every((rule) => rule.holds(settings)));
