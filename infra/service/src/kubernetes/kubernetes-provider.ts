import { homedir } from 'node:os';
import { join } from 'node:path';
import { Provider } from '@pulumi/kubernetes/provider.js';

export interface ClusterAccess {
  /** A kubeconfig or the path of one. Default: KUBECONFIG, else ~/.kube/config. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

/** The one provider of all that is made in the cluster. */
export function createKubernetesProvider({ kubeconfig, context }: ClusterAccess): Provider {
  return new Provider('kubernetes', {
    ...(kubeconfig === undefined ? {} : { kubeconfig: withoutTilde(kubeconfig) }),
    ...(context === undefined ? {} : { context }),
    enableServerSideApply: true,
    // A new key changes the Secret in place. Pulumi's way would be a new Secret, while the pods mount the old one.
    enableSecretMutable: true,
  });
}

/** ~/ is the shell's; in a settings file nobody else expands it. */
export function withoutTilde(path: string, home: string = homedir()): string {
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}
