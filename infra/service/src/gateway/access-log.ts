import { Account } from '@pulumi/aws/apigateway/account.js';
import { LogGroup } from '@pulumi/aws/cloudwatch/logGroup.js';
import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicyAttachment } from '@pulumi/aws/iam/rolePolicyAttachment.js';
import type { input as inputs } from '@pulumi/aws/types/index.js';
import type { CustomResourceOptions, Resource } from '@pulumi/pulumi';

import type { Settings } from '../settings.js';
import { partitionOf } from '../aws/partition.js';

export interface AccessLog {
  readonly settings: inputs.apigateway.StageAccessLogSettings;
  /** What must be there before a stage can write. */
  readonly needs: readonly Resource[];
}

/** A line of the log: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html. No key, no query. */
const LINE = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  client: '$context.identity.apiKeyId',
  caller: '$context.identity.userArn',
  address: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.resourcePath',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  serviceMilliseconds: '$context.integrationLatency',
  error: '$context.error.message',
};

/** The log group, and the role of the account where the settings say to set it. */
export function createAccessLog(
  { name, gateway }: Settings,
  region: string,
  options: CustomResourceOptions,
): AccessLog | undefined {
  const { enabled, retentionDays, setAccountRole } = gateway.accessLogs;
  if (!enabled) return undefined;
  const group = new LogGroup(name, { retentionInDays: retentionDays }, options);
  return {
    settings: { destinationArn: group.arn, format: JSON.stringify(LINE) },
    needs: setAccountRole ? [createAccountRole(name, region, options)] : [],
  };
}

/** The role that API Gateway writes logs with. Taken back before its policy goes, and its policy before the role. */
function createAccountRole(name: string, region: string, options: CustomResourceOptions): Account {
  const role = new Role(
    `${name}-gateway-logs`,
    {
      description: 'API Gateway writes access logs with it',
      assumeRolePolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      }),
    },
    options,
  );
  const policy = new RolePolicyAttachment(
    `${name}-gateway-logs`,
    {
      role: role.name,
      policyArn: `arn:${partitionOf(region)}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`,
    },
    options,
  );
  return new Account(name, { cloudwatchRoleArn: role.arn }, { ...options, dependsOn: policy });
}
