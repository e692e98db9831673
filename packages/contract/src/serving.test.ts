import { Ajv } from 'ajv';

import { ServingPlanSchema, servingPlanMistakes, type ServingPlan } from './serving.js';

const hasShape = new Ajv({ strict: true }).compile<ServingPlan>(ServingPlanSchema);

const plan: ServingPlan = {
  generation: 12,
  default: '2.0.0',
  models: [
    { version: '2.0.0', manifest: 'file:///models/default/manifest.json', sha256: 'ab'.repeat(32) },
    { version: '2.1.0', manifest: 's3://models/2.1.0/manifest.json' },
  ],
};

describe('a serving plan', () => {
  it('may have a canary and a switch', () => {
    const full: ServingPlan = {
      ...plan,
      canary: { version: '2.1.0', weight: 10 },
      switch: { to: '2.1.0', at: '2026-01-01T12:00:00.000Z' },
    };
    expect(hasShape(full)).toBe(true);
    expect(servingPlanMistakes(full)).toEqual([]);
  });

  it.each([
    ['no models', { ...plan, models: [] }],
    ['a digest that is none', { ...plan, models: [{ version: '2.0.0', manifest: 'file:///m.json', sha256: 'AB' }] }],
    ['a field that it does not know', { ...plan, Canary: { version: '2.1.0', weight: 10 } }],
    ['a weight above 100', { ...plan, canary: { version: '2.1.0', weight: 101 } }],
    ['an instant in local time', { ...plan, switch: { to: '2.1.0', at: '2026-01-01T12:00:00+01:00' } }],
  ])('with %s has not the right shape', (_, wrong) => expect(hasShape(wrong)).toBe(false));

  it.each<[string, ServingPlan, string]>([
    [
      'a default that is not listed',
      { ...plan, default: '3.0.0' },
      'default is 3.0.0, which models does not list; it lists 2.0.0, 2.1.0',
    ],
    [
      'a canary that is not listed',
      { ...plan, canary: { version: '3.0.0', weight: 1 } },
      'canary.version is 3.0.0, which models does not list; it lists 2.0.0, 2.1.0',
    ],
    [
      'a switch to what is not listed',
      { ...plan, switch: { to: '3.0.0', at: '2026-01-01T12:00:00Z' } },
      'switch.to is 3.0.0, which models does not list; it lists 2.0.0, 2.1.0',
    ],
    [
      'a version listed twice',
      { ...plan, models: [...plan.models, { version: '2.1.0', manifest: 'file:///other.json' }] },
      'models lists version 2.1.0 more than once; list each version once',
    ],
    [
      'the default as its own canary',
      { ...plan, canary: { version: '2.0.0', weight: 1 } },
      'canary.version is 2.0.0, the default itself; leave canary out or name another version',
    ],
    [
      'a day that no month has',
      { ...plan, switch: { to: '2.1.0', at: '2026-13-41T12:00:00Z' } },
      'switch.at is 2026-13-41T12:00:00Z, which is no instant; write it as 2026-01-01T12:00:00.000Z',
    ],
  ])('with %s has a mistake that is named', (_, wrong, mistake) => {
    expect(hasShape(wrong)).toBe(true);
    expect(servingPlanMistakes(wrong)).toEqual([mistake]);
  });
});
