import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../cluster/command.js';
import { readSettings } from '../cluster/scripts.js';

/** The helm to test with: that of the environment's HELM, else the test cluster's, else the PATH's; undefined: none. */
export async function findHelm(): Promise<string | undefined> {
  const named = process.env['HELM'];
  if (named !== undefined && named !== '') return named;
  // The scripts of the cluster run on Linux only.
  const ofCluster = await readSettings().then(
    ({ programs }) => join(programs, 'helm'),
    () => undefined,
  );
  if (ofCluster !== undefined && (await succeeds(access(ofCluster)))) return ofCluster;
  return (await succeeds(runCommand('helm', ['version']))) ? 'helm' : undefined;
}

function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}
