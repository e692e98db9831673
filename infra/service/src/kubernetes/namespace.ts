import { Namespace } from '@pulumi/kubernetes/core/v1/namespace.js';
import type { CustomResourceOptions } from '@pulumi/pulumi';

/** The namespace of all that the stack makes. Its pods are held to the strictest of Kubernetes' standards, which they meet. */
export function createNamespace(name: string, options: CustomResourceOptions): Namespace {
  return new Namespace(
    'namespace',
    {
      metadata: {
        name,
        labels: {
          'app.kubernetes.io/part-of': 'face-comparison',
          'pod-security.kubernetes.io/enforce': 'restricted',
        },
      },
    },
    options,
  );
}
