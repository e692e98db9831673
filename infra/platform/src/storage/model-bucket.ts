import { Bucket } from '@pulumi/aws/s3/bucket.js';
import { BucketLifecycleConfiguration } from '@pulumi/aws/s3/bucketLifecycleConfiguration.js';
import { BucketOwnershipControls } from '@pulumi/aws/s3/bucketOwnershipControls.js';
import { BucketPolicy } from '@pulumi/aws/s3/bucketPolicy.js';
import { BucketPublicAccessBlock } from '@pulumi/aws/s3/bucketPublicAccessBlock.js';
import { BucketServerSideEncryptionConfiguration } from '@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js';
import { BucketVersioning } from '@pulumi/aws/s3/bucketVersioning.js';

import { policyDocument } from '../access/policy-document.js';
import type { Context } from '../context.js';

/** The bucket of models: private, encrypted, versioned, by TLS alone. */
export function createModelBucket({ settings, aws }: Context): Bucket {
  const label = `${settings.name}-models`;
  // A bucket that is kept keeps its protection too.
  const options = { ...aws, retainOnDelete: settings.keepData };
  const bucket = new Bucket(label, { forceDestroy: !settings.keepData }, options);
  const block = new BucketPublicAccessBlock(
    label,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    options,
  );
  new BucketOwnershipControls(label, { bucket: bucket.id, rule: { objectOwnership: 'BucketOwnerEnforced' } }, options);
  new BucketServerSideEncryptionConfiguration(
    label,
    {
      bucket: bucket.id,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    },
    options,
  );
  const versioning = new BucketVersioning(
    label,
    { bucket: bucket.id, versioningConfiguration: { status: 'Enabled' } },
    options,
  );
  new BucketLifecycleConfiguration(
    label,
    {
      bucket: bucket.id,
      rules: [
        {
          id: 'old-versions',
          status: 'Enabled',
          filter: { prefix: '' },
          noncurrentVersionExpiration: { noncurrentDays: 90 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    },
    // Rules for old versions are for a bucket that has them.
    { ...options, dependsOn: [versioning] },
  );
  new BucketPolicy(
    label,
    {
      bucket: bucket.id,
      policy: bucket.arn.apply((arn) =>
        policyDocument({
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [arn, `${arn}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ),
    },
    // S3 refuses to set both at once.
    { ...options, dependsOn: [block] },
  );
  return bucket;
}
