import type { AwsFunction } from './aws-function.js';

const zonesOf = (region: string): string[] => ['a', 'b', 'c', 'd'].map((letter) => region + letter);

/** Functions about the account, the region and what is offered there. */
export const account: Readonly<Record<string, AwsFunction>> = {
  'aws:index/getAvailabilityZones:getAvailabilityZones': (_, { region }) => ({
    id: region,
    names: zonesOf(region),
    zoneIds: zonesOf(region).map((_zone, index) => `az${String(index + 1)}`),
    groupNames: [region],
  }),
  'aws:index/getCallerIdentity:getCallerIdentity': (_, { world }) => ({
    id: world.account,
    accountId: world.account,
    arn: `arn:aws:iam::${world.account}:user/tester`,
    userId: 'AIDAEXAMPLE',
  }),
  'aws:index/getRegion:getRegion': (args, { region }) => {
    const name = typeof args['region'] === 'string' ? args['region'] : region;
    return { id: name, name, region: name, endpoint: `ec2.${name}.amazonaws.com`, description: name };
  },
  'aws:index/getPartition:getPartition': () => ({
    id: 'aws',
    partition: 'aws',
    dnsSuffix: 'amazonaws.com',
    reverseDnsPrefix: 'com.amazonaws',
  }),
  'aws:index/getDefaultTags:getDefaultTags': (_, { defaultTags }) => ({ id: 'default-tags', tags: defaultTags }),
  'aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings': (args, { region }) => ({
    ...args,
    id: region,
    instanceTypes: [],
    locations: zonesOf(region),
    locationTypes: zonesOf(region).map(() => 'availability-zone'),
  }),
};
