import { BAD_MODEL_SPECS, BAD_SPECS, GOOD_MODEL_SPECS, GOOD_SPECS } from '../../../test/example-specs.js';
import { FULL_FACE_COMPARISON } from '../../crd/examples.js';
import type { FaceComparisonSpec } from './face-comparison-spec.js';
import type { FaceModelSpec } from './face-model.js';
import { faceComparisonMistakes, modelSpecMistakes, specMistakes } from './mistakes.js';
import { GROUP_VERSION } from './names.js';

// What is wrong about some of these is their type.
const asSpec = (spec: object) => spec as FaceComparisonSpec;
const asModelSpec = (spec: object) => spec as FaceModelSpec;

describe('specMistakes', () => {
  it.each(GOOD_SPECS)('finds nothing wrong with %s', (_, spec) => expect(specMistakes(asSpec(spec))).toEqual([]));

  it.each(BAD_SPECS)('names the field, the value and what is expected: $title', ({ spec, field, says = '' }) => {
    const [mistake, ...others] = specMistakes(asSpec(spec));
    expect(others).toEqual([]);
    expect(mistake).toMatch(/ is (missing|.+: .+)$/);
    expect(mistake?.startsWith(`${field} is `)).toBe(true);
    expect(mistake).toContain(says);
  });

  it('shows the value that came', () =>
    expect(specMistakes({ model: 'a', rollout: { retain: '5 days' } })).toEqual([
      'spec.rollout.retain is "5 days": must be a duration from 0s to 8760h, written like 500ms, 30s, 5m or 1h30m',
    ]));

  it('finds every mistake', () =>
    expect(specMistakes({ model: 'A', lanes: 0, auth: { mode: 'ApiKey' } })).toHaveLength(3));

  it('cuts what is long', () => {
    const [mistake = ''] = specMistakes({ model: 'A'.repeat(1000) });
    expect(mistake.length).toBeLessThan(250);
  });
});

describe('modelSpecMistakes', () => {
  it.each(GOOD_MODEL_SPECS)('finds nothing wrong with a model %s', (_, spec) =>
    expect(modelSpecMistakes(asModelSpec(spec))).toEqual([]),
  );

  it.each(BAD_MODEL_SPECS)('refuses $title', ({ spec, field, says = '' }) => {
    const [mistake] = modelSpecMistakes(asModelSpec(spec));
    expect(mistake?.startsWith(`${field} is `)).toBe(true);
    expect(mistake).toContain(says);
  });
});

describe('faceComparisonMistakes', () => {
  const named = (name: string) =>
    faceComparisonMistakes({
      apiVersion: GROUP_VERSION,
      kind: 'FaceComparison',
      metadata: { name, namespace: 'default' },
      spec: FULL_FACE_COMPARISON.spec,
    });

  it.each(['faces', 'a', 'a-1', 'a'.repeat(52)])('takes the name %s', (name) => expect(named(name)).toEqual([]));

  it.each(['1faces', 'faces.eu', 'faces-', 'a'.repeat(53)])(
    'refuses the name %s, as no Service could have it',
    (name) =>
      expect(named(name)).toEqual([
        expect.stringContaining(`metadata.name is "${name}": must be at most 52 lower-case`),
      ]),
  );
});
