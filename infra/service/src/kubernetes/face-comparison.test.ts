import fc from 'fast-check';
import { Check, Errors } from 'typebox/value';
import { parse } from 'yaml';

import { onAws, onKubernetes, settingsWith } from '../../test/arbitrary-settings.js';
import { projectFile } from '../project-folder.js';
import { faceComparisonSpec } from './face-comparison.js';

const PARTS = {
  image: undefined,
  pullSecret: undefined,
  keysSecret: undefined,
  s3Region: undefined,
  pathPrefix: undefined,
};

/** The schema of spec in the CRD of the chart, closed: the API server drops a field that it does not know. */
const SCHEMA = closed(
  (
    parse(
      projectFile('../../charts/face-comparison-operator/crds-generated/facecomparisons.yaml').toString('utf8'),
    ) as { spec: { versions: { schema: { openAPIV3Schema: { properties: { spec: object } } } }[] } }
  ).spec.versions[0]?.schema.openAPIV3Schema.properties.spec ?? {},
);

function closed(schema: object): object {
  const members = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? closed(value as object)
        : (value as unknown),
    ]),
  );
  return 'properties' in schema && !('additionalProperties' in schema)
    ? { ...members, additionalProperties: false }
    : members;
}

describe('the spec of the FaceComparison', () => {
  it('is one that the CRD allows, for any valid settings', () => {
    fc.assert(
      fc.property(
        fc.oneof(onAws, onKubernetes),
        fc.record(
          {
            image: fc.constant('registry/server:1'),
            pullSecret: fc.constant('faces-registry'),
            keysSecret: fc.constant('faces-keys'),
            s3Region: fc.constant('eu-west-1'),
            pathPrefix: fc.constant('/api'),
          },
          { requiredKeys: [] },
        ),
        ({ settings }, parts) => {
          const spec = faceComparisonSpec(settings, { ...PARTS, ...parts });
          expect([Check(SCHEMA, spec), Errors(SCHEMA, spec)]).toEqual([true, []]);
        },
      ),
    );
  });

  it('would be refused with a field that the CRD does not know', () => {
    const spec = faceComparisonSpec(settingsWith({ target: 'kubernetes' }), PARTS);
    expect(Check(SCHEMA, { ...spec, images: { url: true } })).toBe(false);
  });

  it('has two pods of the model inside the image where nothing is said', () => {
    expect(faceComparisonSpec(settingsWith({ target: 'kubernetes' }), PARTS)).toEqual({
      model: 'default-2.0.0',
      replicas: 2,
      auth: { mode: 'None' },
      images: { urls: true },
    });
  });

  it('asks for the resources of the settings, and lets pods take paths as the gateway leaves them', () => {
    const resources = { requests: { cpu: '200m' }, limits: { memory: '2Gi' } };
    const spec = faceComparisonSpec(settingsWith({ target: 'kubernetes', resources }), {
      ...PARTS,
      pathPrefix: '/api',
    });
    expect(Check(SCHEMA, spec)).toBe(true);
    expect(spec).toMatchObject({ resources, pod: { env: [{ name: 'FACE_COMPARISON_PATH_PREFIX', value: '/api' }] } });
  });

  it('leaves the number of pods to the autoscaler', () => {
    const autoscaling = { minReplicas: 2, maxReplicas: 9, targetCPU: 60 };
    const spec = faceComparisonSpec(settingsWith({ target: 'kubernetes', autoscaling }), PARTS);
    expect(spec).toMatchObject({ autoscaling });
    expect(spec).not.toHaveProperty('replicas');
  });
});
