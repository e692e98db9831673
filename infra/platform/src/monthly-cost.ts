import { platformMonthlyCost, type MonthlyCost } from '@face-comparison/costs';

import { interfaceEndpoints } from './network/endpoints.js';
import type { Settings } from './settings.js';

/** What a month of this platform costs with as few nodes as the settings allow, at list prices and without traffic. */
export function monthlyCost(settings: Settings): MonthlyCost {
  const { cpu, gpu } = settings;
  const [cpuType = ''] = cpu.instanceTypes;
  const [gpuType = ''] = gpu.instanceTypes;
  return platformMonthlyCost({
    region: settings.region,
    natGateways: settings.nat === 'one' ? 1 : settings.zones,
    interfaceEndpoints: interfaceEndpoints(settings) * settings.zones,
    loadBalancers: 1,
    kmsKeys: 1,
    cpu: { instanceType: cpuType, nodes: cpu.minNodes, diskGiB: cpu.diskGiB },
    ...(gpu.enabled ? { gpu: { instanceType: gpuType, nodes: gpu.minNodes, diskGiB: gpu.diskGiB } } : {}),
  });
}
