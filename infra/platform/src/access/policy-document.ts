/** One statement of a policy. A Resource is missing in trust policies alone. */
export interface Statement<Arn = string> {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | { readonly Service: string };
  readonly Action: string | readonly string[];
  readonly Resource?: Arn | readonly Arn[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A policy as IAM stores it. */
export function policyDocument(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** The trust policy of a role that an AWS service takes on. */
export function trustOf(service: string, actions: readonly string[] = ['sts:AssumeRole']): string {
  return policyDocument({ Effect: 'Allow', Principal: { Service: service }, Action: actions });
}

/** The trust policy of a role that pods take on by an EKS Pod Identity association. */
export const POD_TRUST = trustOf('pods.eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession']);
