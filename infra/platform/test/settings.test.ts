import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { Config, runtime } from '@pulumi/pulumi';
import { readSettings, SettingsError } from '@face-comparison/stack-config';

import { monthlyCost } from '../src/monthly-cost.js';
import { PROJECT, RULES, SETTINGS, type Settings } from '../src/settings.js';
import { exampleConfig } from './example-config.js';

const ENOUGH = { region: 'eu-central-1', apiAccess: { cidrs: ['203.0.113.7/32'] } };

function read(values: Readonly<Record<string, unknown>>): Settings {
  const texts = Object.entries(values).map(([key, value]): [string, string] => [
    `${PROJECT}:${key}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  runtime.setAllConfig(Object.fromEntries(texts));
  return readSettings(SETTINGS, { config: new Config(PROJECT), rules: RULES });
}

function refusal(values: Readonly<Record<string, unknown>>): string {
  try {
    read({ ...ENOUGH, ...values });
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.message;
    }
    throw error;
  }
  throw new Error('the settings were accepted');
}

describe('the settings of the platform', () => {
  it('are a region and who may reach the API; all else has a default', () => {
    expect(read(ENOUGH)).toMatchObject({
      name: 'face-comparison',
      zones: 2,
      nat: 'one',
      kubernetesVersion: '1.35',
      keepData: false,
      gpu: { enabled: false, minNodes: 0, maxNodes: 2 },
      cpu: { minNodes: 2, maxNodes: 6 },
    });
  });

  it.each([
    [{ gpu: { maxNodes: 0 } }, 'gpu.maxNodes is 0, but must be from 1 to 100: pulumi config set --path gpu.maxNodes 2'],
    [
      { gpu: { minNodes: 5 } },
      'gpu.maxNodes is 2, but must be at least gpu.minNodes, which is 5: pulumi config set --path gpu.maxNodes 2',
    ],
    [{ zones: 4 }, 'zones is 4, but must be from 2 to 3: pulumi config set zones 2'],
    [{ vpcCidr: '10.0.0.0/24' }, 'vpcCidr is 10.0.0.0/24, but must be a /16 to /20'],
    [{ vpcCidr: '10.0.3.0/16' }, 'vpcCidr is 10.0.3.0/16, but its first address is not the first of such a range'],
    [{ vpcCidr: '8.8.0.0/16' }, 'vpcCidr is 8.8.0.0/16, but must be private'],
    [{ apiAccess: { cidrs: ['0.0.0.0/0'] } }, 'apiAccess.cidrs has 0.0.0.0/0, but apiAccess.anywhere is false'],
    [{ apiAccess: { cidrs: ['10.1.0.0/16'] } }, 'apiAccess.cidrs has 10.1.0.0/16, but must be public'],
    [{ apiAccess: { cidrs: ['my office'] } }, 'apiAccess.cidrs[0] is "my office", but must be an IPv4 range'],
    [
      { apiAccess: {} },
      'apiAccess.cidrs is not set, but must be a list of from 1 to 40, none twice, each an IPv4 range',
    ],
    [
      { cpu: { instanceTypes: ['m7g.large', 'c6gn.large'] } },
      'has m7g.large, c6gn.large, but the images are for x86-64',
    ],
    [{ gpu: { instanceTypes: ['m6i.large', 'g5g.xlarge'] } }, 'has m6i.large, g5g.xlarge, but must be of g4dn, g5,'],
    [{ kubernetesVersion: '1.3' }, 'kubernetesVersion is "1.3", but must be a minor version of Kubernetes'],
    [{ admins: ['platform-admin'] }, 'admins[0] is "platform-admin", but must be the ARN of an IAM role or user'],
    [{ tags: { Project: 'x' } }, 'tags has Project, but these are set by the program'],
    [{ logs: { retentionDays: 8 } }, 'logs.retentionDays is 8, but must be 1 or 3 or 5'],
    [{ name: 'A' }, 'name is "A", but must be 3 to 24 lower-case letters, digits and hyphens'],
    [{ name: 'internal-faces' }, 'name is "internal-faces", but must be 3 to 24 lower-case'],
    [{ nat: 'two' }, 'nat is "two", but must be "one" or "per-zone"'],
    [{ gpus: {} }, 'gpus is not a setting; did you mean gpu?: pulumi config rm gpus'],
  ])('refuse %j', (values, message) => expect(refusal(values)).toContain(message));

  it('say what every mistake is at once', () => {
    expect(refusal({ zones: 9, nat: 'no', gpu: { capacity: 'FREE' } })).toMatch(/^3 settings cannot be used:\n/);
  });

  it.each(RULES.map((rule) => [rule.key, rule] as const))('hold for the defaults: %s', (_, rule) =>
    expect(rule.holds(read(ENOUGH))).toBe(true),
  );
});

describe('the example', () => {
  it.each(['dev', 'prod-cpu', 'prod-gpu'])('Pulumi.%s.yaml can be used, and its cost be told', (stack) => {
    const settings = read(exampleConfig(stack));
    expect(settings.gpu.enabled).toBe(stack === 'prod-gpu');
    expect(settings.keepData).toBe(stack !== 'dev');
    const cost = monthlyCost(settings);
    expect(cost.notPriced).toEqual([]);
    expect(cost.total).toBeGreaterThan(100);
  });

  it('is a project that Pulumi runs compiled', () => {
    const project = readFileSync(resolve(__dirname, '../Pulumi.yaml'), 'utf8');
    expect(project).toMatch(new RegExp(`^name: ${PROJECT}$`, 'm'));
    expect(project).toContain('typescript: false');
    expect(project).toMatch(/^main: dist\/index.js$/m);
  });
});

describe('the monthly cost', () => {
  it('counts what the settings make', () => {
    const line = (settings: Settings, what: RegExp): string[] =>
      monthlyCost(settings)
        .lines.map((one) => one.what)
        .filter((name) => what.test(name));
    const gpu = { enabled: true, minNodes: 1 };
    const large = read({ ...ENOUGH, zones: 3, nat: 'per-zone', endpoints: { ecr: true }, gpu });
    expect(line(large, /NAT gateways/)).toEqual([expect.stringContaining('NAT gateways: 3')]);
    expect(line(large, /interface endpoints/)).toEqual(['interface endpoints: 6']);
    expect(line(large, /GPU nodes: 1 x g4dn/)).toHaveLength(1);
    expect(line(read(ENOUGH), /GPU|interface endpoints/)).toEqual([]);
  });

  it('names what it has no price of', () => {
    expect(monthlyCost(read({ ...ENOUGH, cpu: { instanceTypes: ['x9z.metal'] } })).notPriced).toEqual(['x9z.metal']);
  });
});
