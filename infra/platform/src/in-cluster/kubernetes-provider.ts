import type { Output, Resource } from '@pulumi/pulumi';
import { Provider } from '@pulumi/kubernetes/provider.js';

import type { Context } from '../context.js';

/**
 * The provider for what runs in the cluster.
 *
 * @param needs what the cluster needs so that pods run and this identity may speak to it
 */
export function createKubernetesProvider(
  { settings }: Context,
  kubeconfig: Output<string>,
  needs: readonly Resource[],
): Provider {
  return new Provider(`${settings.name}-kubernetes`, { kubeconfig }, { dependsOn: [...needs] });
}
