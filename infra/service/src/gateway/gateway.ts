import type { CustomResourceOptions, Output, Resource } from '@pulumi/pulumi';

import type { ClientKeys } from '../client-keys.js';
import type { JsonObject } from '../json.js';
import type { PlatformOutputs } from '../platform-outputs.js';
import type { Settings } from '../settings.js';
import { createAccessLog } from './access-log.js';
import { createAlarms } from './alarms.js';
import { createApiKeys } from './api-keys.js';
import { createCustomDomain } from './custom-domain.js';
import { createDashboard } from './dashboard.js';
import { createRestApi } from './rest-api.js';
import { createVpcLink } from './vpc-link.js';
import { createWebAcl } from './waf.js';

export interface GatewayArgs {
  readonly settings: Settings;
  readonly platform: PlatformOutputs;
  /** The OpenAPI document of the service. */
  readonly contract: JsonObject;
  /** With authentication API_KEY. */
  readonly keys: ClientKeys | undefined;
}

export interface Gateway {
  /** Where clients call. */
  readonly url: Output<string> | string;
  /** Where the first comparison is sent: the same, unless a domain waits for a record that somebody else makes. */
  readonly callable: Output<string> | string;
  /** Where a record of the custom domain must lead. */
  readonly domainTarget: Output<string> | undefined;
  /** What must be there before a call can succeed. */
  readonly needs: readonly Resource[];
}

/** All that is in front of the cluster. Nothing of it waits for the cluster. */
export function createGateway(args: GatewayArgs, options: CustomResourceOptions): Gateway {
  const { settings, platform, contract, keys } = args;
  const link = createVpcLink(settings.name, platform, options);
  const accessLog = createAccessLog(settings, platform.region, options);
  const deployed = createRestApi({ settings, platform, contract, link, accessLog }, options);
  const apiKeys = keys === undefined ? [] : createApiKeys(settings, keys, deployed, options);
  const webAcl = createWebAcl(settings, deployed, options);
  const domain = createCustomDomain(settings, deployed, options);
  createAlarms(settings, platform, deployed, options);
  createDashboard(settings, platform, deployed, options);
  const { invokeUrl } = deployed.stage;
  return {
    url: domain?.url ?? invokeUrl,
    callable: domain?.hasRecord === true ? domain.url : invokeUrl,
    domainTarget: domain?.target,
    needs: [
      deployed.stage,
      deployed.throttling,
      ...apiKeys,
      ...(webAcl === undefined ? [] : [webAcl]),
      ...(domain?.needs ?? []),
    ],
  };
}
