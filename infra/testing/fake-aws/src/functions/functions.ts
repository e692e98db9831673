import type { Props } from '../catalogue/kind.js';
import { AwsError } from '../account/aws-error.js';
import { account } from './account.js';
import { policyDocument } from './policy-document.js';
import type { AwsFunction, Caller } from './aws-function.js';
import { lookups } from './lookups.js';

const functions: Readonly<Record<string, AwsFunction>> = {
  ...account,
  ...lookups,
  'aws:iam/getPolicyDocument:getPolicyDocument': policyDocument,
};

/**
 * Answers a function of `@pulumi/aws`, such as `aws:index/getRegion:getRegion`.
 *
 * @throws AwsError `Unimplemented` when the fake does not know it.
 */
export function callFunction(token: string, args: Props, caller: Caller): Props {
  const work = functions[token];
  if (!work)
    throw new AwsError(
      'Unimplemented',
      `the fake has no function ${token}: add one to infra/testing/fake-aws/src/functions`,
    );
  return work(args, caller);
}
