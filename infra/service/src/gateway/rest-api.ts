import { Deployment } from '@pulumi/aws/apigateway/deployment.js';
import { MethodSettings } from '@pulumi/aws/apigateway/methodSettings.js';
import { RestApi } from '@pulumi/aws/apigateway/restApi.js';
import { Stage } from '@pulumi/aws/apigateway/stage.js';
import type { VpcLink } from '@pulumi/aws/apigatewayv2/vpcLink.js';
import type { CustomResourceOptions } from '@pulumi/pulumi';

import type { JsonObject } from '../json.js';
import type { PlatformOutputs } from '../platform-outputs.js';
import type { Settings } from '../settings.js';
import type { AccessLog } from './access-log.js';
import { apiDocument, documentDigest } from './api-document.js';
import { STAGE } from './stage-name.js';

export interface RestApiArgs {
  readonly settings: Settings;
  readonly platform: PlatformOutputs;
  /** The OpenAPI document of the service. */
  readonly contract: JsonObject;
  readonly link: VpcLink;
  readonly accessLog: AccessLog | undefined;
}

export interface DeployedApi {
  readonly api: RestApi;
  readonly stage: Stage;
  readonly throttling: MethodSettings;
}

/** The REST API and its one stage, deployed anew when the document changes. */
export function createRestApi(args: RestApiArgs, options: CustomResourceOptions): DeployedApi {
  const { settings, platform, contract, link, accessLog } = args;
  const { name, gateway } = settings;
  const document = link.id.apply((connectionId) =>
    JSON.stringify(
      apiDocument(contract, {
        title: name,
        authentication: gateway.authentication,
        backend: {
          connectionId,
          integrationTarget: platform.loadBalancerArn,
          host: platform.loadBalancerDnsName,
        },
      }),
    ),
  );
  const api = new RestApi(
    name,
    {
      description: 'Face comparison',
      body: document,
      putRestApiMode: 'overwrite',
      endpointConfiguration: { types: 'REGIONAL' },
      binaryMediaTypes: ['*/*'],
    },
    options,
  );
  const deployment = new Deployment(
    name,
    { restApi: api.id, triggers: { document: document.apply(documentDigest) } },
    options,
  );
  const stage = new Stage(
    name,
    {
      restApi: api.id,
      deployment: deployment.id,
      stageName: STAGE,
      ...(accessLog === undefined ? {} : { accessLogSettings: accessLog.settings }),
    },
    { ...options, dependsOn: [...(accessLog?.needs ?? [])] },
  );
  const throttling = new MethodSettings(
    name,
    {
      restApi: api.id,
      stageName: stage.stageName,
      methodPath: '*/*',
      settings: {
        throttlingRateLimit: gateway.throttling.requestsPerSecond,
        throttlingBurstLimit: gateway.throttling.burst,
        // The log of executions would be written to a group that API Gateway makes itself, and that destroy would leave.
        loggingLevel: 'OFF',
        dataTraceEnabled: false,
        metricsEnabled: false,
      },
    },
    options,
  );
  return { api, stage, throttling };
}
