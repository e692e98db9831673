import { MetricAlarm, type MetricAlarmArgs } from '@pulumi/aws/cloudwatch/metricAlarm.js';
import type { CustomResourceOptions, Input } from '@pulumi/pulumi';

import type { PlatformOutputs } from '../platform-outputs.js';
import type { Settings } from '../settings.js';
import { type DeployedApi } from './rest-api.js';
import { STAGE } from './stage-name.js';

/** Share of the requests that may end with 500 or above within five minutes. */
const MAX_SERVER_ERRORS = 0.05;

/** Milliseconds within which 95 of 100 requests must be answered. A full-size photo takes about a second on one core. */
const MAX_LATENCY_MS = 5000;

/** Alarms that ask for somebody: failing requests, slow requests, and no node with a pod that is ready. */
export function createAlarms(
  { name, gateway }: Settings,
  platform: PlatformOutputs,
  { api }: DeployedApi,
  options: CustomResourceOptions,
): MetricAlarm[] {
  if (!gateway.alarms.enabled) return [];
  const told = { alarmActions: [...gateway.alarms.notify], okActions: [...gateway.alarms.notify] };
  const ofApi = { namespace: 'AWS/ApiGateway', dimensions: apiDimensions(api.name) };
  const rows: Readonly<Record<string, MetricAlarmArgs>> = {
    'server-errors': {
      alarmDescription: `More than ${100 * MAX_SERVER_ERRORS} % of the requests end with 500 or above`,
      ...ofApi,
      metricName: '5XXError',
      statistic: 'Average',
      period: 300,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: MAX_SERVER_ERRORS,
      treatMissingData: 'notBreaching',
    },
    latency: {
      alarmDescription: `5 of 100 requests take longer than ${MAX_LATENCY_MS / 1000} seconds`,
      ...ofApi,
      metricName: 'Latency',
      extendedStatistic: 'p95',
      period: 300,
      evaluationPeriods: 2,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: MAX_LATENCY_MS,
      treatMissingData: 'notBreaching',
    },
    'nobody-serves': {
      alarmDescription: 'No node leads to a pod that is ready',
      namespace: 'AWS/NetworkELB',
      metricName: 'HealthyHostCount',
      dimensions: targetDimensions(platform),
      statistic: 'Maximum',
      period: 60,
      evaluationPeriods: 3,
      comparisonOperator: 'LessThanThreshold',
      threshold: 1,
      treatMissingData: 'breaching',
    },
  };
  return Object.entries(rows).map(
    ([alarm, args]) => new MetricAlarm(`${name}-${alarm}`, { ...args, ...told }, options),
  );
}

/** What a metric of the API is told apart by. */
export function apiDimensions(apiName: Input<string>): Record<string, Input<string>> {
  return { ApiName: apiName, Stage: STAGE };
}

/** What a metric of the nodes behind the load balancer is told apart by. */
export function targetDimensions(platform: PlatformOutputs): Record<string, string> {
  return { LoadBalancer: platform.loadBalancerArnSuffix, TargetGroup: platform.targetGroupArnSuffix };
}
