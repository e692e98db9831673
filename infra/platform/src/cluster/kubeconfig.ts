import { all, type Output } from '@pulumi/pulumi';
import type { Cluster } from '@pulumi/aws/eks/cluster.js';

/**
 * A kubeconfig that gets a token from the AWS CLI each time it is used. It holds no secret, and it works at a destroy
 * months later: a token written into it would be dead after 15 minutes.
 */
export function kubeconfigOf(cluster: Cluster, region: string): Output<string> {
  return all([cluster.name, cluster.endpoint, cluster.certificateAuthority]).apply(
    ([name, server, certificateAuthority]) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name, cluster: { server, 'certificate-authority-data': certificateAuthority.data } }],
        contexts: [{ name, context: { cluster: name, user: name } }],
        'current-context': name,
        users: [
          {
            name,
            user: {
              exec: {
                apiVersion: 'client.authentication.k8s.io/v1beta1',
                command: 'aws',
                args: ['eks', 'get-token', '--cluster-name', name, '--region', region, '--output', 'json'],
                interactiveMode: 'Never',
              },
            },
          },
        ],
      }),
  );
}
