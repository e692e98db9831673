import { runCommand } from './command.js';
import { foreignKubeconfig } from './foreign-cluster.js';
import { runScript } from './scripts.js';

/**
 * What this machine lacks for scenarios on a cluster.
 *
 * With KUBECONFIG the cluster it names is used, and only the tools are wanted; without it, all that
 * `npm run cluster -- up` and the images need.
 * @returns a sentence for a person; undefined when nothing is missing
 */
export async function missingForCluster(): Promise<string | undefined> {
  if ((await foreignKubeconfig()) === undefined) {
    const missing = (await runScript('missing', ['cluster', 'images'])).trim();
    return missing === '' ? undefined : missing;
  }
  const tools: readonly (readonly [string, readonly string[]])[] = [
    ['kubectl', ['version', '--client']],
    ['helm', ['version']],
  ];
  for (const [tool, args] of tools) {
    const works = await runCommand(tool, args).then(
      () => true,
      () => false,
    );
    if (!works) return `KUBECONFIG is set, and there is no ${tool} on the PATH`;
  }
  return undefined;
}
