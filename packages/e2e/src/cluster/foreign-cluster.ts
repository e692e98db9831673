import { realpath } from 'node:fs/promises';
import type { Cluster } from './cluster.js';
import { runCommand } from './command.js';
import { readSettings } from './scripts.js';

/** The kubeconfig of a user's cluster, if KUBECONFIG names one; our own cluster's does not count. */
export async function foreignKubeconfig(): Promise<string | undefined> {
  const named = process.env['KUBECONFIG'];
  if (named === undefined || named === '') return undefined;
  const { kubeconfig } = await readSettings();
  const real = (path: string): Promise<string> => realpath(path).catch(() => path);
  return (await real(named)) === (await real(kubeconfig)) ? undefined : named;
}

/** A user's cluster, reached by the kubectl and helm on the PATH. */
export async function foreignCluster(kubeconfig: string): Promise<Cluster> {
  const env = { KUBECONFIG: kubeconfig };
  const context = (await runCommand('kubectl', ['config', 'current-context'], { env })).trim();
  return {
    kubeconfig,
    isOurs: false,
    hostAddress: undefined,
    kubectl: (args, options) => runCommand('kubectl', args, { ...options, env }),
    helm: (args, options) => runCommand('helm', args, { ...options, env }),
    loadImage: async ({ name, tar }) => {
      const [command, ...args] = loadCommand(context, tar);
      if (command === undefined) {
        throw new Error(
          `${name} cannot be loaded into the cluster of the context "${context}": expected one made by kind (kind-NAME) or k3d (k3d-NAME); others take images from a registry`,
        );
      }
      await runCommand(command, args, { env, showProgress: true });
    },
    restartApiServer: () => Promise.reject(new Error(`the API server of the cluster "${context}" is not ours to stop`)),
  };
}

/** How an image's tar is brought into a cluster, told by the name of the context; empty when there is no way. */
export function loadCommand(context: string, tar: string): readonly string[] {
  const [, tool, name = ''] = /^(kind|k3d)-(.+)$/.exec(context) ?? [];
  if (tool === 'kind') return ['kind', 'load', 'image-archive', tar, '--name', name];
  if (tool === 'k3d') return ['k3d', 'image', 'import', tar, '--cluster', name];
  return [];
}
