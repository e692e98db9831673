import { ApiKey } from '@pulumi/aws/apigateway/apiKey.js';
import { UsagePlan } from '@pulumi/aws/apigateway/usagePlan.js';
import { UsagePlanKey } from '@pulumi/aws/apigateway/usagePlanKey.js';
import { type CustomResourceOptions, secret } from '@pulumi/pulumi';

import type { ClientKeys } from '../client-keys.js';
import type { Settings } from '../settings.js';
import type { DeployedApi } from './rest-api.js';

/**
 * A key and a usage plan for each client. The same value opens the gateway and the service behind it, which reads X-Api-Key,
 * too, so that the limits to operations hold and logs of both tell clients apart.
 */
export function createApiKeys(
  { name, clients, gateway }: Settings,
  keys: ClientKeys,
  { api, stage }: DeployedApi,
  options: CustomResourceOptions,
): UsagePlanKey[] {
  return keys.names.map((client) => {
    const limits = clients[client];
    const title = `${name}-${client}`;
    const key = new ApiKey(
      title,
      {
        description: `Face comparison, client ${client}`,
        value: secret(keys.values.apply((values) => valueOf(values, client))),
      },
      options,
    );
    const plan = new UsagePlan(
      title,
      {
        description: `Face comparison, client ${client}`,
        apiStages: [{ apiId: api.id, stage: stage.stageName }],
        throttleSettings: {
          rateLimit: limits?.requestsPerSecond ?? gateway.throttling.requestsPerSecond,
          burstLimit: limits?.burst ?? gateway.throttling.burst,
        },
        ...(limits?.requestsPerMonth === undefined
          ? {}
          : { quotaSettings: { limit: limits.requestsPerMonth, period: 'MONTH' } }),
      },
      options,
    );
    return new UsagePlanKey(title, { keyId: key.id, keyType: 'API_KEY', usagePlanId: plan.id }, options);
  });
}

function valueOf(values: Readonly<Record<string, string>>, client: string): string {
  const value = values[client];
  if (value === undefined) throw new Error(`the secret keys has no key of ${client}`);
  return value;
}
