import { serviceCost, type ServiceCost } from '@face-comparison/costs';

import type { PlatformOutputs } from './platform-outputs.js';
import type { Settings } from './settings.js';

/** How many alarms the gateway has; a test holds it against src/gateway/alarms.ts, which is not loaded where there is none. */
export const ALARMS = 3;

/** Where nothing is known of the machines, prices are those of this region. */
const REGION_OF_PRICES = 'us-east-1';

/** An estimate of what the service costs, by list prices and what was measured; the assumptions are in it. */
export function estimateCost(settings: Settings, platform: PlatformOutputs | undefined): ServiceCost {
  const { cost, gateway, accelerator } = settings;
  const instanceType = cost.instanceType ?? (accelerator === 'nvidia' ? 'g4dn.xlarge' : 'm6i.large');
  const measured =
    cost.imagesPerSecondPerNode === undefined ? {} : { imagesPerSecondPerNode: cost.imagesPerSecondPerNode };
  return platform === undefined
    ? serviceCost({
        region: REGION_OF_PRICES,
        target: 'kubernetes',
        gateway: false,
        waf: false,
        instanceType,
        ...measured,
      })
    : serviceCost({
        region: platform.region,
        target: 'aws',
        gateway: true,
        accessLogs: gateway.accessLogs.enabled,
        waf: gateway.waf.enabled,
        alarms: gateway.alarms.enabled ? ALARMS : 0,
        dashboards: gateway.dashboard ? 1 : 0,
        instanceType,
        platformMonthly: platform.monthlyCost.total,
        ...measured,
      });
}
