import { serviceCost, type CostLine, type ServiceCost, type ServiceShape } from '@face-comparison/costs';

import type { PlatformOutputs } from './platform-outputs.js';
import type { Settings } from './settings.js';

/** How many alarms the gateway has; a test holds it against src/gateway/alarms.ts, which is not loaded where there is none. */
const ALARMS = 3;

/** Where nothing is known of the machines, prices are those of this region. */
const REGION_OF_PRICES = 'us-east-1';

/** What the service costs, without what is not known: an output has no place for that. */
export interface CostEstimate {
  /** Dollars for a month in which nobody calls; on aws with the platform. */
  readonly idleDollarsPerMonth: number;
  /** Dollars for a million images on top of that, where it was measured how fast the nodes compute. */
  readonly dollarsPerMillionImages?: number;
  readonly linesPerMillion: readonly CostLine[];
  readonly assumptions: readonly string[];
}

/** An estimate of what the service costs, by list prices and what was measured; the assumptions are in it. */
export function estimateCost(settings: Settings, platform: PlatformOutputs | undefined): CostEstimate {
  const { dollarsPerMillionImages, linesPerMillion, ...rest }: ServiceCost = serviceCost(shapeOf(settings, platform));
  return {
    ...rest,
    linesPerMillion: linesPerMillion.map(({ what, dollars }) => ({ what, dollars: Math.round(100 * dollars) / 100 })),
    ...(dollarsPerMillionImages === undefined ? {} : { dollarsPerMillionImages }),
  };
}

function shapeOf(settings: Settings, platform: PlatformOutputs | undefined): ServiceShape {
  const { cost, gateway, accelerator } = settings;
  const instanceType = cost.instanceType ?? (accelerator === 'nvidia' ? 'g4dn.xlarge' : 'm6i.xlarge');
  const measured =
    cost.imagesPerSecondPerNode === undefined ? {} : { imagesPerSecondPerNode: cost.imagesPerSecondPerNode };
  return platform === undefined
    ? {
        region: REGION_OF_PRICES,
        gateway: false,
        waf: false,
        instanceType,
        ...measured,
      }
    : {
        region: platform.region,
        gateway: true,
        accessLogs: gateway.accessLogs.enabled,
        waf: gateway.waf.enabled,
        alarms: gateway.alarms.enabled ? ALARMS : 0,
        dashboards: gateway.dashboard ? 1 : 0,
        instanceType,
        platformMonthly: platform.monthlyCost.total,
        ...measured,
      };
}
