import type { Rows } from './kind.js';
import { oneCall, seconds } from './latency.js';
import { partOf } from './reference.js';

const ofBucket = partOf('bucket', 's3/bucket');
const setting = { id: '{bucket}', latency: oneCall, replaceOn: ['bucket'], references: [ofBucket] };

/** Buckets with their settings, and registries of images. */
export const storage: Rows = {
  's3/bucket': {
    id: '{name}',
    arn: 'arn:aws:s3:::{name}',
    autoname: 'bucket',
    nameRule: {
      pattern: /^(?!xn--|sthree-)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      says: '3 to 63 lower-case letters, digits, dots and hyphens',
    },
    unique: { by: ['bucket'], code: 'BucketAlreadyOwnedByYou' },
    latency: seconds(3, 1, 2, 'estimate: the call and the reads of its settings'),
    replaceOn: ['bucket', 'bucketPrefix', 'objectLockEnabled'],
    outputs: ({ name, region }) => ({
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      bucketRegion: region,
      hostedZoneId: 'Z3BJ6K6RIION7M',
      forceDestroy: false,
      objectLockEnabled: false,
      requestPayer: 'BucketOwner',
      bucketPrefix: '',
    }),
  },
  's3/bucketPublicAccessBlock': setting,
  's3/bucketVersioning': setting,
  's3/bucketServerSideEncryptionConfiguration': setting,
  's3/bucketPolicy': setting,
  's3/bucketLifecycleConfiguration': setting,
  's3/bucketOwnershipControls': setting,
  's3/bucketLogging': setting,
  's3/bucketObjectv2': {
    id: '{bucket}/{key}',
    arn: 'arn:aws:s3:::{bucket}/{key}',
    latency: oneCall,
    replaceOn: ['bucket', 'key'],
    references: [ofBucket],
    outputs: ({ digits }) => ({
      etag: digits,
      versionId: digits,
      storageClass: 'STANDARD',
      contentType: 'application/octet-stream',
    }),
  },
  'ecr/repository': {
    id: '{name}',
    arn: 'arn:aws:ecr:{region}:{account}:repository/{name}',
    autoname: 'name',
    nameRule: {
      pattern: /^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/,
      says: 'lower-case letters and digits, separated by . _ / or -',
    },
    unique: { by: ['name'], code: 'RepositoryAlreadyExistsException' },
    latency: oneCall,
    replaceOn: ['name', 'encryptionConfigurations'],
    outputs: ({ name, account, region }) => ({
      registryId: account,
      repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
      imageTagMutability: 'MUTABLE',
    }),
  },
  'ecr/image': {
    id: '{repository}@sha256:{digits}',
    latency: oneCall,
    references: [partOf('repository', 'ecr/repository')],
  },
  'ecr/lifecyclePolicy': {
    id: '{repository}',
    latency: oneCall,
    replaceOn: ['repository'],
    references: [partOf('repository', 'ecr/repository')],
    outputs: ({ account }) => ({ registryId: account }),
  },
  'ecr/repositoryPolicy': {
    id: '{repository}',
    latency: oneCall,
    replaceOn: ['repository'],
    references: [partOf('repository', 'ecr/repository')],
    outputs: ({ account }) => ({ registryId: account }),
  },
};
