import { Config, runtime } from '@pulumi/pulumi';
import Type, { type Static } from 'typebox';

import { readSettings, type Rule } from './read-settings.js';
import { SettingsError } from './settings-error.js';

const Group = Type.Object({
  instanceTypes: Type.Array(Type.String(), { minItems: 1, default: ['g5.xlarge'] }),
  capacity: Type.Enum(['ON_DEMAND', 'SPOT'], { default: 'ON_DEMAND' }),
  minNodes: Type.Integer({ minimum: 0, default: 0 }),
  maxNodes: Type.Integer({ minimum: 1, maximum: 20, default: 2, examples: [2] }),
});
const Schema = Type.Object({
  name: Type.String({ minLength: 3, maxLength: 24, default: 'faces' }),
  region: Type.String({ pattern: '^[a-z]+-[a-z]+-\\d$', expected: 'a region of AWS', examples: ['eu-central-1'] }),
  keepData: Type.Boolean({ default: false }),
  gpu: Group,
  apiAccess: Type.Object({ cidrs: Type.Array(Type.String(), { minItems: 1, examples: [['192.0.2.0/24']] }) }),
  tags: Type.Record(Type.String(), Type.String(), { default: {} }),
  note: Type.Optional(Type.String()),
  models: Type.Array(Type.Object({ name: Type.String({ examples: ['default-2.0.0'] }) }), { default: [] }),
  clients: Type.Record(Type.String({ pattern: '^[a-z]+$' }), Type.Object({ burst: Type.Integer({ minimum: 1 }) }), {
    default: {},
    additionalProperties: false,
  }),
});
type Settings = Static<typeof Schema>;

const ENOUGH = { region: 'eu-central-1', apiAccess: '{"cidrs":["192.0.2.0/24"]}' };

function read(values: Record<string, string>, rules: readonly Rule<Settings>[] = [], secrets: string[] = []): Settings {
  runtime.setAllConfig(Object.fromEntries(Object.entries(values).map(([key, value]) => [`proj:${key}`, value])));
  return readSettings(Schema, { config: new Config('proj'), rules, secrets });
}

function problemsOf(values: Record<string, string>, rules: readonly Rule<Settings>[] = []): readonly string[] {
  try {
    read(values, rules);
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.problems.map(({ key, problem, fix }) => `${key} ${problem}: ${fix ?? ''}`);
    }
    throw error;
  }
  throw new Error('the settings were accepted');
}

describe('readSettings', () => {
  it('fills in the defaults of what is not set, in groups too', () => {
    expect(read({ ...ENOUGH, gpu: '{"maxNodes":5}' })).toEqual({
      name: 'faces',
      region: 'eu-central-1',
      keepData: false,
      gpu: { instanceTypes: ['g5.xlarge'], capacity: 'ON_DEMAND', minNodes: 0, maxNodes: 5 },
      apiAccess: { cidrs: ['192.0.2.0/24'] },
      tags: {},
      models: [],
      clients: {},
    });
  });

  it('does not share a default between two readings', () => {
    read(ENOUGH).gpu.instanceTypes.push('changed');
    expect(read(ENOUGH).gpu.instanceTypes).toEqual(['g5.xlarge']);
  });

  it('takes digits for text where text is wanted, as for a name or the value of a tag', () => {
    const settings = read({ ...ENOUGH, name: '12345', tags: '{"CostCenter":42,"Shared":true}' });
    expect(settings.name).toBe('12345');
    expect(settings.tags).toEqual({ CostCenter: '42', Shared: 'true' });
  });

  it('names the key, the value, what it must be and the command that sets it right', () => {
    expect(problemsOf({ ...ENOUGH, gpu: '{"maxNodes":0}' })).toEqual([
      'proj:gpu.maxNodes is 0, but must be from 1 to 20: pulumi config set --path gpu.maxNodes 2',
    ]);
    expect(problemsOf({ ...ENOUGH, gpu: '{"minNodes":-1}' })).toEqual([
      'proj:gpu.minNodes is -1, but must be at least 0: pulumi config set --path gpu.minNodes 0',
    ]);
  });

  it('names a value of the wrong type', () => {
    expect(problemsOf({ ...ENOUGH, keepData: 'yes', gpu: '{"maxNodes":"three"}', tags: '[]' })).toEqual([
      'proj:gpu.maxNodes is "three", but must be a whole number from 1 to 20: pulumi config set --path gpu.maxNodes 2',
      'proj:keepData is "yes", but must be true or false: pulumi config set keepData false',
      'proj:tags is a list of 0, but must be an object: pulumi config set --path tags.NAME VALUE',
    ]);
  });

  it('names what is missing, in a group by its own name', () => {
    expect(problemsOf({})).toEqual([
      "proj:apiAccess.cidrs is not set, but must be a list of at least 1, each a string: pulumi config set --path 'apiAccess.cidrs[0]' 192.0.2.0/24",
      'proj:region is not set, but must be a region of AWS: pulumi config set region eu-central-1',
    ]);
  });

  it('refuses a name that is no setting, with the nearest that is', () => {
    expect(problemsOf({ ...ENOUGH, regoin: 'x', gpu: '{"max_nodes":3}', zzzzzzzz: '1' })).toEqual([
      'proj:gpu.max_nodes is not a setting; did you mean gpu.maxNodes?: pulumi config rm --path gpu.max_nodes',
      'proj:regoin is not a setting; did you mean region?: pulumi config rm regoin',
      'proj:zzzzzzzz is not a setting; known are name, region, keepData, gpu, apiAccess, tags, note, models, clients: pulumi config rm zzzzzzzz',
    ]);
  });

  it('says every mistake at once, on a line each', () => {
    expect(() => read({ gpu: '{"capacity":"CHEAP","instanceTypes":[]}' })).toThrow(
      [
        '4 settings cannot be used:',
        "  proj:apiAccess.cidrs is not set, but must be a list of at least 1, each a string: pulumi config set --path 'apiAccess.cidrs[0]' 192.0.2.0/24",
        '  proj:gpu.capacity is "CHEAP", but must be "ON_DEMAND" or "SPOT": pulumi config set --path gpu.capacity ON_DEMAND',
        "  proj:gpu.instanceTypes is a list of 0, but must be a list of at least 1, each a string: pulumi config set --path 'gpu.instanceTypes[0]' VALUE",
        '  proj:region is not set, but must be a region of AWS: pulumi config set region eu-central-1',
      ].join('\n'),
    );
  });

  it('names the one item of a list that is wrong', () => {
    expect(problemsOf({ ...ENOUGH, gpu: '{"instanceTypes":["g5.xlarge",{}]}' })).toEqual([
      "proj:gpu.instanceTypes[1] is an object, but must be a string: pulumi config set --path 'gpu.instanceTypes[1]' VALUE",
    ]);
  });

  it('names what is wrong in maps and in lists of objects', () => {
    expect(
      problemsOf({ ...ENOUGH, models: '[3]', clients: '{"a":{"burst":0},"b":{"bursts":1,"burst":1},"C":{}}' }),
    ).toEqual([
      'proj:clients.a.burst is 0, but must be at least 1: pulumi config set --path clients.a.burst 1',
      'proj:clients.b.bursts is not a setting; did you mean clients.b.burst?: pulumi config rm --path clients.b.bursts',
      'proj:clients.C is not a setting; a name like this is not allowed here: pulumi config rm --path clients.C',
      "proj:models[0] is 3, but must be an object: pulumi config set --path 'models[0].name' default-2.0.0",
    ]);
  });

  it('looks at rules once each setting is right by itself', () => {
    const rule: Rule<Settings> = {
      key: 'gpu.maxNodes',
      holds: ({ gpu }) => gpu.maxNodes >= gpu.minNodes,
      message: ({ gpu }) => `is ${gpu.maxNodes}, but gpu.minNodes is ${gpu.minNodes}`,
      fix: 'pulumi config set --path gpu.minNodes 0',
    };
    expect(problemsOf({ ...ENOUGH, gpu: '{"minNodes":3,"maxNodes":2}' }, [rule])).toEqual([
      'proj:gpu.maxNodes is 2, but gpu.minNodes is 3: pulumi config set --path gpu.minNodes 0',
    ]);
    expect(read(ENOUGH, [rule]).gpu.maxNodes).toBe(2);
  });

  it('leaves the settings of others and the secrets of the project alone', () => {
    runtime.setAllConfig({ 'proj:region': 'eu-central-1', 'aws:region': 'x', 'proj:keys': 'k', 'project:x': '1' });
    runtime.setConfig('proj:apiAccess', ENOUGH.apiAccess);
    const settings = readSettings(Schema, { config: new Config('proj'), secrets: ['keys'] });
    expect(settings).not.toHaveProperty('keys');
  });

  it('is printed by Pulumi without a stack trace', () => {
    expect(() => read({})).toThrow(SettingsError);
    expect(new SettingsError([])).toHaveProperty('__pulumiRunError', true);
  });

  describe('of a value that is stored as a secret', () => {
    afterEach(() => delete process.env['PULUMI_CONFIG_SECRET_KEYS']);

    it('does not show the value', () => {
      process.env['PULUMI_CONFIG_SECRET_KEYS'] = '["proj:region"]';
      const [problem] = problemsOf({ ...ENOUGH, region: 'hunter2' });
      expect(problem).toBe(
        'proj:region is a secret, but must be a region of AWS: pulumi config set region eu-central-1',
      );
    });
  });
});
