import { Release } from '@pulumi/kubernetes/helm/v3/release.js';
import type { Provider } from '@pulumi/kubernetes/provider.js';

import type { Context } from '../context.js';

/** NVIDIA's device plugin: it counts the GPUs of a node, so that pods can ask for one. The AL2023 image has none. */
export function createDevicePlugin({ settings }: Context, provider: Provider): Release {
  return new Release(
    `${settings.name}-nvidia-device-plugin`,
    {
      name: 'nvidia-device-plugin',
      namespace: 'kube-system',
      chart: 'nvidia-device-plugin',
      version: '0.17.4',
      repositoryOpts: { repo: 'https://nvidia.github.io/k8s-device-plugin' },
      values: { nodeSelector: { 'nvidia.com/gpu.present': 'true' } },
    },
    { provider },
  );
}
