import { join } from 'node:path';
import type { Cluster } from './cluster.js';
import { runCommand } from './command.js';
import { runScript, type ClusterSettings } from './scripts.js';

/** The cluster that the scripts of packages/e2e/cluster made on this machine. */
export function ownCluster({ programs, kubeconfig, hostAddress }: ClusterSettings): Cluster {
  const env = { KUBECONFIG: kubeconfig };
  return {
    kubeconfig,
    isOurs: true,
    hostAddress,
    kubectl: (args, options) => runCommand(join(programs, 'kubectl'), args, { ...options, env }),
    helm: (args, options) => runCommand(join(programs, 'helm'), args, { ...options, env }),
    loadImage: async ({ name, tar }) => {
      await runScript('load-image', [name, tar], { showProgress: true });
    },
    restartApiServer: async (whileDown) => {
      await runScript('api-server', ['stop']);
      try {
        await whileDown?.();
      } finally {
        await runScript('api-server', ['start']);
      }
    },
  };
}
