import { ANSWER_BYTES, IMAGES_PER_SECOND_PER_VCPU, LOG_LINE_BYTES, MEASURED } from './measured.js';
import { sumOf, type CostLine } from './original.js';
import { HOURS_PER_MONTH, instancePrice, PRICES, pricesOf } from './prices.js';

/** Share of the time in which the nodes compute; the rest is kept for peaks. */
export const USUAL_LOAD = 0.5;

const GIGABYTE = 1e9;
const MILLION = 1e6;

/** What serves, as far as the cost depends on it. */
export interface ServiceShape {
  readonly region: string;
  /** Whether a REST API is in front. */
  readonly gateway: boolean;
  readonly accessLogs?: boolean;
  readonly waf: boolean;
  /** Instance type of the nodes that compute. */
  readonly instanceType: string;
  /** Images a second of one node; needed where it was not measured, as on GPUs. */
  readonly imagesPerSecondPerNode?: number;
  /** Share of the time in which the nodes compute, above 0 and at most 1. Default: {@link USUAL_LOAD}. */
  readonly load?: number;
  /** Alarms and dashboards of the service. */
  readonly alarms?: number;
  readonly dashboards?: number;
  /** What is paid for the platform each month, whoever uses it. */
  readonly platformMonthly?: number;
}

export interface ServiceCost {
  /** Dollars for a month in which nobody calls. */
  readonly idleDollarsPerMonth: number;
  /** Dollars for a million images on top of that, the nodes' time for them included; undefined when nobody measured it. */
  readonly dollarsPerMillionImages: number | undefined;
  readonly linesPerMillion: readonly CostLine[];
  readonly assumptions: readonly string[];
}

/** What a service costs at rest, and what a million images cost. */
export function serviceCost(shape: ServiceShape): ServiceCost {
  const { perMonth, perMillion, perGigabyte } = PRICES;
  const load = shape.load ?? USUAL_LOAD;
  const compute = computeLine(shape, load);
  const answersGigabytes = (MILLION * ANSWER_BYTES) / GIGABYTE;
  const photosGigabytes = MEASURED.photoMegabytes * 1000;
  const fees: CostLine[] = !shape.gateway
    ? []
    : [
        { what: 'REST API calls', dollars: perMillion.restApiCalls },
        {
          what: `answers of ${ANSWER_BYTES / 1000} kB to the internet`,
          dollars: answersGigabytes * perGigabyte.egress,
        },
        {
          what: `photos of ${MEASURED.photoMegabytes} MB through the load balancer`,
          dollars: photosGigabytes * perGigabyte.loadBalancer,
        },
        ...(shape.accessLogs === true
          ? [{ what: 'access log', dollars: ((MILLION * LOG_LINE_BYTES) / GIGABYTE) * perGigabyte.logs }]
          : []),
        ...(shape.waf ? [{ what: 'requests that the web ACL looks at', dollars: perMillion.webAclRequests }] : []),
      ];
  const idle =
    (shape.platformMonthly ?? 0) +
    (shape.waf ? perMonth.webAcl + 3 * perMonth.webAclRule : 0) +
    (shape.alarms ?? 0) * perMonth.alarm +
    (shape.dashboards ?? 0) * perMonth.dashboard;
  return {
    idleDollarsPerMonth: Math.round(100 * idle) / 100,
    dollarsPerMillionImages: compute === undefined ? undefined : sumOf([compute, ...fees]),
    linesPerMillion: [...(compute === undefined ? [] : [compute]), ...fees],
    assumptions: [
      pricesOf(shape.region),
      compute === undefined
        ? `How many images a second ${shape.instanceType} computes was not measured, so a million images have no price.`
        : `Nodes compute ${Math.round(100 * load)} % of the time: ${imagesPerSecond(shape)?.toFixed(0) ?? ''} images a second at most on ${shape.instanceType}.`,
      ...(shape.imagesPerSecondPerNode === undefined && compute !== undefined
        ? [
            `A virtual CPU computes ${IMAGES_PER_SECOND_PER_VCPU.toFixed(1)} images (${MEASURED.photo}) a second, as a core of ${MEASURED.machine} did on ${MEASURED.on}.`,
          ]
        : []),
    ],
  };
}

function imagesPerSecond(shape: ServiceShape): number | undefined {
  if (shape.imagesPerSecondPerNode !== undefined) return shape.imagesPerSecondPerNode;
  const price = instancePrice(shape.instanceType);
  return price === undefined || price.hasGpu ? undefined : price.vcpus * IMAGES_PER_SECOND_PER_VCPU;
}

function computeLine(shape: ServiceShape, load: number): CostLine | undefined {
  const price = instancePrice(shape.instanceType);
  const perSecond = imagesPerSecond(shape);
  if (price === undefined || perSecond === undefined) return undefined;
  return {
    what: `${shape.instanceType} at ${Math.round(100 * load)} % load`,
    dollars: (price.dollarsPerHour / (perSecond * load * 3600)) * MILLION,
  };
}

/**
 * Dollars for a million images at a given traffic, all that is paid in the month included: so many nodes as the load needs,
 * at least `minNodes`.
 *
 * @param imagesPerMonth above 0
 * @param fixedMonthly dollars a month that do not depend on the traffic, without the nodes that compute
 * @returns undefined when the throughput of the instance type is not known
 */
export function dollarsPerMillionAt(
  shape: ServiceShape,
  imagesPerMonth: number,
  { fixedMonthly, minNodes }: { fixedMonthly: number; minNodes: number },
): number | undefined {
  const price = instancePrice(shape.instanceType);
  const perSecond = imagesPerSecond(shape);
  if (price === undefined || perSecond === undefined) return undefined;
  const perNodeAndMonth = perSecond * (shape.load ?? USUAL_LOAD) * 3600 * HOURS_PER_MONTH;
  const nodes = Math.max(minNodes, Math.ceil(imagesPerMonth / perNodeAndMonth));
  const { linesPerMillion } = serviceCost(shape);
  const fees = linesPerMillion.slice(1).reduce((sum, { dollars }) => sum + dollars, 0);
  return fees + ((fixedMonthly + nodes * price.dollarsPerHour * HOURS_PER_MONTH) / imagesPerMonth) * MILLION;
}
