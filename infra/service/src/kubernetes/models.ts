import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import type { CustomResourceOptions, Input } from '@pulumi/pulumi';

import type { Model } from '../settings.js';

export const API_VERSION = 'face-comparison.dev/v1alpha1';

/**
 * The FaceModels. Which one serves belongs to kubectl, so one that is taken off the settings may be the one that serves: the
 * operator goes on with it, by what it wrote down in the status, and says that its FaceModel is missing.
 */
export function createModels(
  models: readonly Model[],
  namespace: Input<string>,
  options: CustomResourceOptions,
): CustomResource[] {
  return models.map(
    ({ name, version, manifest, sha256 }) =>
      new CustomResource(
        `model-${name}`,
        {
          apiVersion: API_VERSION,
          kind: 'FaceModel',
          metadata: { name, namespace },
          spec: { version, source: { manifest, sha256 } },
        },
        options,
      ),
  );
}
