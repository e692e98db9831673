import { importMethods, type Method } from '../rules/openapi-import.js';
import type { Entity } from '../account/entity.js';
import { textAt, valuesAt } from '../account/paths.js';
import type { World } from '../world/world.js';
import { answers, type Answer } from './answer.js';
import { follow } from './route.js';
import { comparison } from './service.js';

/** A request as it comes in. */
export interface GatewayRequest {
  readonly verb: string;
  /** Id of the REST API: the first part of the host. */
  readonly api: string;
  /** `/STAGE/compare` */
  readonly path: string;
  readonly key: string | undefined;
  readonly authorization: string | undefined;
  readonly bytes: number;
}

/** API Gateway takes 10 MB at most ("Quotas for configuring and running a REST API"). */
const maxBytes = 10 * 1024 * 1024;

/** Answers as the address of a stage does. */
export function answerRequest(world: World, request: GatewayRequest): Answer {
  world.settle();
  const { api } = request;
  const [, stageName = '', ...rest] = request.path.split('/');
  const stage = world.entities.get('apigateway/stage', `ags-${api}-${stageName}`);
  const body = textAt(world.entities.get('apigateway/restApi', api)?.inputs, 'body');
  if (!stage || stage.state === 'deleting' || body === '') return answers.forbidden;
  if (request.bytes > maxBytes) return answers.tooLarge;
  const name = `${request.verb} /${rest.join('/')}`;
  const method = importMethods(body).find((other) => matches(other, name));
  if (!method) return answers.noSuchMethod;
  if (method.needsSignature && request.authorization?.startsWith('AWS4-HMAC-SHA256 ') !== true)
    return answers.noSuchMethod;
  if (method.needsKey && !isClient(world, stage, request.key)) return answers.forbidden;
  const end = follow(world, method);
  return 'broken' in end ? answers.timeout : comparison(end, request.key);
}

/** `POST /compare`, or `ANY /{proxy+}`. */
function matches({ name }: Method, asked: string): boolean {
  const pattern = name
    .replace(/^ANY /, '\\w+ ')
    .replace(/\{[^}]*\+\}/g, '.+')
    .replace(/\{[^}]*\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(asked);
}

/** Is it the key of a client whose usage plan has this stage? */
function isClient(world: World, stage: Entity, value: string | undefined): boolean {
  const key = world.entities
    .of('apigateway/apiKey')
    .find((other) => value !== undefined && textAt(other.outputs, 'value') === value);
  if (!key || key.inputs['enabled'] === false) return false;
  return world.entities.naming('apigateway/usagePlanKey', 'keyId', key).some((planKey) => {
    const plan = world.entities.get('apigateway/usagePlan', textAt(planKey.inputs, 'usagePlanId'));
    return valuesAt(plan?.inputs, 'apiStages').some(
      (entry) =>
        textAt(entry, 'apiId') === textAt(stage.inputs, 'restApi') &&
        textAt(entry, 'stage') === textAt(stage.inputs, 'stageName'),
    );
  });
}
