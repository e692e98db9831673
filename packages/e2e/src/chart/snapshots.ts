import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHART, renderChart, type Values } from './chart.js';

/** Value sets whose rendering is committed. CRDs are left out: they are compared with the files that they come from. */
export const VALUE_SETS: Readonly<Record<'default' | 'namespaced' | 'everything', Values>> = {
  default: {},
  namespaced: { files: ['namespaced-values.yaml'] },
  everything: { files: ['everything-values.yaml'] },
};

/** In the sources, also when this is run from dist. */
const SNAPSHOTS = join(import.meta.dirname, '../../src/chart/rendered');

/**
 * Compares what the chart renders with what it rendered when somebody last looked.
 * @param update writes the snapshots instead
 * @throws Error naming the first line that differs
 */
export async function checkSnapshots(helm: string, { update }: { readonly update: boolean }): Promise<void> {
  for (const [name, values] of Object.entries(VALUE_SETS)) {
    const set = [...(values.set ?? []), 'crds.enabled=false'];
    const rendered = withoutDashboard(
      await renderChart(helm, { ...values, set }),
      await readFile(join(CHART, 'files/dashboard.json'), 'utf8'),
    );
    const file = join(SNAPSHOTS, `${name}.txt`);
    if (update) {
      await writeFile(file, rendered);
      continue;
    }
    const expected = await readFile(file, 'utf8').catch(() => '');
    if (rendered !== expected) throw new Error(`${name}: ${firstDifference(expected, rendered)}`);
  }
}

/** The dashboard is a file of the chart already; here it would only hide the rest. */
function withoutDashboard(rendered: string, dashboard: string): string {
  const indented = dashboard.trim().replaceAll(/^/gm, '    ');
  return rendered.replace(indented, '    (files/dashboard.json)');
}

function firstDifference(expected: string, rendered: string): string {
  const before = expected.split('\n');
  const now = rendered.split('\n');
  const index = now.findIndex((line, at) => line !== before[at]);
  const at = index === -1 ? now.length : index;
  return `line ${at + 1} of the snapshot is "${before[at] ?? ''}", now "${now[at] ?? ''}". When that is right: node packages/e2e/dist/chart/main.js --update`;
}
