import { missingForControlPlane } from '../chart/control-plane.js';
import { runProgram } from './run-program.js';
import type { Scenario } from './scenario.js';

/** The operator on a real API server without a node. */
export const controlPlane: readonly Scenario[] = [
  {
    name: 'control-plane',
    what: 'the operator upgrades, goes back, mends and cleans up, on an API server with a simulated node',
    missing: missingForControlPlane,
    run: () => runProgram('control-plane', ['checks']),
  },
  {
    name: 'crash-points',
    what: 'the operator killed at every write of an upgrade to another space comes to the same end, and mixes nothing',
    missing: missingForControlPlane,
    // The other journeys take as long each; the program goes them all.
    run: () => runProgram('control-plane', ['crash-points', '--only', 'other-space']),
  },
  {
    name: 'scale',
    what: '100 FaceComparisons and 200 FaceModels under one operator, and no write at rest',
    missing: missingForControlPlane,
    run: () => runProgram('control-plane', ['scale']),
  },
];
