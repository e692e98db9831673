import type { Props } from '../catalogue/kind.js';
import { AwsError } from '../world/aws-error.js';
import type { World } from '../world/world.js';
import { account } from './account.js';
import { policyDocument } from './policy-document.js';
import { lookups } from './lookups.js';

/** Where a function is called from. */
export interface Caller {
  readonly world: World;
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
}

export type AwsFunction = (args: Props, caller: Caller) => Props;

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
