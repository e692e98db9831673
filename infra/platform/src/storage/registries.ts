import { LifecyclePolicy } from '@pulumi/aws/ecr/lifecyclePolicy.js';
import { Repository } from '@pulumi/aws/ecr/repository.js';

import type { Context } from '../context.js';

export interface Registries {
  readonly server: Repository;
  readonly operator: Repository;
}

/** Where the images of the server and the operator go. */
export function createRegistries(context: Context): Registries {
  return {
    server: createRepository(context, 'face-comparison-server'),
    operator: createRepository(context, 'face-comparison-operator'),
  };
}

/** The name of a repository ends in digits of Pulumi's, so that one that was kept is in nobody's way. */
function createRepository({ settings, aws }: Context, name: string): Repository {
  const options = { ...aws, retainOnDelete: settings.keepData };
  const repository = new Repository(
    name,
    {
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: 'AES256' }],
      forceDelete: !settings.keepData,
    },
    options,
  );
  new LifecyclePolicy(
    name,
    {
      repository: repository.name,
      policy: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            description: 'Images without a tag go after two weeks',
            selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
            action: { type: 'expire' },
          },
        ],
      }),
    },
    options,
  );
  return repository;
}
