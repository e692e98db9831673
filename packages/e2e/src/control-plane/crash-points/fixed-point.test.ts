import { fixedPoint } from './fixed-point.js';

const plan = (version: string, generation: number): string =>
  JSON.stringify({
    generation,
    default: version,
    models: [{ version, manifest: `file:///${version}`, sha256: version }],
  });

const rejection = (
  model: string,
): { model: string; version: string; sha256: string; reason: string; message: string; at: string } => ({
  ...{ model, version: model, sha256: '', message: '', at: '' },
  reason: 'LoadFailed',
});

describe('a fixed point', () => {
  it('is the same for two runs that differ in names and in what was written on the way', () => {
    const first = fixedPoint(plan('v1', 3), { phase: 'Serving', version: 'v1' }, (text) =>
      text === 'v1' ? 'NEW' : text,
    );
    const second = fixedPoint(plan('v2', 9), { phase: 'Serving', version: 'v2' }, (text) =>
      text === 'v2' ? 'NEW' : text,
    );
    expect(first).toBe(second);
  });

  it('is another where the old version answers still, or a condition is another', () => {
    const name = (text: string): string => text;
    const good = fixedPoint(plan('v1', 1), { conditions: [{ type: 'Ready', status: 'True' }] }, name);
    expect(fixedPoint(plan('v0', 1), { conditions: [{ type: 'Ready', status: 'True' }] }, name)).not.toBe(good);
    expect(fixedPoint(plan('v1', 1), { conditions: [{ type: 'Ready', status: 'False' }] }, name)).not.toBe(good);
  });

  it('leaves out what was rejected before this run', () => {
    const name = (text: string): string => (text === 'new' ? 'NEW' : text);
    const first = fixedPoint(plan('v', 1), { rejected: [rejection('new')] }, name);
    expect(fixedPoint(plan('v', 1), { rejected: [rejection('earlier'), rejection('new')] }, name)).toBe(first);
    expect(fixedPoint(plan('v', 1), { rejected: [rejection('earlier')] }, name)).not.toBe(first);
  });
});
