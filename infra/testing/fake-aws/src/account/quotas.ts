import { AwsError } from './aws-error.js';

interface Quota {
  readonly limit: number;
  readonly code: string;
  readonly says: string;
}

/** Default quotas of an account per region, from AWS's "Service Quotas" pages. */
const defaults: Readonly<Record<string, Quota>> = {
  'ec2/vpc': { limit: 5, code: 'VpcLimitExceeded', says: 'The maximum number of VPCs has been reached.' },
  'ec2/eip': { limit: 5, code: 'AddressLimitExceeded', says: 'The maximum number of addresses has been reached.' },
  'ec2/internetGateway': {
    limit: 5,
    code: 'InternetGatewayLimitExceeded',
    says: 'The maximum number of internet gateways has been reached.',
  },
  'ec2/natGateway': {
    limit: 5,
    code: 'NatGatewayLimitExceeded',
    says: 'The maximum number of NAT gateways has been reached.',
  },
  'lb/loadBalancer': {
    limit: 50,
    code: 'TooManyLoadBalancers',
    says: 'The maximum number of load balancers has been reached.',
  },
  'lb/targetGroup': {
    limit: 3000,
    code: 'TooManyTargetGroups',
    says: 'The maximum number of target groups has been reached.',
  },
  'eks/cluster': { limit: 100, code: 'ResourceLimitExceededException', says: 'Maximum number of clusters reached.' },
  'apigatewayv2/vpcLink': {
    limit: 10,
    code: 'LimitExceededException',
    says: 'Maximum number of VPC links for this account has been reached.',
  },
  'apigateway/usagePlan': { limit: 300, code: 'LimitExceededException', says: 'Usage plans limit exceeded.' },
  's3/bucket': {
    limit: 10_000,
    code: 'TooManyBuckets',
    says: 'You have attempted to create more buckets than allowed.',
  },
};

/** How many of each an account may have. */
export class Quotas {
  readonly #limits = new Map<string, number>();

  /** Changes a quota, as a request to AWS's support does, or as somebody else's use of the account does. */
  set(row: string, limit: number): void {
    if (!defaults[row])
      throw new Error(`The fake has no quota for ${row}; it has those of ${Object.keys(defaults).join(', ')}`);
    this.#limits.set(row, limit);
  }

  /** @throws AwsError when one more would be too many. */
  check(row: string, existing: number): void {
    const quota = defaults[row];
    if (quota && existing >= (this.#limits.get(row) ?? quota.limit)) throw new AwsError(quota.code, quota.says);
  }
}
