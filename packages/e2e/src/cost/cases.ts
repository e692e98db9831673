import {
  dollarsPerMillionAt,
  HOURS_PER_MONTH,
  instancePrice,
  ORIGINAL_DOLLARS_PER_MILLION,
  platformMonthlyCost,
  serviceCost,
  type CostLine,
  type MonthlyCost,
  type ServiceShape,
} from '@face-comparison/costs';

const REGION = 'us-east-1';
/** What infra/platform takes unless told otherwise; so are the number of nodes and their volumes. */
const INSTANCE_TYPE = 'm6i.xlarge';
const NODES = 2;

const SHAPE: ServiceShape = {
  region: REGION,
  gateway: false,
  waf: false,
  instanceType: INSTANCE_TYPE,
};
const BEHIND_GATEWAY: ServiceShape = { ...SHAPE, gateway: true, accessLogs: true };

/** Images a month for which the page has a row. */
export const LOADS = [1e5, 1e6, 1e7, 1e8] as const;

/** What a reader compares: ours on AWS with all that it needs, ours on a cluster that is there, and the original. */
export interface CostCases {
  readonly region: string;
  readonly instanceType: string;
  readonly nodes: number;
  readonly platform: MonthlyCost;
  /** Bills for a million images, without what is paid at rest. */
  readonly onAws: readonly CostLine[];
  readonly onCluster: readonly CostLine[];
  readonly assumptions: readonly string[];
  /** Dollars for a million images at so many images a month, all that is paid in that month included. */
  readonly atOnAws: (imagesPerMonth: number) => number;
  readonly atOnCluster: (imagesPerMonth: number) => number;
  /** Images a month from which ours costs less than the original; found by bisection. */
  readonly breakEvenOnAws: number;
  readonly breakEvenOnCluster: number;
}

/** The cases of the page about costs. */
export function costCases(): CostCases {
  const platform = platformMonthlyCost({
    region: REGION,
    natGateways: 1,
    interfaceEndpoints: 0,
    loadBalancers: 1,
    kmsKeys: 1,
    cpu: { instanceType: INSTANCE_TYPE, nodes: NODES, diskGiB: 50 },
  });
  // The nodes are counted by the load.
  const nodesMonthly = NODES * known(instancePrice(INSTANCE_TYPE)?.dollarsPerHour) * HOURS_PER_MONTH;
  const atOnAws = (images: number): number =>
    known(
      dollarsPerMillionAt(BEHIND_GATEWAY, images, { fixedMonthly: platform.total - nodesMonthly, minNodes: NODES }),
    );
  const atOnCluster = (images: number): number =>
    known(dollarsPerMillionAt(SHAPE, images, { fixedMonthly: 0, minNodes: 1 }));
  return {
    region: REGION,
    instanceType: INSTANCE_TYPE,
    nodes: NODES,
    platform,
    onAws: serviceCost(BEHIND_GATEWAY).linesPerMillion,
    onCluster: serviceCost(SHAPE).linesPerMillion,
    assumptions: serviceCost(BEHIND_GATEWAY).assumptions,
    atOnAws,
    atOnCluster,
    breakEvenOnAws: breakEven(atOnAws),
    breakEvenOnCluster: breakEven(atOnCluster),
  };
}

function breakEven(dollarsPerMillion: (imagesPerMonth: number) => number): number {
  let [low, high] = [1, 1e9];
  for (let step = 0; step < 60; step++) {
    const middle = Math.sqrt(low * high);
    if (dollarsPerMillion(middle) > ORIGINAL_DOLLARS_PER_MILLION) low = middle;
    else high = middle;
  }
  return high;
}

function known(value: number | undefined): number {
  if (value === undefined) throw new Error(`no price or no throughput is known for ${INSTANCE_TYPE}`);
  return value;
}
