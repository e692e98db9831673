import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHART, NAMESPACE, RELEASE, renderChart, valueArgs } from './chart.js';
import type { Terminal } from './control-plane.js';
import { nameOf, parseDocuments } from './documents.js';
import { VALUE_SETS } from './snapshots.js';

/** Something that must hold of the chart on a cluster. They run in their order, on one cluster. */
export interface InstallCheck {
  readonly what: string;
  /** @throws Error saying what came instead */
  run(terminal: Terminal, helm: string): Promise<void>;
}

const CRDS = ['facemodels.face-comparison.dev', 'facecomparisons.face-comparison.dev'];
const WHERE = [CHART, '--namespace', NAMESPACE];
/** Who the operator is to the API server. */
const OPERATOR = `system:serviceaccount:${NAMESPACE}:${RELEASE}`;

export const INSTALL_CHECKS: readonly InstallCheck[] = [
  {
    what: 'helm install prints objects that the API server takes, and so do the README and the guide',
    run: async (terminal) => {
      for (const namespace of ['team-a', 'team-b']) await terminal.kubectl(['create', 'namespace', namespace]);
      const notes = await terminal.helm('install', RELEASE, ...WHERE, '--create-namespace');
      const texts = [
        hereDocumentOf(notes),
        yamlBlockOf(await readFile(join(CHART, 'README.md'), 'utf8')),
        yamlBlockOf(await readFile(join(CHART, '../../docs/guides/install-the-operator.md'), 'utf8')),
      ];
      await terminal.kubectl(['wait', '--for=condition=Established', '--timeout=5m', 'crd', ...CRDS]);
      for (const text of texts) {
        assert.deepEqual(parseDocuments(text).map(nameOf), ['FaceModel default-2.0.0', 'FaceComparison faces']);
        await terminal.kubectl(['apply', '--dry-run=server', '-f', '-'], { input: text });
      }
      await terminal.kubectl(['apply', '-f', '-'], { input: texts[0] ?? '' });
    },
  },
  {
    what: 'every object of every value set is taken, too',
    run: async (terminal, helm) => {
      for (const values of Object.values(VALUE_SETS)) {
        const documents = parseDocuments(await renderChart(helm, values)).filter(
          // The Prometheus operator's kinds are not known here.
          ({ apiVersion }) => !apiVersion.startsWith('monitoring.coreos.com/'),
        );
        const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: documents });
        await terminal.kubectl(['apply', '--server-side', '--force-conflicts', '--dry-run=server', '-f', '-'], {
          input: list,
        });
      }
    },
  },
  {
    what: 'the operator may work in all namespaces, and may not read Secrets',
    run: async (terminal) => {
      assert.equal(await may(terminal, 'patch', 'deployments.apps', 'team-a'), true);
      assert.equal(await may(terminal, 'patch', 'facecomparisons.face-comparison.dev/status', 'team-a'), true);
      assert.equal(await may(terminal, 'get', 'secrets', 'team-a'), false);
      assert.equal(await may(terminal, 'update', 'leases.coordination.k8s.io', NAMESPACE), true);
      assert.equal(await may(terminal, 'update', 'leases.coordination.k8s.io', 'team-a'), false);
    },
  },
  {
    what: 'helm upgrade upgrades the CRDs, and takes rights away with the namespaces',
    run: async (terminal) => {
      const set = ['crds.annotations.example\\.com/seen=yes'];
      await terminal.helm('upgrade', RELEASE, ...WHERE, ...valueArgs({ ...VALUE_SETS.namespaced, set }));
      for (const crd of CRDS) {
        assert.match(await terminal.kubectl(['get', 'crd', crd, '-o', 'yaml']), /example\.com\/seen: "?yes/);
      }
      assert.equal(await may(terminal, 'patch', 'deployments.apps', 'team-a'), true);
      assert.equal(await may(terminal, 'patch', 'deployments.apps', 'default'), false);
    },
  },
  {
    what: 'helm uninstall leaves CRDs and objects, and nothing else',
    run: async (terminal) => {
      await terminal.helm('uninstall', RELEASE, '--namespace', NAMESPACE, '--wait');
      assert.match(await terminal.kubectl(['get', 'facemodels', '-o', 'name']), /default-2\.0\.0/);
      const kinds = 'deployments,services,serviceaccounts,roles,rolebindings,configmaps,poddisruptionbudgets';
      const selector = `app.kubernetes.io/instance=${RELEASE}`;
      const left = ['get', `${kinds},clusterroles,clusterrolebindings`, '-A', '-l', selector, '-o', 'name'];
      assert.equal(await terminal.kubectl(left), '');
    },
  },
  {
    what: 'another release takes the CRDs over when it is told to',
    run: async (terminal) => {
      const there = ['install', 'another', CHART, '--namespace', 'team-a'];
      await assert.rejects(terminal.helm(...there), /invalid ownership metadata/);
      await terminal.helm(...there, '--take-ownership');
      assert.match(await terminal.kubectl(['get', 'facecomparisons', '-o', 'name']), /faces/);
    },
  },
];

/** Whether the operator's account may do something, by the API server's own judgement. */
async function may(terminal: Terminal, verb: string, resource: string, namespace: string): Promise<boolean> {
  const [name = '', subresource] = resource.split('/');
  const about = subresource === undefined ? [name] : [name, `--subresource=${subresource}`];
  const args = ['auth', 'can-i', verb, ...about, '--as', OPERATOR, '--namespace', namespace];
  // It answers by its status, too.
  const answer = await terminal.kubectl(args).catch((error: unknown) => String(error));
  return /^yes$/m.test(answer);
}

/** What a command in the text passes on by `<<'END'`. */
function hereDocumentOf(text: string): string {
  const [, document] = /<<'END'\n(.*?)\nEND$/ms.exec(text) ?? [];
  if (document === undefined) throw new Error(`expected a here-document in:\n${text}`);
  return document;
}

/** The first YAML block of a Markdown text. */
function yamlBlockOf(markdown: string): string {
  const [, block] = /^```yaml\n(.*?)^```$/ms.exec(markdown) ?? [];
  if (block === undefined) throw new Error('expected a block of YAML');
  return block;
}
