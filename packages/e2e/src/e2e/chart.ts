import { missingForControlPlane } from '../chart/control-plane.js';
import { findHelm } from '../chart/find-helm.js';
import { runProgram } from './run-program.js';
import type { Scenario } from './scenario.js';

/** The Helm chart of the operator: as text, and on an API server. */
export const chart: readonly Scenario[] = [
  {
    name: 'chart',
    what: 'the chart renders as before, refuses wrong values, and asks for no right too many',
    missing: missingHelm,
    run: () => runProgram('chart', []),
  },
  {
    name: 'chart-install',
    what: 'it is installed, upgraded and uninstalled on an API server, and keeps what it should',
    missing: async () => (await missingHelm()) ?? (await missingForControlPlane()),
    run: () => runProgram('chart', ['--install']),
  },
];

async function missingHelm(): Promise<string | undefined> {
  return (await findHelm()) === undefined ? 'missing: helm (npm run cluster -- up builds it; or set HELM)' : undefined;
}
