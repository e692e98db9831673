import { findHelm } from '../chart/find-helm.js';
import { runProgram } from './run-program.js';
import type { Scenario } from './scenario.js';

/** The Helm chart of the operator. */
export const chart: Scenario = {
  name: 'chart',
  what: 'the chart renders as before, refuses wrong values, and asks for no right too many',
  missing: async () =>
    (await findHelm()) === undefined ? 'helm (npm run cluster -- up builds it; or set HELM)' : undefined,
  run: () => runProgram('chart', []),
};
