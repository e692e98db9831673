import Type from 'typebox';

import { settingsTable } from './settings-table.js';

const Schema = Type.Object({
  region: Type.String({ description: 'region of AWS' }),
  gpu: Type.Object({
    capacity: Type.Enum(['ON_DEMAND', 'SPOT'], { default: 'ON_DEMAND', description: 'on-demand | spot' }),
    maxNodes: Type.Integer({ minimum: 1, maximum: 20, default: 2 }),
    instanceTypes: Type.Array(Type.String(), { default: ['g4dn.xlarge', 'g5.xlarge'] }),
  }),
  tags: Type.Record(Type.String(), Type.String(), { default: {} }),
  domain: Type.Optional(Type.String()),
});

describe('settingsTable', () => {
  it('has a row for each setting, with members of a group by their path', () => {
    expect(settingsTable('proj', Schema)).toBe(
      [
        '| proj: | type | default | what |',
        '| --- | --- | --- | --- |',
        '| `region` | string | required | region of AWS |',
        '| `gpu.capacity` | `ON_DEMAND`, `SPOT` | `ON_DEMAND` | on-demand \\| spot |',
        '| `gpu.maxNodes` | integer, 1..20 | `2` |  |',
        '| `gpu.instanceTypes` | list of string | `g4dn.xlarge`, `g5.xlarge` |  |',
        '| `tags` | map of string | none |  |',
        '| `domain` | string | none |  |',
        '',
      ].join('\n'),
    );
  });
});
