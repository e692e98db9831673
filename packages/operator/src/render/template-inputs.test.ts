import type { Deployment } from '@face-comparison/kube-runtime';

import { withDefaults, type FaceComparisonSpec } from '../api/v1alpha1/index.js';
import { deploymentOf, faceComparison, FULLEST } from '../../test/kit/rendered.js';
import { memoryLimit, renderDeployment } from './deployment.js';
import {
  rememberedTemplate,
  TEMPLATE_ANNOTATION,
  TEMPLATE_INPUTS_ANNOTATION,
  templateInputs,
} from './template-inputs.js';

/** A Deployment as an older operator left it: it rendered something else of the same spec. */
function leftByOlderOperator(spec: Partial<FaceComparisonSpec>): Deployment {
  const owner = faceComparison(spec);
  // Other defaults are all that an older operator can differ by, seen from here.
  const older = { ...withDefaults(owner.spec), lanes: 7 };
  return renderDeployment(owner, older, {
    serverImage: 'registry.example.com/server:0.0.1',
    imagePullPolicy: 'Always',
    replicas: 2,
    model: { sharedMiB: 1000, perLaneMiB: 1000 },
  });
}

/** What this operator makes of it. */
const takenOver = (left: Deployment, spec: Partial<FaceComparisonSpec>) =>
  deploymentOf(faceComparison(spec), { existing: rememberedTemplate(left) });

const imageOf = (deployment: Deployment) => deployment.spec?.template.spec?.containers[0]?.image;

describe('the template of the pods', () => {
  const left = leftByOlderOperator({ pages: true });

  it('stays as it is when a newer operator would render another: nothing restarts', () => {
    const taken = takenOver(left, { pages: true });
    expect(deploymentOf(faceComparison({ pages: true })).spec?.template).not.toEqual(left.spec?.template);
    expect(taken.spec?.template).toEqual(left.spec?.template);
    expect(taken.metadata.annotations).toEqual(left.metadata?.annotations);
  });

  it.each([
    ['another model', { model: 'default-9.9.9' }],
    ['another number of pods', { replicas: 5 }],
    ['another way to upgrade', { rollout: { promotion: 'Manual' as const, retain: '1h' } }],
    ['another port of the Service', { service: { port: 8080 } }],
    ['another annotation of the ServiceAccount', { serviceAccount: { annotations: { a: 'b' } } }],
    ['nothing, said at length', { pod: {}, images: { allowHosts: [] }, resources: { limits: {} } }],
  ])('stays as it is with %s', (_, change) =>
    expect(takenOver(left, { pages: true, ...change }).spec?.template).toEqual(left.spec?.template),
  );

  it('stays as it is when a new model takes more memory', () => {
    const first = deploymentOf(faceComparison(), { model: { sharedMiB: 10, perLaneMiB: 10 } });
    const then = deploymentOf(faceComparison(), {
      model: { sharedMiB: 5000, perLaneMiB: 5000 },
      existing: rememberedTemplate(first),
    });
    expect(then).toEqual(first);
    expect(memoryLimit(then)).toBe(memoryLimit(first));
  });

  it.each([
    ['lanes', { lanes: 3 }],
    ['an image', { image: 'registry.example.com/server:1' }],
    ['a resource', { resources: { limits: { memory: '4Gi' } } }],
    ['a label', { pod: { labels: { a: 'b' } } }],
    ['the cache', { cache: { sizeLimit: '1Gi' } }],
    ['keys', { auth: { mode: 'ApiKey' as const, keysSecret: 'keys' } }],
    ['a GPU', { accelerator: { type: 'nvidia' as const } }],
    ['an endpoint', { s3: { endpoint: 'https://objects.example.com' } }],
    ['hosts', { images: { allowHosts: ['a'] } }],
    ['pages', { pages: false }],
    ['a Secret for images', { imagePullSecrets: [{ name: 'registry' }] }],
  ])('is made anew when the user changes %s', (_, change) => {
    const spec = { pages: true, ...change };
    const fresh = deploymentOf(faceComparison(spec), { serverImage: 'registry.example.com/server:0.0.1' });
    expect(takenOver(left, spec).spec?.template).toEqual(fresh.spec?.template);
  });

  it('keeps its image when it is made anew, as long as the spec names none', () => {
    expect(imageOf(takenOver(left, { lanes: 3 }))).toBe('registry.example.com/server:0.0.1');
    expect(imageOf(takenOver(left, { lanes: 3, image: 'mine:1' }))).toBe('mine:1');
    expect(imageOf(deploymentOf(faceComparison()))).toBe('facecompare.local/server:dev');
  });

  it('is made anew when what was remembered has been tampered with', () => {
    const template = (left.metadata?.annotations?.[TEMPLATE_ANNOTATION] ?? '').replace(
      '"readOnlyRootFilesystem":true',
      '"x":1',
    );
    const annotations = { ...left.metadata?.annotations, [TEMPLATE_ANNOTATION]: template };
    const taken = takenOver({ ...left, metadata: { ...left.metadata, annotations } }, { pages: true });
    expect(taken.spec?.template.spec?.containers[0]?.securityContext?.readOnlyRootFilesystem).toBe(true);
  });

  it.each(['', 'no JSON', '{}', 'null', '{"spec":{}}'])('is made anew when %j was remembered', (template) => {
    const annotations = { [TEMPLATE_ANNOTATION]: template, [TEMPLATE_INPUTS_ANNOTATION]: 'x' };
    const taken = deploymentOf(faceComparison(), { existing: rememberedTemplate({ metadata: { annotations } }) });
    expect(taken.spec).toEqual(deploymentOf(faceComparison()).spec);
  });

  it('is remembered with the Deployment', () => {
    const deployment = deploymentOf(FULLEST);
    expect(rememberedTemplate(deployment)?.template).toBe(JSON.stringify(deployment.spec?.template));
    expect(rememberedTemplate({ metadata: {} })).toBeUndefined();
  });
});

describe('templateInputs', () => {
  it('reads the same from the same spec in any order', () => {
    const { pod, images, ...others } = FULLEST.spec;
    const reversed = Object.fromEntries(
      Object.entries({ ...others, ...(pod && { pod }), ...(images && { images }) }).reverse(),
    );
    expect(templateInputs({ model: 'a', ...reversed })).toBe(templateInputs(FULLEST.spec));
  });

  it('is empty for a user who says nothing, whatever the defaults', () =>
    expect(templateInputs({ model: 'a' })).toBe('{}'));
});
