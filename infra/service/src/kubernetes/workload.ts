import type { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import type { CustomResourceOptions, Output, Resource } from '@pulumi/pulumi';

import type { ClientKeys } from '../client-keys.js';
import { parseImage } from '../image-reference.js';
import type { Settings } from '../settings.js';
import { createFaceComparison } from './face-comparison.js';
import { createKeysSecret } from './keys.js';
import { createModels } from './models.js';
import { createNamespace } from './namespace.js';
import { createNodePort } from './node-port.js';
import { createOperator } from './operator.js';
import { createRegistrySecret } from './registry.js';

export interface WorkloadArgs {
  readonly settings: Settings;
  /** Without keys nobody is asked for one. */
  readonly keys: ClientKeys | undefined;
  /** Content of a Docker config.json, where the registry of the images asks for credentials. */
  readonly registryCredentials: Output<string> | undefined;
  readonly operatorImage: string | undefined;
  /** What serves; the operator takes it for FaceComparisons that name no image. */
  readonly serverImage: string | undefined;
  readonly nodePort: number | undefined;
  readonly s3Region: string | undefined;
  readonly pathPrefix: string | undefined;
  /** What must be there before a pod starts. */
  readonly podsNeed: readonly Resource[];
}

/**
 * All that is in Kubernetes. Destroy goes the way back: the FaceComparison first, while the operator is there to see it go, then
 * the models, the operator with its CRDs, the keys, the namespace.
 */
export function createWorkload(args: WorkloadArgs, options: CustomResourceOptions): CustomResource {
  const { settings, keys, registryCredentials, operatorImage, serverImage, nodePort, s3Region, pathPrefix, podsNeed } =
    args;
  const namespace = createNamespace(settings.namespace, options);
  const inside = namespace.metadata.name;
  const pullSecret = registryCredentials === undefined ? undefined : `${settings.name}-registry`;
  const secrets = [
    ...(keys === undefined ? [] : [createKeysSecret(settings, keys, inside, options)]),
    ...(registryCredentials === undefined
      ? []
      : [createRegistrySecret(`${settings.name}-registry`, registryCredentials, inside, options)]),
  ];
  const operator = settings.operator.install
    ? [
        createOperator(
          {
            namespace: inside,
            image: operatorImage === undefined ? undefined : parseImage(operatorImage),
            serverImage: serverImage === undefined ? undefined : parseImage(serverImage),
            pullSecret,
            crds: settings.operator.crds,
            s3Region,
          },
          { ...options, dependsOn: [...secrets, ...podsNeed] },
        ),
      ]
    : [];
  const models = createModels(settings.models, inside, { ...options, dependsOn: [...operator, ...secrets] });
  const exposed = nodePort === undefined ? [] : [createNodePort(settings.name, inside, nodePort, options)];
  return createFaceComparison(
    settings,
    inside,
    {
      image: serverImage,
      pullSecret,
      keysSecret: keys === undefined ? undefined : `${settings.name}-keys`,
      s3Region,
      pathPrefix,
    },
    { ...options, dependsOn: [...models, ...operator, ...secrets, ...exposed, ...podsNeed] },
  );
}
