import Type from 'typebox';
import { FaceModelSchema, ObjectSchema, conditionOf } from '../kube/objects.js';
import { CHILDREN, CONFIG_MAPS, DEPLOYMENTS, FACE_MODELS, SERVICES, pathOf } from '../kube/resources.js';
import { until } from '../../waiting/until.js';
import { NAME, expect, type Stage } from '../stage.js';
import type { Check } from './check.js';
import { upgrade } from './upgrades.js';

const ServiceSchema = Type.Object({
  spec: Type.Object({
    selector: Type.Record(Type.String(), Type.String()),
    ports: Type.Array(Type.Object({ port: Type.Integer() })),
  }),
});

async function untilNothingIsLeft(stage: Stage): Promise<number> {
  const started = Date.now();
  let left: string[] = [];
  await until(
    `${stage.namespace}: nothing is left`,
    async () => {
      left = await stage.leftovers();
      return left.length === 0;
    },
    { everyMs: 200, describe: () => left.join(', ') },
  );
  return Date.now() - started;
}

export const OBJECT_CHECKS: readonly Check[] = [
  {
    name: 'deleted-at-rest',
    what: 'a FaceComparison that is deleted leaves nothing',
    run: async (stage) => {
      await stage.begin();
      const children = await stage.leftovers();
      await stage.deleteComparison();
      return { goneMs: await untilNothingIsLeft(stage), children };
    },
  },
  {
    name: 'deleted-mid-upgrade',
    what: 'a FaceComparison that is deleted in the middle of a canary leaves nothing, and no child comes back',
    run: async (stage) => {
      await stage.begin({ rollout: { steps: [{ weight: 10, hold: '30s' }] } });
      await stage.addModel('new', { space: 'one' });
      await stage.patch({ model: 'new' });
      await stage.untilPhase('Canary');
      await stage.deleteComparison();
      const goneMs = await untilNothingIsLeft(stage);
      await stage.untilQuiet();
      expect((await stage.leftovers()).length === 0, 'no child to come back');
      return { goneMs };
    },
  },
  {
    name: 'deleted-mid-switch',
    what: 'a FaceComparison that is deleted while a switch is near leaves nothing; made again, it begins anew',
    run: async (stage) => {
      await stage.begin({ rollout: { switchLead: '3s' } });
      await stage.addModel('new', { space: 'two' });
      await stage.patch({ model: 'new' });
      await stage.untilSwitchIsSet();
      await stage.deleteComparison();
      const goneMs = await untilNothingIsLeft(stage);
      await stage.create('new');
      await stage.untilSettledOn('new');
      return { goneMs };
    },
  },
  {
    name: 'made-again-at-once',
    what: 'deleted and made again before its children are gone: the new one gets children of its own',
    run: async (stage) => {
      await stage.begin();
      await stage.addModel('new', { space: 'two' });
      await stage.deleteComparison();
      await until('it is gone', () => stage.comparison === undefined);
      await stage.create('new');
      await stage.untilSettledOn('new');
      stage.restart();
      await stage.untilQuiet();
      return stage.judge();
    },
  },
  {
    name: 'model-missing',
    what: 'a model that does not exist blocks and says so, and is taken up when it is there',
    run: async (stage) => {
      await stage.begin();
      await stage.patch({ model: 'new' });
      await stage.untilPhase('Blocked');
      await stage.untilQuiet();
      const { message = '' } = stage.status;
      expect(message.includes('new'), `the message to name the model, got "${message}"`);
      await stage.addModel('new', { space: 'two' });
      await stage.untilSettledOn('new');
      return { message, ...stage.judge() };
    },
  },
  {
    name: 'missing-from-the-start',
    what: 'made before its FaceModel, it waits for it',
    run: async (stage) => {
      await stage.create('old');
      await stage.until('the operator has seen it', ({ phase }) => phase !== undefined);
      const { phase = '', message = '' } = stage.status;
      await stage.addModel('old', { space: 'one' });
      await stage.untilSettledOn('old');
      stage.restart();
      await stage.untilQuiet();
      return { phase, message, ...stage.judge() };
    },
  },
  {
    name: 'model-deleted',
    what: 'the FaceModel of what serves can be deleted: it goes on serving, and can be upgraded',
    run: async (stage) => {
      await stage.begin();
      await stage.deleteModel('old');
      await stage.untilQuiet();
      stage.judge();
      await stage.addModel('new', { space: 'two' });
      return upgrade(stage, 'new');
    },
  },
  {
    name: 'model-deleted-mid-upgrade',
    what: 'a FaceModel that is deleted while it is being loaded: whatever comes of it, the service goes on and comes to rest',
    run: async (stage) => {
      await stage.begin();
      await stage.addModel('new', { space: 'two', behaviour: { loadMs: 1500 } });
      await stage.patch({ model: 'new' });
      await stage.untilPhase('Loading');
      await stage.deleteModel('new');
      await until(
        `${stage.namespace}: it comes to rest`,
        () => !stage.isRolling && ['Serving', 'Blocked'].includes(stage.status.phase ?? ''),
        { describe: () => stage.describe() },
      );
      await stage.untilQuiet();
      return { model: stage.status.model ?? '', phase: stage.status.phase ?? '', ...stage.judge() };
    },
  },
  {
    name: 'model-status',
    what: 'a FaceModel says whether it is verified, its space and who serves it, and cannot be changed',
    run: async (stage) => {
      await stage.begin();
      const { space } = stage.model('old');
      const path = pathOf(FACE_MODELS, stage.namespace, 'old');
      const { client } = stage.bench;
      const found = await until('the FaceModel says who serves it', async () => {
        const { status } = await client.get(FaceModelSchema, path);
        return status?.serving === `${NAME} (Default)` ? status : undefined;
      });
      expect(found.embeddingSpace === space, `the space ${space}, got ${found.embeddingSpace ?? 'none'}`);
      expect(conditionOf(found.conditions, 'Verified')?.status === 'True', 'Verified to be True');
      const refusal = await client.patch(path, { spec: { version: 'another' } }).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      expect(refusal?.includes('never changes') === true, `a change to be refused, got ${refusal ?? 'none'}`);
      return { serving: found.serving ?? '', space };
    },
  },
  {
    name: 'drift',
    what: 'what others change in the children is put right, and no pod is restarted by it',
    run: async (stage) => {
      await stage.begin();
      const { client } = stage.bench;
      const { namespace } = stage;
      const plan = await stage.plan();
      const service = pathOf(SERVICES, namespace, NAME);
      const ports = (await client.get(ServiceSchema, service)).spec.ports.map(({ port }) => port);
      await client.patch(pathOf(CONFIG_MAPS, namespace, `${NAME}-plan`), { data: { 'plan.json': '{}' } });
      await client.patch(service, { spec: { selector: { 'app.kubernetes.io/instance': 'another' } } });
      await client.patch(pathOf(DEPLOYMENTS, namespace, NAME), {
        metadata: { labels: { 'app.kubernetes.io/managed-by': 'somebody' } },
      });
      const started = Date.now();
      await until('plan, selector and label are as they were', async () => {
        const { spec } = await client.get(ServiceSchema, service);
        const { metadata } = await stage.deployment();
        return (
          samePlan(await stage.plan(), plan) &&
          spec.selector['app.kubernetes.io/instance'] === NAME &&
          spec.ports.map(({ port }) => port).join() === ports.join() &&
          metadata.labels?.['app.kubernetes.io/managed-by'] === 'face-comparison-operator'
        );
      });
      const mendedMs = Date.now() - started;
      await client.delete(service);
      await until('the deleted Service is back', async () => (await client.find(ObjectSchema, service)) !== undefined);
      await stage.untilSettledOn('old');
      await stage.untilQuiet();
      return { mendedMs, ...stage.judge() };
    },
  },
  {
    name: 'foreign-objects',
    what: 'an object of the same name as a child that somebody else made is not taken over, and is named',
    run: async (stage) => {
      const { client } = stage.bench;
      const { namespace } = stage;
      const foreign = pathOf(CONFIG_MAPS, namespace, `${NAME}-plan`);
      await client.create(pathOf(CONFIG_MAPS, namespace), {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `${NAME}-plan` },
        data: { mine: 'yes' },
      });
      await stage.addModel('old', { space: 'one' });
      await stage.create('old');
      await stage.until('it says what is in its way', ({ message = '' }) => message.includes(`${NAME}-plan`));
      const { message = '' } = stage.status;
      await stage.untilQuiet();
      const { metadata } = await client.get(ObjectSchema, foreign);
      expect(metadata.ownerReferences === undefined, 'the foreign ConfigMap to stay without an owner');
      await client.delete(foreign);
      await stage.untilSettledOn('old');
      return { message };
    },
  },
  {
    name: 'refused-specs',
    what: 'specs that make no sense are refused by the API server, with a sentence',
    run: async (stage) => {
      await stage.addModel('old', { space: 'one' });
      const refused: readonly [what: string, spec: object][] = [
        ['replicas and autoscaling', { model: 'old', replicas: 2, autoscaling: { maxReplicas: 3 } }],
        ['ApiKey without keys', { model: 'old', auth: { mode: 'ApiKey' } }],
        [
          'weights that do not ascend',
          {
            model: 'old',
            rollout: {
              steps: [
                { weight: 50, hold: '1s' },
                { weight: 10, hold: '1s' },
              ],
            },
          },
        ],
        ['no model', { replicas: 1 }],
        ['a duration without a unit', { model: 'old', rollout: { retain: '24' } }],
      ];
      const sentences: string[] = [];
      for (const [what, spec] of refused) {
        const body = {
          apiVersion: 'face-comparison.dev/v1alpha1',
          kind: 'FaceComparison',
          metadata: { name: NAME },
          spec,
        };
        const sentence = await stage.bench.client.apply(stage.path, body).then(
          () => undefined,
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        );
        expect(sentence !== undefined, `${what} to be refused`);
        sentences.push(`${what}: ${sentence.replace(/^.*is invalid: /, '')}`);
      }
      return { refused: refused.length, sentences };
    },
  },
  {
    name: 'children',
    what: 'a FaceComparison has its children, each owned by it and labelled',
    run: async (stage) => {
      await stage.begin();
      const found: string[] = [];
      for (const resource of CHILDREN) {
        const { items } = await stage.bench.client.list(ObjectSchema, pathOf(resource, stage.namespace));
        for (const { metadata } of items) {
          if (metadata.ownerReferences?.some(({ kind, name }) => kind === 'FaceComparison' && name === NAME) !== true)
            continue;
          found.push(`${resource.plural}/${metadata.name}`);
          const manager = metadata.labels?.['app.kubernetes.io/managed-by'];
          expect(
            manager === 'face-comparison-operator',
            `${resource.plural}/${metadata.name} to be labelled, got ${manager ?? 'nothing'}`,
          );
        }
      }
      const wanted = [
        'serviceaccounts/faces',
        'configmaps/faces-plan',
        'deployments/faces',
        'services/faces',
        'poddisruptionbudgets/faces',
        'networkpolicies/faces',
      ];
      expect(
        wanted.every((child) => found.includes(child)),
        `${wanted.join(', ')}, got ${found.join(', ')}`,
      );
      await stage.untilQuiet();
      return { children: found, ...stage.judge() };
    },
  },
];

/** The generation may have gone on: what was written over is written again as a newer plan. */
function samePlan(a: string, b: string): boolean {
  const without = (text: string): string => text.replace(/"generation":\s*\d+/, '');
  return without(a) === without(b);
}
