import { runProgram, UsageError } from '../terminal/program.js';
import { findHelm } from './find-helm.js';
import { runChart } from './run-chart.js';
import { checkSnapshots } from './snapshots.js';

const USAGE = `Checks charts/face-comparison-operator with Helm (HELM, the test cluster's, or the PATH's).

  node packages/e2e/dist/chart/main.js [--update]

  --update   write the snapshots of packages/e2e/src/chart/rendered anew; look at the difference before you commit it`;

await runProgram(USAGE, async () => {
  const helm = await findHelm();
  if (helm === undefined) throw new UsageError('there is no helm: set HELM, or put it on the PATH');
  if (process.argv.includes('--update')) await checkSnapshots(helm, { update: true });
  await runChart(helm);
  return [];
});
