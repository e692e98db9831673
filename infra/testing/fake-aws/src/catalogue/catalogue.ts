import { AwsError } from '../account/aws-error.js';
import { apigateway } from './apigateway.js';
import { ec2 } from './ec2.js';
import { edge } from './edge.js';
import { eks } from './eks.js';
import { elb } from './elb.js';
import { iam } from './iam.js';
import { keys } from './keys.js';
import type { Kind, Rows } from './kind.js';
import { observability } from './observability.js';
import { storage } from './storage.js';

/** Every resource type of AWS that the fake can make. */
export const catalogue: Rows = {
  ...ec2,
  ...iam,
  ...eks,
  ...elb,
  ...apigateway,
  ...storage,
  ...observability,
  ...keys,
  ...edge,
};

/** `aws:ec2/vpc:Vpc` is the row `ec2/vpc`. */
export const rowOf = (type: string): string => type.split(':')[1] ?? type;

/**
 * The row of a resource type, by row key (`ec2/vpc`) or by token (`aws:ec2/vpc:Vpc`).
 *
 * @throws AwsError `Unimplemented` when there is none.
 */
export function kindOf(type: string): Kind {
  const row = type.includes(':') ? rowOf(type) : type;
  const kind = catalogue[row];
  if (!kind)
    throw new AwsError(
      'Unimplemented',
      `the fake has no row for ${type}: add one to infra/testing/fake-aws/src/catalogue`,
    );
  return kind;
}
