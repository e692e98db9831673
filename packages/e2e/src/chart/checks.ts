import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHART, lintChart, NAMESPACE, renderChart, type Values } from './chart.js';
import { deploymentOf, nameOf, ofKind, parseDocuments, rulesOf, selectorOf, type Document } from './documents.js';
import { checkSnapshots, VALUE_SETS } from './snapshots.js';

/** Something that must hold of the chart. */
export interface Check {
  readonly what: string;
  /** @throws Error saying what came instead */
  run(helm: string): Promise<void>;
}

const CLUSTER_SCOPED = ['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition'];
const ROLES = ['Role', 'ClusterRole'];

const LIFE = ['create', 'delete', 'get', 'list', 'patch', 'watch'];
/** What the operator may do, by resource. More is too much, less breaks it. */
const OPERATOR_MAY: Readonly<Record<string, readonly string[]>> = {
  'face-comparison.dev/facemodels': ['get', 'list', 'watch'],
  'face-comparison.dev/facecomparisons': ['get', 'list', 'watch'],
  'face-comparison.dev/facemodels/status': ['get', 'patch'],
  'face-comparison.dev/facecomparisons/status': ['get', 'patch'],
  'face-comparison.dev/facecomparisons/finalizers': ['update'],
  'apps/deployments': LIFE,
  '/services': LIFE,
  '/configmaps': LIFE,
  '/serviceaccounts': LIFE,
  'policy/poddisruptionbudgets': LIFE,
  'autoscaling/horizontalpodautoscalers': LIFE,
  'networking.k8s.io/networkpolicies': LIFE,
  '/pods': ['get', 'list', 'patch', 'watch'],
  'events.k8s.io/events': ['create', 'patch'],
};
const LEADER_MAY = { 'coordination.k8s.io/leases': ['create', 'get', 'patch', 'update'] };

/** Values that must be refused, and what the message must name, however this version of Helm puts it. */
const REFUSED: readonly { readonly set: string; readonly says: RegExp }[] = [
  { set: 'replica=2', says: /replica\b/ },
  { set: 'image.repo=x', says: /image.*\brepo\b/ },
  { set: 'replicas=two', says: /replicas.*integer/ },
  { set: 'replicas=-1', says: /replicas.*\b0\b/ },
  { set: 'watchNamespaces={Team_A}', says: /watchNamespaces.*pattern/ },
  { set: 'image.digest=latest', says: /image.*digest.*pattern/ },
  { set: 'logLevel=verbose', says: /logLevel.*debug/ },
  { set: 'poll=2', says: /poll.*string/ },
  { set: 'exampleModel.sha256=abc', says: /exampleModel.*sha256.*pattern/ },
];

/** All that holds of the chart without a cluster. */
export const CHECKS: readonly Check[] = [
  {
    what: 'helm lint --strict has nothing against it',
    run: (helm) => forEachSet((values) => lintChart(helm, values)),
  },
  { what: 'it renders what it rendered before', run: (helm) => checkSnapshots(helm, { update: false }) },
  onDocuments(
    'every object has a name of its own, a namespace where there are namespaces, and the labels of Helm',
    (all) => {
      assert.deepEqual(
        all.map(nameOf).filter((name, index, names) => names.indexOf(name) !== index),
        [],
      );
      for (const document of all) {
        const { namespace, labels = {} } = document.metadata;
        assert.equal(namespace === undefined, CLUSTER_SCOPED.includes(document.kind), nameOf(document));
        assert.equal(labels['app.kubernetes.io/managed-by'], 'Helm', nameOf(document));
      }
    },
  ),
  onDocuments('no role has a wildcard, reads Secrets or hands out rights', (all) => {
    for (const role of ofKind(all, ...ROLES)) {
      for (const { apiGroups, resources, verbs } of rulesOf(role)) {
        const words = [...apiGroups, ...resources, ...verbs];
        assert.ok(!words.includes('*'), `${nameOf(role)} has a wildcard: ${JSON.stringify({ resources, verbs })}`);
        for (const forbidden of ['secrets', 'escalate', 'bind', 'impersonate', 'pods/exec', 'serviceaccounts/token']) {
          assert.ok(!words.includes(forbidden), `${nameOf(role)} has ${forbidden}`);
        }
      }
    }
  }),
  onDocuments('the operator runs without root, without capabilities, on a file system that it cannot write', (all) => {
    const { securityContext, containers } = deploymentOf(all).template.spec;
    const [container] = containers;
    assert.deepEqual(securityContext, {
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    assert.deepEqual(container?.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    assert.deepEqual(Object.keys(container.resources.requests).sort(), ['cpu', 'memory']);
    assert.deepEqual(Object.keys(container.resources.limits), ['memory']);
  }),
  onDocuments('selectors find the operator', (all) => {
    const { selector, template } = deploymentOf(all);
    for (const wanted of [selector.matchLabels, ...ofKind(all, 'Service').map(selectorOf)]) {
      assert.deepEqual({ ...template.metadata.labels, ...wanted }, template.metadata.labels);
    }
  }),
  {
    what: 'the operator may do exactly what it does, in all namespaces',
    run: async (helm) => {
      const all = parseDocuments(await renderChart(helm));
      assert.deepEqual(rightsIn(all), { '*': sorted(OPERATOR_MAY), [NAMESPACE]: LEADER_MAY });
      assert.deepEqual(ofKind(all, 'ClusterRoleBinding', 'RoleBinding').length, 2);
    },
  },
  {
    what: 'with namespaces it may do that in them and nothing in the cluster',
    run: async (helm) => {
      const all = parseDocuments(await renderChart(helm, VALUE_SETS.namespaced));
      const may = sorted(OPERATOR_MAY);
      assert.deepEqual(rightsIn(all), { 'team-a': may, 'team-b': may, [NAMESPACE]: LEADER_MAY });
      assert.deepEqual(ofKind(all, 'ClusterRole', 'ClusterRoleBinding'), []);
      assert.deepEqual(
        ofKind(all, 'RoleBinding')
          .map(({ metadata }) => metadata.namespace)
          .sort(),
        [NAMESPACE, 'team-a', 'team-b'],
      );
      assert.ok(deploymentOf(all).template.spec.containers[0]?.args.includes('--namespaces=team-a,team-b'));
    },
  },
  {
    what: 'CRDs are those that the operator generates, kept on uninstall, and can be left out',
    run: async (helm) => {
      const rendered = ofKind(parseDocuments(await renderChart(helm)), 'CustomResourceDefinition');
      assert.deepEqual(rendered.map(withoutNotes).sort(byName), (await generatedCrds()).map(withoutNotes).sort(byName));
      for (const { metadata } of rendered) assert.equal(metadata.annotations?.['helm.sh/resource-policy'], 'keep');

      const dropped = parseDocuments(await renderChart(helm, { set: ['crds.keep=false', 'crds.annotations.a=b'] }));
      for (const { metadata } of ofKind(dropped, 'CustomResourceDefinition')) {
        assert.equal(metadata.annotations?.['helm.sh/resource-policy'], undefined);
        assert.equal(metadata.annotations?.['a'], 'b');
      }
      const without = parseDocuments(await renderChart(helm, { set: ['crds.enabled=false'] }));
      assert.deepEqual(ofKind(without, 'CustomResourceDefinition'), []);
    },
  },
  {
    what: 'an image is taken by its digest, else its tag, else the version of the chart',
    run: async (helm) => {
      const digest = `sha256:${'0'.repeat(64)}`;
      const imageWith = async (...set: readonly string[]): Promise<string | undefined> =>
        deploymentOf(parseDocuments(await renderChart(helm, { set }))).template.spec.containers[0]?.image;
      assert.equal(await imageWith(), 'face-comparison-operator:0.1.0');
      assert.equal(await imageWith('image.tag=edge'), 'face-comparison-operator:edge');
      assert.equal(await imageWith('image.tag=edge', `image.digest=${digest}`), `face-comparison-operator@${digest}`);
    },
  },
  {
    what: 'values that cannot be meant are refused by name',
    run: async (helm) => {
      for (const { set, says } of REFUSED) {
        await assert.rejects(renderChart(helm, { set: [set] }), (error: Error) => {
          assert.match(error.message, /values don't meet the specifications/);
          assert.ok(
            error.message.split('\n').some((line) => line.startsWith('- ') && says.test(line)),
            error.message,
          );
          return true;
        });
      }
      await assert.rejects(
        renderChart(helm, { set: ['serviceAccount.create=false'] }),
        /serviceAccount\.name must say/,
      );
    },
  },
];

/** A check of the documents of each value set. */
function onDocuments(what: string, check: (documents: readonly Document[]) => void): Check {
  return { what, run: (helm) => forEachSet(async (values) => check(parseDocuments(await renderChart(helm, values)))) };
}

async function forEachSet(run: (values: Values) => Promise<unknown>): Promise<void> {
  for (const values of Object.values(VALUE_SETS)) await run(values);
}

type Rights = Readonly<Record<string, readonly string[]>>;

/** Verbs by resource by namespace; `*` stands for the cluster. */
function rightsIn(documents: readonly Document[]): Readonly<Record<string, Rights>> {
  const rights: Record<string, Record<string, readonly string[]>> = {};
  for (const role of ofKind(documents, ...ROLES)) {
    const there = (rights[role.metadata.namespace ?? '*'] ??= {});
    for (const { apiGroups, resources, verbs } of rulesOf(role)) {
      for (const group of apiGroups) for (const resource of resources) there[`${group}/${resource}`] = verbs;
    }
  }
  return Object.fromEntries(Object.entries(rights).map(([namespace, one]) => [namespace, sorted(one)]));
}

function sorted(rights: Rights): Rights {
  return Object.fromEntries(
    Object.entries(rights)
      .map(([resource, verbs]): [string, readonly string[]] => [resource, [...verbs].sort()])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

async function generatedCrds(): Promise<readonly Document[]> {
  const folder = join(CHART, 'crds-generated');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
  assert.ok(files.length > 0, `${folder} has no CRDs`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap(parseDocuments);
}

/** A document without labels and annotations, which the chart adds. */
function withoutNotes(document: Document): Document {
  return { ...document, metadata: { name: document.metadata.name } };
}

function byName(a: Document, b: Document): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
