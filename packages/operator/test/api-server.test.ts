import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { defineResource, isInvalid, KubeClient, resources, type KubeObject } from '@face-comparison/kube-runtime';
import { missingForControlPlane, startControlPlane, type ControlPlane } from '@face-comparison/kube-runtime/testing';
import fc from 'fast-check';

import {
  API_GROUP,
  API_VERSION,
  FACE_COMPARISON,
  FACE_MODEL,
  FIELD_MANAGER,
  modelSpecMistakes,
  specMistakes,
  type FaceComparison,
  type FaceComparisonSpec,
  type FaceModel,
  type FaceModelSpec,
} from '../src/api/v1alpha1/index.js';
import { holds } from '../src/cluster/difference.js';
import { FACE_MODEL_EXAMPLE, FULL_FACE_COMPARISON, SMALLEST_FACE_COMPARISON } from '../src/crd/examples.js';
import { selectorText } from '../src/render/index.js';
import { BAD_MODEL_SPECS, BAD_SPECS, GOOD_MODEL_SPECS, GOOD_SPECS } from './example-specs.js';
import { anyModelSpec, anySpec } from './kit/arbitrary-specs.js';
import { kubectlOf, type Kubectl } from './kit/kubectl.js';
import { CANONICAL_QUANTITIES } from './kit/quantities.js';
import { faceComparison, rendered } from './kit/rendered.js';

const missing =
  missingForControlPlane() ??
  (existsSync(join(process.env['KUBEBUILDER_ASSETS'] ?? '', 'kubectl'))
    ? undefined
    : 'KUBEBUILDER_ASSETS has no kubectl');

const CRDS = resolve(__dirname, '../../../charts/face-comparison-operator/crds-generated');

const comparisons = defineResource<FaceComparison & KubeObject>({
  group: API_GROUP,
  version: API_VERSION,
  plural: FACE_COMPARISON.plural,
  kind: FACE_COMPARISON.kind,
  namespaced: true,
});
const models = defineResource<FaceModel & KubeObject>({
  group: API_GROUP,
  version: API_VERSION,
  plural: FACE_MODEL.plural,
  kind: FACE_MODEL.kind,
  namespaced: true,
});

(missing === undefined ? describe : describe.skip)(
  `a real API server${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let plane: ControlPlane;
    let client: KubeClient;
    let kubectl: Kubectl;
    let installed: string;

    beforeAll(async () => {
      plane = await startControlPlane();
      client = new KubeClient({
        kubeConfig: plane.kubeConfig,
        fieldManager: FIELD_MANAGER,
        requestTimeoutMs: 300_000,
      });
      kubectl = kubectlOf(plane.kubeconfigPath);
      const { stderr, succeeded } = await kubectl(['apply', '--server-side', '--validate=strict', '-f', CRDS]);
      installed = succeeded ? stderr : `failed: ${stderr}`;
      await known(['explain', 'fc.spec']);
      // The strictest rules that Kubernetes has for pods, told of by a warning where a template breaks them.
      await kubectl(['label', 'namespace', 'default', 'pod-security.kubernetes.io/warn=restricted']);
    });

    /** Waits for the server to tell its clients of the new kinds, some time after it has taken them. */
    async function known(args: readonly string[]): Promise<void> {
      const endsAt = performance.now() + 300_000;
      for (;;) {
        const { stderr, succeeded } = await kubectl(args);
        if (succeeded) return;
        if (performance.now() > endsAt) throw new Error(`kubectl ${args.join(' ')} still fails: ${stderr}`);
      }
    }

    afterAll(async () => {
      await client.close();
      await plane.stop();
    });

    /** Has the server check an object and store nothing; says what it found wrong. */
    async function refusal(kind: 'comparison' | 'model', spec: object, name = 'checked'): Promise<string | undefined> {
      const metadata = { name, namespace: 'default' };
      try {
        // What is wrong about some specs is their type.
        await (kind === 'comparison'
          ? client.create(comparisons, { metadata, spec: spec as FaceComparisonSpec }, { dryRun: true })
          : client.create(models, { metadata, spec: spec as FaceModelSpec }, { dryRun: true }));
        return undefined;
      } catch (error) {
        if (isInvalid(error)) return error.message;
        throw error;
      }
    }

    describe('the definitions', () => {
      it('are taken without a warning', () => expect(installed).toBe(''));

      it.each([FACE_MODEL, FACE_COMPARISON])('are established and structural: $kind', async ({ plural }) => {
        const { status } = await client.get(resources.customResourceDefinitions, { name: `${plural}.${API_GROUP}` });
        const conditions = Object.fromEntries((status?.conditions ?? []).map(({ type, status: is }) => [type, is]));
        expect(conditions).toMatchObject({ NamesAccepted: 'True', Established: 'True' });
        expect(conditions['NonStructuralSchema'] ?? 'False').toBe('False');
      });

      it('describe every field to kubectl explain', async () => {
        const { stdout } = await kubectl(['explain', 'fc.spec.rollout.checks']);
        expect(stdout).toContain('Least cosine between the vectors');
      });
    });

    describe('a spec', () => {
      it.each(GOOD_SPECS)('is taken: %s', async (_, spec) => expect(await refusal('comparison', spec)).toBeUndefined());

      it.each(BAD_SPECS)(
        'is refused with its field and with what is expected: $title',
        async ({ spec, field, says = '' }) => {
          const message = await refusal('comparison', spec);
          expect(message).toContain(`${field}: `);
          expect(message).toContain(says);
        },
      );

      it('is refused where it has a field that there is not', async () => {
        const spec = { ...SMALLEST_FACE_COMPARISON.spec, replica: 3 };
        const { stderr } = await kubectl(['apply', '-f', '-'], { ...SMALLEST_FACE_COMPARISON, spec });
        expect(stderr).toContain('unknown field "spec.replica"');
      });

      it.each(['1faces', 'faces.eu', 'a'.repeat(53)])(
        'is refused with a name that no Service could have: %s',
        async (name) =>
          expect(await refusal('comparison', SMALLEST_FACE_COMPARISON.spec, name)).toContain(
            'metadata.name must be at most 52',
          ),
      );

      it('gets defaults that shape no pod, and no others', async () => {
        const metadata = { name: 'defaults', namespace: 'default' };
        const spec = {
          model: 'a',
          rollout: {},
          pod: {},
          accelerator: {},
          auth: {},
          images: {},
          cache: {},
          service: {},
        };
        const stored = await client.create(comparisons, { metadata, spec }, { dryRun: true });
        expect(stored.spec).toEqual({
          ...spec,
          rollout: {
            steps: [
              { weight: 5, hold: '2m' },
              { weight: 50, hold: '5m' },
            ],
            promotion: 'Automatic',
            retain: '24h',
            deadline: '15m',
            switchLead: expect.any(String) as string,
          },
          service: { port: 80 },
        });
      });

      it('is judged alike by the operator', async () => {
        let good = 0;
        let bad = 0;
        await fc.assert(
          fc.asyncProperty(anySpec, async (spec) => {
            const message = await refusal('comparison', spec);
            const mistakes = specMistakes(spec as FaceComparisonSpec);
            if (mistakes.length === 0) good += 1;
            else bad += 1;
            expect([message === undefined, message, mistakes]).toEqual([mistakes.length === 0, message, mistakes]);
          }),
          { numRuns: 400 },
        );
        // Else nothing has been compared.
        expect(Math.min(good, bad)).toBeGreaterThan(40);
      });
    });

    describe('a model', () => {
      it.each(GOOD_MODEL_SPECS)('is taken %s', async (_, spec) => expect(await refusal('model', spec)).toBeUndefined());

      it.each(BAD_MODEL_SPECS)('is refused: $title', async ({ spec, field, says = '' }) => {
        const message = await refusal('model', spec);
        expect(message).toContain(`${field}: `);
        expect(message).toContain(says);
      });

      it('is judged alike by the operator', async () =>
        fc.assert(
          fc.asyncProperty(anyModelSpec, async (spec) => {
            const mistakes = modelSpecMistakes(spec as FaceModelSpec);
            const message = await refusal('model', spec);
            expect([message === undefined, message, mistakes]).toEqual([mistakes.length === 0, message, mistakes]);
          }),
          { numRuns: 200 },
        ));

      it('never changes, but may be labelled', async () => {
        await kubectl(['apply', '-f', '-'], FACE_MODEL_EXAMPLE);
        const changed = await kubectl([
          'patch',
          'fm',
          'default-2.1.0',
          '--type=merge',
          '-p',
          '{"spec":{"version":"2.1.1"}}',
        ]);
        expect(changed.stderr).toContain('a FaceModel never changes; make another');
        expect((await kubectl(['label', 'fm', 'default-2.1.0', 'team=identity'])).succeeded).toBe(true);
      });
    });

    describe('kubectl', () => {
      const key = { name: 'shown', namespace: 'default' };

      it('shows what serves and what is being done', async () => {
        await client.create(comparisons, { metadata: key, spec: { model: 'default-2.1.0', replicas: 2 } });
        const status = {
          phase: 'Canary' as const,
          model: 'default-2.0.0',
          version: '2.0.0',
          embeddingSpace: '83b1f0a94cd2e675',
          weight: 5,
          ready: '2/2',
          message: 'default-2.1.0 answers 5 % of the clients',
        };
        await client.apply(comparisons, { metadata: key, status }, { subresource: 'status' });
        const { stdout } = await kubectl(['get', 'fc', 'shown']);
        expect(columns(stdout)).toEqual([
          ['NAME', 'MODEL', 'SPACE', 'PHASE', 'WEIGHT', 'READY', 'AGE'],
          ['shown', 'default-2.0.0', '83b1f0a94cd2e675', 'Canary', '5', '2/2', expect.stringMatching(/^(\d+[ms])+$/)],
        ]);
        const wide = await kubectl(['get', 'fc', 'shown', '-o', 'wide']);
        expect(wide.stdout).toMatch(/VERSION +MESSAGE\n.* 2\.0\.0 +default-2\.1\.0 answers 5 % of the clients/);
      });

      it('shows what a model is and where it serves', async () => {
        const metadata = { name: 'listed', namespace: 'default' };
        await client.create(models, { metadata, spec: FACE_MODEL_EXAMPLE.spec });
        const verified = {
          type: 'Verified',
          status: 'True' as const,
          reason: 'Verified',
          message: 'the manifest is the one that is meant',
          lastTransitionTime: '2026-01-01T12:00:00Z',
        };
        const status = {
          embeddingSpace: '83b1f0a94cd2e675',
          size: '78 MB',
          serving: 'faces (Default)',
          servedBy: [{ name: 'faces', role: 'Default' as const }],
          conditions: [verified],
        };
        await client.apply(models, { metadata, status }, { subresource: 'status' });
        const { stdout } = await kubectl(['get', 'fm', 'listed']);
        expect(columns(stdout)).toEqual([
          ['NAME', 'VERSION', 'SPACE', 'SIZE', 'VERIFIED', 'SERVING', 'AGE'],
          [
            'listed',
            '2.1.0',
            '83b1f0a94cd2e675',
            '78 MB',
            'True',
            'faces (Default)',
            expect.stringMatching(/^(\d+[ms])+$/),
          ],
        ]);
      });

      it('shows both kinds by their category', async () => {
        const { stdout } = await kubectl(['get', 'face-comparison', '-o', 'name']);
        expect(stdout).toContain('facemodel.face-comparison.dev/listed');
        expect(stdout).toContain('facecomparison.face-comparison.dev/shown');
      });

      it('scales, also where the number of pods was left open', async () => {
        await client.create(comparisons, { metadata: { ...key, name: 'open' }, spec: { model: 'a' } });
        for (const name of ['shown', 'open']) {
          expect(await kubectl(['scale', 'fc', name, '--replicas=7'])).toMatchObject({ succeeded: true });
          expect((await client.get(comparisons, { ...key, name })).spec.replicas).toBe(7);
        }
      });

      it('tells autoscalers of others how many pods there are', async () => {
        const metadata = { ...key, name: 'scaled' };
        await client.create(comparisons, { metadata, spec: { model: 'a', replicas: 2 } });
        const status = { replicas: 3, selector: selectorText('scaled') };
        await client.apply(comparisons, { metadata, status }, { subresource: 'status' });
        const path = `/apis/${API_GROUP}/${API_VERSION}/namespaces/default/facecomparisons/scaled/scale`;
        const { stdout } = await kubectl(['get', '--raw', path]);
        expect(JSON.parse(stdout)).toMatchObject({ spec: { replicas: 2 }, status });
      });

      it('does not scale what an autoscaler scales', async () => {
        const autoscaling = { minReplicas: 1, maxReplicas: 3 };
        await client.create(comparisons, { metadata: { ...key, name: 'auto' }, spec: { model: 'a', autoscaling } });
        const { stderr } = await kubectl(['scale', 'fc', 'auto', '--replicas=7']);
        expect(stderr).toContain('give replicas or autoscaling, not both');
      });
    });

    describe('the status', () => {
      const metadata = { name: 'status', namespace: 'default' };
      const condition = (type: string, reason: string) => ({
        type,
        status: 'True' as const,
        reason,
        message: '',
        lastTransitionTime: '2026-01-01T12:00:00Z',
      });

      it('takes conditions of others beside those of the operator', async () => {
        await client.create(comparisons, { metadata, spec: { model: 'a' } });
        const ours = { phase: 'Serving' as const, conditions: [condition('Ready', 'Answers')] };
        await client.apply(comparisons, { metadata, status: ours }, { subresource: 'status' });
        const theirs = { conditions: [condition('Audited', 'Seen')] };
        await client.apply(
          comparisons,
          { metadata, status: theirs },
          { subresource: 'status', fieldManager: 'auditor', force: false },
        );
        // What is not applied any more goes; what others own stays.
        const { status } = await client.apply(
          comparisons,
          { metadata, status: { conditions: [] } },
          { subresource: 'status' },
        );
        expect(status).toEqual({ conditions: [condition('Audited', 'Seen')] });
      });

      it('is no part of the spec: who writes one cannot write the other', async () => {
        const wanted = { metadata, spec: { model: 'b' }, status: { phase: 'Blocked' as const } };
        const written = await client.apply(comparisons, wanted, { subresource: 'status' });
        expect([written.spec.model, written.status?.phase]).toEqual(['a', 'Blocked']);
      });
    });

    describe('what the operator renders', () => {
      const owners = { smallest: SMALLEST_FACE_COMPARISON.spec, fullest: FULL_FACE_COMPARISON.spec };
      const cases = Object.entries(owners).flatMap(([size, spec]) =>
        Object.entries(rendered(faceComparison(spec, size))).map(
          ([child, object]) => [`the ${size}: ${child}`, object] as const,
        ),
      );

      it.each(cases)('is taken as it is, without a warning: %s', async (_, object) => {
        const dryRun = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-o', 'json', '-f', '-'];
        const answer = await kubectl(dryRun, object);
        expect(answer).toMatchObject({ succeeded: true, stderr: '' });
        // Else the operator would see a difference each time it looks.
        expect(holds(object, JSON.parse(answer.stdout))).toBe(true);
      });

      it('would be warned of, were it not as strict', async () => {
        const { deployment } = rendered(faceComparison({}, 'lax'));
        for (const container of deployment.spec?.template.spec?.containers ?? []) delete container.securityContext;
        const { stderr } = await kubectl(['apply', '--server-side', '--dry-run=server', '-f', '-'], deployment);
        expect(stderr).toContain('would violate PodSecurity "restricted');
      });

      it.each(CANONICAL_QUANTITIES)('has quantities as they are stored: %s is %s', async (written, stored) => {
        const { deployment } = rendered(faceComparison({}, 'quantities'));
        // Bytes are whole.
        const limit = stored.endsWith('m') ? 'cpu' : 'memory';
        const [container] = deployment.spec?.template.spec?.containers ?? [];
        if (container === undefined) throw new Error('no container');
        container.resources = { limits: { [limit]: written } };
        const { spec } = await client.apply(resources.deployments, deployment, { dryRun: true });
        expect(spec?.template.spec?.containers[0]?.resources?.limits).toEqual({ [limit]: stored });
      });
    });
  },
);

/** The cells of a table of kubectl: columns are two spaces apart, at least. */
function columns(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));
}
