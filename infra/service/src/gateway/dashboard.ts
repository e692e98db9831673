import { Dashboard } from '@pulumi/aws/cloudwatch/dashboard.js';
import type { CustomResourceOptions } from '@pulumi/pulumi';

import type { PlatformOutputs } from '../platform-outputs.js';
import type { Settings } from '../settings.js';
import { type DeployedApi } from './rest-api.js';
import { STAGE } from './stage-name.js';

const PERIOD_SECONDS = 60;

/** Width and height of a widget; a row has room for 24. */
const SIZE = { width: 12, height: 6 };

interface Line {
  readonly metric: readonly string[];
  readonly stat: string;
}

interface Graph {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** What happens at the gateway and behind it, on one page. */
export function createDashboard(
  { name, gateway }: Settings,
  platform: PlatformOutputs,
  { api }: DeployedApi,
  options: CustomResourceOptions,
): Dashboard | undefined {
  if (!gateway.dashboard) return undefined;
  return new Dashboard(
    name,
    { dashboardName: api.name, dashboardBody: api.name.apply((apiName) => dashboardBody(apiName, platform)) },
    options,
  );
}

/** The text of the dashboard: four graphs, two in a row. */
export function dashboardBody(apiName: string, platform: PlatformOutputs): string {
  const ofApi = (metric: string, stat: string): Line => ({
    metric: ['AWS/ApiGateway', metric, 'ApiName', apiName, 'Stage', STAGE],
    stat,
  });
  const ofTargets = (metric: string, stat: string): Line => ({
    metric: [
      'AWS/NetworkELB',
      metric,
      'LoadBalancer',
      platform.loadBalancerArnSuffix,
      'TargetGroup',
      platform.targetGroupArnSuffix,
    ],
    stat,
  });
  const graphs: Graph[] = [
    { title: 'Requests', lines: [ofApi('Count', 'Sum')] },
    { title: 'Errors', lines: [ofApi('4XXError', 'Sum'), ofApi('5XXError', 'Sum')] },
    {
      title: 'Latency',
      lines: [ofApi('Latency', 'p50'), ofApi('Latency', 'p95'), ofApi('IntegrationLatency', 'p95')],
    },
    { title: 'Nodes', lines: [ofTargets('HealthyHostCount', 'Minimum'), ofTargets('UnHealthyHostCount', 'Maximum')] },
  ];
  return JSON.stringify({
    widgets: graphs.map(({ title, lines }, index) => ({
      type: 'metric',
      x: (index % 2) * SIZE.width,
      y: Math.floor(index / 2) * SIZE.height,
      ...SIZE,
      properties: {
        title,
        region: platform.region,
        period: PERIOD_SECONDS,
        metrics: lines.map(({ metric, stat }) => [...metric, { stat }]),
      },
    })),
  });
}
