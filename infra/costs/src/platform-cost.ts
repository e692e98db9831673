import { sumOf, type CostLine } from './original.js';
import { HOURS_PER_MONTH, instancePrice, PRICES, pricesOf } from './prices.js';

/** Nodes of one kind. */
export interface Nodes {
  readonly instanceType: string;
  readonly nodes: number;
  /** Volume of a node in GiB; left out of the sum unless given. */
  readonly diskGiB?: number;
}

/** What a platform is made of, as far as it is paid by the hour. */
export interface PlatformSize {
  readonly region: string;
  readonly natGateways: number;
  /** Interface endpoints times zones. */
  readonly interfaceEndpoints: number;
  readonly loadBalancers: number;
  readonly kmsKeys: number;
  readonly cpu: Nodes;
  readonly gpu?: Nodes;
}

/** Dollars a month. */
export interface MonthlyCost {
  readonly total: number;
  readonly lines: readonly CostLine[];
  /** Which prices these are, as a sentence. */
  readonly pricesOf: string;
  /** What is used and has no price here, so that the total is too low by it. */
  readonly notPriced: readonly string[];
}

/** What a platform costs in a month in which it serves nobody. Traffic is not in it: see {@link serviceCost}. */
export function platformMonthlyCost(size: PlatformSize): MonthlyCost {
  const { perHour, perMonth } = PRICES;
  const groups = [
    { name: 'CPU', ...size.cpu },
    ...(size.gpu === undefined ? [] : [{ name: 'GPU', ...size.gpu }]),
  ].filter(({ nodes }) => nodes > 0);
  const lines = [
    hourly('EKS control plane', 1, perHour.eksCluster),
    ...groups.flatMap(({ name, instanceType, nodes, diskGiB }) => {
      const price = instancePrice(instanceType);
      return [
        ...(price === undefined
          ? []
          : [hourly(`${name} nodes: ${nodes} x ${instanceType}`, nodes, price.dollarsPerHour)]),
        ...(diskGiB === undefined
          ? []
          : [
              {
                what: `${name} nodes: ${nodes} x ${diskGiB} GiB of gp3`,
                dollars: nodes * diskGiB * perMonth.volumeGigabyte,
              },
            ]),
      ];
    }),
    hourly(
      `NAT gateways: ${size.natGateways}, with an address each`,
      size.natGateways,
      perHour.natGateway + perHour.publicAddress,
    ),
    hourly(`interface endpoints: ${size.interfaceEndpoints}`, size.interfaceEndpoints, perHour.interfaceEndpoint),
    hourly(`network load balancers: ${size.loadBalancers}`, size.loadBalancers, perHour.networkLoadBalancer),
    { what: `KMS keys: ${size.kmsKeys}`, dollars: size.kmsKeys * perMonth.kmsKey },
  ]
    .filter(({ dollars }) => dollars > 0)
    .map(({ what, dollars }) => ({ what, dollars: Math.round(100 * dollars) / 100 }));
  return {
    total: sumOf(lines),
    lines,
    pricesOf: pricesOf(size.region),
    notPriced: groups.flatMap(({ instanceType }) => (instancePrice(instanceType) === undefined ? [instanceType] : [])),
  };
}

function hourly(what: string, count: number, dollarsPerHour: number): CostLine {
  return { what, dollars: count * dollarsPerHour * HOURS_PER_MONTH };
}
