import { Validator } from '@seriousme/openapi-schema-validator';

import { projectFile } from '../project-folder.js';
import type { Authentication } from '../settings.js';
import { apiDocument, documentDigest } from './api-document.js';

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly responses: Json;
  readonly parameters?: readonly Json[];
  readonly 'x-amazon-apigateway-integration': Json & { readonly uri: string };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const CONTRACT = JSON.parse(projectFile('../../packages/contract/openapi.json').toString('utf8')) as Document & Json;
const BACKEND = { connectionId: 'link1', integrationTarget: 'arn:lb', host: 'lb.internal' };

function make(authentication: Authentication): Document & Json {
  return apiDocument(CONTRACT, { title: 'faces', authentication, backend: BACKEND }) as Document & Json;
}

/** Every method of every path: [path, method, operation]. */
function operations({ paths }: Document): [string, string, Operation][] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, string, Operation] => [path, method, operation]),
  );
}

describe.each(['API_KEY', 'AWS_IAM', 'NONE'] as const)('the document of the gateway with %s', (authentication) => {
  const document = make(authentication);

  it('is valid OpenAPI 3.0.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(document['openapi']).toBe('3.0.1');
  });

  it('refers to nothing', () => {
    expect(JSON.stringify(document)).not.toContain('$ref');
  });

  it('has every public path and method of the service, by the same operationId', () => {
    const ids = (one: Document) =>
      operations(one).map(([path, method, { operationId }]) => [path, method, operationId]);
    expect(ids(document)).toEqual(ids(CONTRACT));
  });

  it('leads to nothing of the private port', () => {
    const text = JSON.stringify(document);
    for (const word of ['9090', '/metrics', '/serving']) expect(text).not.toContain(word);
  });

  it('passes each call on to the same path behind the load balancer, without the stage', () => {
    for (const [path, method, operation] of operations(document)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(operation['x-amazon-apigateway-integration']).toEqual({
        type: 'http_proxy',
        httpMethod: method.toUpperCase(),
        uri: `http://lb.internal${path}`,
        connectionType: 'VPC_LINK',
        connectionId: 'link1',
        integrationTarget: 'arn:lb',
        passthroughBehavior: 'when_no_match',
        timeoutInMillis: 29_000,
        ...(names.length === 0
          ? {}
          : {
              requestParameters: Object.fromEntries(
                names.map((name) => [`integration.request.path.${name ?? ''}`, `method.request.path.${name ?? ''}`]),
              ),
            }),
      });
      expect(operation.parameters?.map(({ name }) => name) ?? []).toEqual(names);
    }
  });

  it('takes every body for bytes', () => {
    expect(document['x-amazon-apigateway-binary-media-types']).toEqual(['*/*']);
  });
});

describe('who may call', () => {
  it('is asked for a key on every path with API_KEY', () => {
    const document = make('API_KEY');
    expect(document['components']).toEqual({
      securitySchemes: { api_key: { type: 'apiKey', name: 'x-api-key', in: 'header' } },
    });
    for (const [, , { security }] of operations(document)) expect(security).toEqual([{ api_key: [] }]);
  });

  it('signs on every path with AWS_IAM', () => {
    const document = make('AWS_IAM');
    expect(document['components']).toMatchObject({
      securitySchemes: { sigv4: { name: 'Authorization', 'x-amazon-apigateway-authtype': 'awsSigv4' } },
    });
    for (const [, , { security }] of operations(document)) expect(security).toEqual([{ sigv4: [] }]);
  });

  it('is everybody with NONE', () => {
    const document = make('NONE');
    expect(document).not.toHaveProperty('components');
    for (const [, , { security }] of operations(document)) expect(security).toEqual([]);
  });
});

describe('apiDocument', () => {
  it('refuses what is no OpenAPI document', () => {
    expect(() => apiDocument({ openapi: '3.1.0' }, { title: 'x', authentication: 'NONE', backend: BACKEND })).toThrow(
      'the contract must be an OpenAPI document with "info" and "paths"',
    );
  });

  it('is the same text each time, so that nothing is deployed anew without a change', () => {
    const [one, other] = [JSON.stringify(make('API_KEY')), JSON.stringify(make('API_KEY'))];
    expect(documentDigest(one)).toBe(documentDigest(other));
    expect(documentDigest(one)).not.toBe(documentDigest(JSON.stringify(make('NONE'))));
  });
});
