import { join, resolve } from 'node:path';
import { Provider } from '@pulumi/kubernetes/provider.js';

export interface ClusterAccess {
  /** A kubeconfig or the path of one. Default: KUBECONFIG, else ~/.kube/config. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

/** The one provider of all that is made in the cluster. */
export function createKubernetesProvider({ kubeconfig, context }: ClusterAccess): Provider {
  return new Provider('kubernetes', {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    enableServerSideApply: true,
    // A new key changes the Secret in place. Pulumi's way would be a new Secret, while the pods mount the old one.
    enableSecretMutable: true,
  });
}

/**
 * The path of a kubeconfig as the provider can open it: nobody expands ~ in a settings file, and the provider does not start in
 * the folder with Pulumi.yaml.
 */
export function kubeconfigPath(path: string, from: { readonly home: string; readonly project: string }): string {
  return path.startsWith('~/') ? join(from.home, path.slice(2)) : resolve(from.project, path);
}
