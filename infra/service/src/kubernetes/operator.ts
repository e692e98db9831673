import { Release } from '@pulumi/kubernetes/helm/v3/release.js';
import type { CustomResourceOptions, Input } from '@pulumi/pulumi';

import type { ImageReference } from '../image-reference.js';

/** Name of the release; the chart calls what it installs so, its ServiceAccount too. */
export const OPERATOR = 'face-comparison-operator';

/**
 * From the folder of the compiled program, where the engine starts providers. Relative, since a path of another machine in
 * the state would look like a change.
 */
const CHART = '../../../charts/face-comparison-operator';

/** Seconds that Helm waits for the operator; the pull of its image is the most of it. */
const TIMEOUT_SECONDS = 300;

export interface OperatorArgs {
  readonly namespace: Input<string>;
  readonly image: ImageReference | undefined;
  readonly serverImage: ImageReference | undefined;
  /** Name of the Secret with credentials of the registry. */
  readonly pullSecret: string | undefined;
  readonly crds: { readonly install: boolean; readonly keep: boolean };
  /** Region of the buckets with manifests; of the environment unless given. */
  readonly s3Region: string | undefined;
}

/** The operator, which looks after its own namespace and has no right outside of it. */
export function createOperator(args: OperatorArgs, options: CustomResourceOptions): Release {
  const { namespace, image, serverImage, pullSecret, crds, s3Region } = args;
  return new Release(
    'operator',
    {
      name: OPERATOR,
      namespace,
      chart: CHART,
      values: {
        watchNamespaces: [namespace],
        crds: { enabled: crds.install, keep: crds.keep },
        ...(image === undefined ? {} : { image: { ...image } }),
        ...(serverImage === undefined ? {} : { serverImage: { ...serverImage } }),
        ...(pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
        ...(s3Region === undefined ? {} : { s3: { region: s3Region } }),
      },
      // A release that does not get ready is taken back, so that the next attempt does not meet half of one.
      atomic: true,
      skipAwait: false,
      timeout: TIMEOUT_SECONDS,
    },
    { ...options, customTimeouts: { create: '7m', update: '7m', delete: '5m' } },
  );
}
