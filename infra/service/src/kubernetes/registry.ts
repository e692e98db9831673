import { Secret } from '@pulumi/kubernetes/core/v1/secret.js';
import { type CustomResourceOptions, type Input, type Output, secret } from '@pulumi/pulumi';

/** The Secret with which images are pulled, of the operator and of the pods. */
export function createRegistrySecret(
  name: string,
  credentials: Output<string>,
  namespace: Input<string>,
  options: CustomResourceOptions,
): Secret {
  return new Secret(
    'registry',
    {
      metadata: { name, namespace },
      type: 'kubernetes.io/dockerconfigjson',
      data: secret({ '.dockerconfigjson': credentials.apply((text) => Buffer.from(text).toString('base64')) }),
    },
    { ...options, additionalSecretOutputs: ['data', 'stringData'] },
  );
}
