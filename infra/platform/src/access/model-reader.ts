import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import type { Bucket } from '@pulumi/aws/s3/bucket.js';

import type { Context } from '../context.js';
import { POD_TRUST, policyDocument } from './policy-document.js';

/** The role of pods that read models: it can list the bucket and get what is in it, and nothing else. */
export function createModelReader({ settings, aws }: Context, bucket: Bucket): Role {
  const role = new Role(
    `${settings.name}-model-reader`,
    { description: 'Pods that read models', assumeRolePolicy: POD_TRUST },
    aws,
  );
  new RolePolicy(
    `${settings.name}-model-reader`,
    {
      role: role.name,
      policy: bucket.arn.apply((arn) =>
        policyDocument(
          { Effect: 'Allow', Action: 's3:ListBucket', Resource: arn },
          { Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn}/*` },
        ),
      ),
    },
    aws,
  );
  return role;
}
