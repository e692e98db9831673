import { AwsError } from '../account/aws-error.js';
import { textAt } from '../account/paths.js';
import type { Rules } from './rule.js';

export const storageRules: Rules = {
  's3/bucket': {
    admit: (world, bucket) => {
      if (world.takenBuckets.has(bucket.name)) {
        throw new AwsError(
          'BucketAlreadyExists',
          'The requested bucket name is not available. The bucket namespace is shared by all users of the system.',
        );
      }
    },
    keep: (world, bucket) => {
      const filled = world.entities
        .of('s3/bucketObjectv2')
        .some((object) => textAt(object.inputs, 'bucket') === bucket.id);
      if (!filled || bucket.inputs['forceDestroy'] === true) return undefined;
      return new AwsError(
        'BucketNotEmpty',
        'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
      );
    },
  },
  'ecr/repository': {
    keep: (world, repository) => {
      const filled = world.entities
        .of('ecr/image')
        .some((image) => textAt(image.inputs, 'repository') === repository.id);
      if (!filled || repository.inputs['forceDelete'] === true) return undefined;
      const message = `The repository with name '${repository.name}' cannot be deleted because it still contains images`;
      return new AwsError('RepositoryNotEmptyException', message);
    },
  },
};
