/**
 * List prices in dollars, on demand, without free tier, discounts and taxes. They move: look at https://aws.amazon.com/pricing
 * before you decide by them, and change them here when they are out of date.
 */
export const PRICES = {
  asOf: '2026-11',
  source: 'the price pages of AWS for US East (N. Virginia), as public pages quoted them in 2026',
  /** Regions that have these prices; elsewhere most are 5 to 30 % higher. */
  regions: ['us-east-1', 'us-east-2', 'us-west-2'],

  perHour: {
    /** An EKS control plane in standard support. */
    eksCluster: 0.1,
    natGateway: 0.045,
    /** A public IPv4 address, such as that of a NAT gateway. */
    publicAddress: 0.005,
    /** An interface endpoint in one zone. */
    interfaceEndpoint: 0.01,
    networkLoadBalancer: 0.0225,
    instances: {
      'm6i.large': 0.096,
      'm6i.xlarge': 0.192,
      'm7i.large': 0.1008,
      'm7i.xlarge': 0.2016,
      'c6i.large': 0.085,
      'c6i.xlarge': 0.17,
      'c6i.2xlarge': 0.34,
      'c7i.large': 0.08925,
      'c7i.xlarge': 0.1785,
      'c7i.2xlarge': 0.357,
      'g4dn.xlarge': 0.526,
      'g5.xlarge': 1.006,
      'g6.xlarge': 0.8048,
    },
  },

  perMonth: {
    kmsKey: 1,
    /** A gigabyte of gp3 volume. */
    volumeGigabyte: 0.08,
    webAcl: 5,
    webAclRule: 1,
    alarm: 0.1,
    dashboard: 3,
  },

  perMillion: {
    /** Calls of a REST API of API Gateway, up to 333 million a month. */
    restApiCalls: 3.5,
    /** Requests that a web ACL looks at. */
    webAclRequests: 0.6,
  },

  perGigabyte: {
    /** To the internet, up to 10 TB a month. */
    egress: 0.09,
    /** Taken in by CloudWatch Logs. */
    logs: 0.5,
    /** Through a load balancer: one LCU-hour of a network load balancer carries a gigabyte. */
    loadBalancer: 0.006,
  },
} as const;

/** Virtual CPUs of an instance type, for those that have a price here. */
const VCPUS: Readonly<Record<keyof typeof PRICES.perHour.instances, number>> = {
  'm6i.large': 2,
  'm6i.xlarge': 4,
  'm7i.large': 2,
  'm7i.xlarge': 4,
  'c6i.large': 2,
  'c6i.xlarge': 4,
  'c6i.2xlarge': 8,
  'c7i.large': 2,
  'c7i.xlarge': 4,
  'c7i.2xlarge': 8,
  'g4dn.xlarge': 4,
  'g5.xlarge': 4,
  'g6.xlarge': 4,
};

/** As AWS reckons a month of on-demand hours. */
export const HOURS_PER_MONTH = 730;

export interface InstancePrice {
  readonly dollarsPerHour: number;
  readonly vcpus: number;
  readonly hasGpu: boolean;
}

/** What an instance type costs, or undefined when its price is not known here. */
export function instancePrice(instanceType: string): InstancePrice | undefined {
  if (!isPriced(instanceType)) return undefined;
  return {
    dollarsPerHour: PRICES.perHour.instances[instanceType],
    vcpus: VCPUS[instanceType],
    hasGpu: instanceType.startsWith('g'),
  };
}

function isPriced(instanceType: string): instanceType is keyof typeof PRICES.perHour.instances {
  return Object.hasOwn(PRICES.perHour.instances, instanceType);
}

/** One sentence for people who see a sum: which prices it is made of. */
export function pricesOf(region: string): string {
  const known = PRICES.regions.some((one) => one === region);
  return `List prices of ${PRICES.asOf} for ${known ? region : `${PRICES.regions[0]}; those of ${region} are not known here, and mostly higher`}.`;
}
