import { createHash } from 'node:crypto';

import { isObject, type JsonObject } from '../json.js';
import type { Authentication } from '../settings.js';

/** Where requests go: through a VPC link to the load balancer in front of the nodes. */
export interface Backend {
  /** Id of the VPC link. */
  readonly connectionId: string;
  /** ARN of the load balancer. */
  readonly integrationTarget: string;
  /** Host of the load balancer. */
  readonly host: string;
}

export interface ApiDocumentOptions {
  /** Name of the API. */
  readonly title: string;
  readonly authentication: Authentication;
  readonly backend: Backend;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;

/** How long API Gateway waits at most without a raised quota, in milliseconds; a photo takes far less. */
const TIMEOUT_MS = 29_000;

/**
 * The document that API Gateway imports, made of the service's own OpenAPI document.
 *
 * REST APIs import OpenAPI 3.0 and know only part of JSON Schema, so schemas are left out: the service checks what it is sent
 * and says what is wrong with it better than a gateway could. What stays is each public path and method, its path parameters
 * (which are passed on by name), the status codes, who may call, and where the request goes. Headers, query and body pass
 * through as they are; every body counts as binary, so that photos are not taken for text.
 *
 * The URI of an integration is complete, so the name of the stage is no part of the path that the service sees.
 *
 * @param contract an OpenAPI 3 document
 * @throws TypeError where it has no paths
 */
export function apiDocument(contract: JsonObject, options: ApiDocumentOptions): JsonObject {
  const { title, authentication } = options;
  const { info, paths } = contract;
  if (!isObject(info) || !isObject(paths)) {
    throw new TypeError('the contract must be an OpenAPI document with "info" and "paths"');
  }
  const scheme = SECURITY[authentication];
  return {
    openapi: '3.0.1',
    info: { title, version: textOf(info['version']), description: textOf(info['title']) },
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, item]) => [path, pathItem(path, isObject(item) ? item : {}, options)]),
    ),
    ...(scheme === undefined ? {} : { components: { securitySchemes: { [scheme.name]: scheme.definition } } }),
    'x-amazon-apigateway-binary-media-types': ['*/*'],
    ...(authentication === 'API_KEY' ? { 'x-amazon-apigateway-api-key-source': 'HEADER' } : {}),
  };
}

/** A short digest of a document: another one means that the stage must be deployed anew. */
export function documentDigest(document: string): string {
  return createHash('sha256').update(document).digest('hex');
}

interface SecurityScheme {
  readonly name: string;
  readonly definition: JsonObject;
}

/** Who may call, in the words of API Gateway. */
const SECURITY: Readonly<Record<Authentication, SecurityScheme | undefined>> = {
  NONE: undefined,
  API_KEY: { name: 'api_key', definition: { type: 'apiKey', name: 'x-api-key', in: 'header' } },
  AWS_IAM: {
    name: 'sigv4',
    definition: {
      type: 'apiKey',
      name: 'Authorization',
      in: 'header',
      'x-amazon-apigateway-authtype': 'awsSigv4',
    },
  },
};

function pathItem(path: string, item: JsonObject, options: ApiDocumentOptions): JsonObject {
  return Object.fromEntries(
    METHODS.flatMap((method) => {
      const operation = item[method];
      return isObject(operation) ? [[method, operationObject(path, method, operation, options)]] : [];
    }),
  );
}

function operationObject(
  path: string,
  method: (typeof METHODS)[number],
  operation: JsonObject,
  { authentication, backend }: ApiDocumentOptions,
): JsonObject {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
  const scheme = SECURITY[authentication];
  return {
    operationId: textOf(operation['operationId']),
    ...(typeof operation['summary'] === 'string' ? { summary: operation['summary'] } : {}),
    ...(names.length === 0
      ? {}
      : { parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })) }),
    responses: responses(operation['responses']),
    security: scheme === undefined ? [] : [{ [scheme.name]: [] }],
    'x-amazon-apigateway-integration': {
      type: 'http_proxy',
      httpMethod: method.toUpperCase(),
      uri: `http://${backend.host}${path}`,
      connectionType: 'VPC_LINK',
      connectionId: backend.connectionId,
      integrationTarget: backend.integrationTarget,
      passthroughBehavior: 'when_no_match',
      timeoutInMillis: TIMEOUT_MS,
      ...(names.length === 0
        ? {}
        : {
            requestParameters: Object.fromEntries(
              names.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
            ),
          }),
    },
  };
}

/** The status codes with what they mean. The answers themselves pass through. */
function responses(given: unknown): JsonObject {
  const entries = isObject(given) ? Object.entries(given) : [];
  return Object.fromEntries(
    (entries.length === 0 ? [['200', {}] as const] : entries).map(([status, response]) => [
      status,
      { description: isObject(response) ? textOf(response['description']) : '' },
    ]),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
