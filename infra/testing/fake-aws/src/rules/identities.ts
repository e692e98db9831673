import { AwsError } from '../account/aws-error.js';
import { textAt } from '../account/paths.js';
import type { AccountState } from '../account/account-state.js';
import type { Rules } from './rule.js';

/** Seconds until the other services see a role that was just made. IAM promises none; 10 s is what is commonly waited for. */
export const propagationSeconds = 10;

/** pulumi-aws repeats a call that names a role nobody can assume yet for two minutes (`propagationTimeout`). */
const retrySeconds = 120;

/** Names of the policies that are attached to a role, without their paths. */
export function attachedPolicies(world: AccountState, role: string): string[] {
  const target = world.entities.find('iam/role', role);
  if (!target) return [];
  return world.entities
    .naming('iam/rolePolicyAttachment', 'role', target)
    .filter((attachment) => attachment.state !== 'creating')
    .map((attachment) => textAt(attachment.inputs, 'policyArn').split('/').at(-1) ?? '');
}

/** Texts of the policies that are written into a role. */
export function inlinePolicies(world: AccountState, role: string): string[] {
  const target = world.entities.find('iam/role', role);
  return target
    ? world.entities.naming('iam/rolePolicy', 'role', target).map((policy) => textAt(policy.inputs, 'policy'))
    : [];
}

/**
 * A service can assume a role some seconds after it was made, and when its trust policy says so.
 *
 * @throws AwsError `code` otherwise; one that is too young is worth another try.
 */
export function mustBeAssumable(world: AccountState, role: string, service: string, code: string): void {
  const entity = world.entities.find('iam/role', role);
  if (!entity || !textAt(entity.inputs, 'assumeRolePolicy').includes(service)) {
    throw new AwsError(code, `Role ${role} could not be assumed because its trust policy does not name ${service}`);
  }
  if (world.clock.now() - entity.createdAt < propagationSeconds) {
    throw new AwsError(
      code,
      `Role ${role} could not be assumed because it does not exist or its trusted entity is not correct`,
      {
        retrySeconds,
      },
    );
  }
}

const jsonPolicy = (policy: string): void => {
  try {
    JSON.parse(policy);
  } catch (error) {
    throw new AwsError('MalformedPolicyDocument', `not JSON: ${String(error)}`);
  }
};

export const identityRules: Rules = {
  'iam/role': { admit: (_, role) => jsonPolicy(textAt(role.inputs, 'assumeRolePolicy')) },
  'iam/policy': { admit: (_, policy) => jsonPolicy(textAt(policy.inputs, 'policy')) },
  'iam/rolePolicy': { admit: (_, policy) => jsonPolicy(textAt(policy.inputs, 'policy')) },
};
