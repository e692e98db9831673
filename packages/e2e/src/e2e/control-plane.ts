import { missingForControlPlane } from '../chart/control-plane.js';
import { runProgram } from './run-program.js';
import { seedFlag, type Scenario } from './scenario.js';

/** The operator on a real API server without a node. */
export const controlPlane: readonly Scenario[] = [
  {
    name: 'control-plane',
    what: 'the operator upgrades, goes back, mends and cleans up, on an API server with a simulated node',
    missing: missingForControlPlane,
    isConcurrent: true,
    run: (run) => runProgram('control-plane', ['checks'], run),
  },
  {
    name: 'crash-points',
    what: 'the operator killed at a write of an upgrade comes to the same end, and mixes nothing',
    missing: missingForControlPlane,
    isConcurrent: true,
    run: (run) => runProgram('control-plane', ['crash-points', ...seedFlag(run)], run),
  },
  {
    name: 'scale',
    what: '100 FaceComparisons and 200 FaceModels under one operator, and no write at rest',
    missing: missingForControlPlane,
    isConcurrent: true,
    run: (run) => runProgram('control-plane', ['scale'], run),
  },
];
