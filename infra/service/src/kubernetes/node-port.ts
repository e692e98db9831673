import { Service } from '@pulumi/kubernetes/core/v1/service.js';
import type { CustomResourceOptions, Input } from '@pulumi/pulumi';

/**
 * A port of every node that leads to the pods. Kubernetes makes no load balancer: one that it made would be nobody's when the
 * cluster goes.
 *
 * @param name of the FaceComparison
 */
export function createNodePort(
  name: string,
  namespace: Input<string>,
  nodePort: number,
  options: CustomResourceOptions,
): Service {
  return new Service(
    'node-port',
    {
      metadata: {
        name: `${name}-node-port`,
        namespace,
        // Whether there are pods behind it is the FaceComparison's to say.
        annotations: { 'pulumi.com/skipAwait': 'true' },
      },
      spec: {
        type: 'NodePort',
        selector: {
          'app.kubernetes.io/name': 'face-comparison',
          'app.kubernetes.io/instance': name,
          'app.kubernetes.io/component': 'server',
        },
        ports: [{ name: 'http', port: 80, targetPort: 'http', nodePort, protocol: 'TCP' }],
      },
    },
    options,
  );
}
