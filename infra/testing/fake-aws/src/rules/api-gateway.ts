import { AwsError } from '../account/aws-error.js';
import type { Entity } from '../account/entity.js';
import { textAt, textsAt, valuesAt } from '../account/paths.js';
import type { AccountState } from '../account/account-state.js';
import { attachedPolicies, mustBeAssumable } from './identities.js';
import { importMethods, integrationsLead } from './openapi-import.js';
import type { Rules } from './rule.js';

const bad = 'BadRequestException';

/** @throws AwsError when the account has no role that may write logs. It is one setting per account and region. */
function accountMayLog(world: AccountState): void {
  const account = world.entities.get('apigateway/account', 'api-gateway-account');
  if (textAt(account?.inputs, 'cloudwatchRoleArn') === '') {
    throw new AwsError(bad, 'CloudWatch Logs role ARN must be set in account settings to enable logging');
  }
}

function stageExists(world: AccountState, api: string, stage: string): void {
  if (!world.entities.get('apigateway/stage', `ags-${api}-${stage}`)) {
    throw new AwsError('NotFoundException', `Invalid stage identifier specified: ${api}:${stage}`);
  }
}

function logsAreWritten(world: AccountState, stage: Entity): void {
  const destination = textAt(stage.inputs, 'accessLogSettings.destinationArn').replace(/:\*$/, '');
  if (destination === '') return;
  accountMayLog(world);
  if (!world.entities.find('cloudwatch/logGroup', destination)) {
    throw new AwsError(
      bad,
      `Access log destination must only contain characters of an existing log group: ${destination}`,
    );
  }
}

function bodyIsImported(world: AccountState, body: unknown): void {
  if (typeof body === 'string') integrationsLead(world, importMethods(body));
}

/** The methods of stages that lead through a link. */
function referencesTo(world: AccountState, link: Entity): string[] {
  return world.entities.of('apigateway/stage').flatMap((stage) => {
    const api = world.entities.get('apigateway/restApi', textAt(stage.inputs, 'restApi'));
    const body = textAt(api?.inputs, 'body');
    if (!body.includes(link.id)) return [];
    return importMethods(body)
      .filter(({ integration }) => integration['connectionId'] === link.id)
      .map(({ name }) => `${name.replace(' ', ':')}:${textAt(stage.inputs, 'stageName')}`);
  });
}

const stagesExist = (world: AccountState, plan: Entity): void => {
  for (const stage of valuesAt(plan.inputs, 'apiStages'))
    stageExists(world, textAt(stage, 'apiId'), textAt(stage, 'stage'));
};

export const apiGatewayRules: Rules = {
  'apigateway/restApi': {
    admit: (world, api) => bodyIsImported(world, api.inputs['body']),
    change: (world, _, inputs) => bodyIsImported(world, inputs['body']),
  },
  'apigateway/deployment': {
    admit: (world, deployment) => {
      const api = world.entities.get('apigateway/restApi', textAt(deployment.inputs, 'restApi'));
      const body = textAt(api?.inputs, 'body');
      if (body === '' || importMethods(body).length === 0)
        throw new AwsError(bad, "The REST API doesn't contain any methods");
    },
  },
  'apigateway/stage': {
    admit: (world, stage) => logsAreWritten(world, stage),
    change: (world, stage, inputs) => logsAreWritten(world, { ...stage, inputs }),
  },
  'apigateway/methodSettings': {
    admit: (world, { inputs }) => {
      stageExists(world, textAt(inputs, 'restApi'), textAt(inputs, 'stageName'));
      if (!['', 'OFF'].includes(textAt(inputs, 'settings.loggingLevel'))) accountMayLog(world);
    },
  },
  'apigateway/usagePlan': {
    admit: stagesExist,
    change: (world, plan, inputs) => stagesExist(world, { ...plan, inputs }),
  },
  'apigateway/apiKey': {
    admit: (world, key) => {
      const value = textAt(key.inputs, 'value');
      if (value !== '' && (value.length < 20 || value.length > 128)) {
        throw new AwsError(bad, 'API Key value should be at least 20 and at most 128 characters');
      }
      if (
        value !== '' &&
        world.entities.of('apigateway/apiKey').some((other) => textAt(other.inputs, 'value') === value)
      ) {
        throw new AwsError('ConflictException', 'API Key already exists');
      }
    },
  },
  'apigateway/account': {
    admit: (world, account) => {
      const role = textAt(account.inputs, 'cloudwatchRoleArn');
      if (role === '') return;
      mustBeAssumable(world, role, 'apigateway.amazonaws.com', bad);
      if (!attachedPolicies(world, role).includes('AmazonAPIGatewayPushToCloudWatchLogs')) {
        throw new AwsError(
          bad,
          'The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.',
          { retrySeconds: 120 },
        );
      }
    },
  },
  'apigateway/domainName': {
    admit: (world, domain) => {
      const arn = textsAt(domain.inputs, 'regionalCertificateArn')[0] ?? textAt(domain.inputs, 'certificateArn');
      const certificate = world.entities.find('acm/certificate', arn);
      const validated = world.entities
        .of('acm/certificateValidation')
        .some((validation) => textAt(validation.inputs, 'certificateArn') === arn);
      if (certificate?.madeBy === 'program' && !validated)
        throw new AwsError(bad, `The certificate ${arn} is not issued yet`);
    },
  },
  'apigatewayv2/vpcLink': {
    keep: (world, link) => {
      const references = referencesTo(world, link);
      if (references.length === 0) return undefined;
      const message = `Cannot delete vpc link. Vpc link '${link.id}', is referenced in [${references.join(', ')}] in format of [Method:Resource:Stage]`;
      return new AwsError(bad, message);
    },
  },
};
