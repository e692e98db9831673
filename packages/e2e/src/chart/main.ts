import { runProgram, UsageError } from '../terminal/program.js';
import { CHECKS } from './checks.js';
import { withControlPlane } from './control-plane.js';
import { findHelm } from './find-helm.js';
import { INSTALL_CHECKS } from './install-checks.js';
import { runChecks } from './run-checks.js';
import { checkSnapshots } from './snapshots.js';

const USAGE = `Checks charts/face-comparison-operator with Helm (HELM, the test cluster's, or the PATH's).

  node packages/e2e/dist/chart/main.js [--update | --install]

  --update    write what it renders to packages/e2e/src/chart/rendered anew; look at the difference before you commit it
  --install   install, upgrade and uninstall it on an API server of its own`;

await runProgram(USAGE, async () => {
  const helm = await findHelm();
  if (helm === undefined) throw new UsageError('there is no helm: set HELM, or put it on the PATH');
  if (process.argv.includes('--install')) {
    await withControlPlane(helm, (terminal) => runChecks(INSTALL_CHECKS, (check) => check.run(terminal, helm)));
    return [];
  }
  if (process.argv.includes('--update')) await checkSnapshots(helm, { update: true });
  await runChecks(CHECKS, (check) => check.run(helm));
  return [];
});
