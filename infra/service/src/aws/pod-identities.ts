import { PodIdentityAssociation } from '@pulumi/aws/eks/podIdentityAssociation.js';
import type { CustomResourceOptions } from '@pulumi/pulumi';

import type { PlatformOutputs } from '../platform-outputs.js';

/**
 * The role of the pods: it may read the bucket of models and nothing else. A pod gets it when it starts, so the associations
 * must be there before the pods.
 *
 * @param serviceAccounts names of ServiceAccounts, by a word for each
 */
export function createPodIdentities(
  serviceAccounts: Readonly<Record<string, string>>,
  namespace: string,
  platform: PlatformOutputs,
  options: CustomResourceOptions,
): PodIdentityAssociation[] {
  return Object.entries(serviceAccounts).map(
    ([who, serviceAccount]) =>
      new PodIdentityAssociation(
        who,
        {
          clusterName: platform.clusterName,
          namespace,
          serviceAccount,
          roleArn: platform.modelReaderRoleArn,
        },
        options,
      ),
  );
}
