import type { TSchema } from 'typebox';

import { componentSchemas, schemaWithRefs } from './components.js';
import { ERROR_CODES, ERRORS, type ErrorCode } from './errors.js';
import { BODY_EXAMPLES } from './examples.js';
import {
  REQUEST_HEADERS,
  RESPONSE_HEADERS,
  SECURITY_SCHEMES,
  type RequestHeader,
  type ResponseHeader,
} from './headers.js';
import { isJsonObject, toJson, toJsonObject, type Json, type JsonObject } from './json.js';
import { OPERATIONS, TAGS, type Content, type Operation } from './operations.js';
import { exampleProblem, PROBLEM_MEDIA_TYPE } from './problem.js';
import { CONTRACT_VERSION } from './version.js';

const mapValues = <V>(record: Readonly<Record<string, V>>, map: (value: V, key: string) => Json): JsonObject =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));

function mediaType(content: Content): Json {
  if (content.kind === 'bytes') return { schema: { type: 'string', format: 'binary', minLength: 1 } };
  const encoding =
    content.kind === 'form'
      ? { encoding: mapValues(content.parts, (types) => ({ contentType: types.join(', ') })) }
      : {};
  return { schema: schemaWithRefs(content.schema), ...examplesOf(content), ...encoding };
}

/** The examples of a body: those of the operation, each written down once, or those of its schema. */
function examplesOf(content: Exclude<Content, { kind: 'bytes' }>): JsonObject {
  if (content.kind === 'json' && content.examples !== undefined) {
    return { examples: Object.fromEntries(content.examples.map((name) => [name, exampleRef(name)])) };
  }
  const { examples } = toJsonObject(content.schema);
  if (!Array.isArray(examples)) return {};
  return { examples: Object.fromEntries(examples.map((value: Json, index) => [`example${index + 1}`, { value }])) };
}

const exampleRef = (name: string): Json => ({ $ref: `#/components/examples/${name}` });

/** A schema as a parameter holds it: the description beside the schema, where explorers and generators look for it. */
function liftDescription(property: Json): JsonObject {
  if (!isJsonObject(property)) return { schema: property };
  const { description, ...schema } = property;
  return description === undefined ? { schema } : { description, schema };
}

/** The fields of an object schema as parameters. */
function parameters(place: 'path' | 'query', schema: TSchema | undefined): Json[] {
  if (schema === undefined) return [];
  const { properties, required } = toJsonObject(schema);
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (Array.isArray(required) && required.includes(name)),
    ...liftDescription(property),
  }));
}

const parameterRef = (header: RequestHeader): Json => ({ $ref: `#/components/parameters/${header}` });

const headerRefs = (headers: readonly ResponseHeader[]): JsonObject =>
  Object.fromEntries(
    headers.map((header) => [RESPONSE_HEADERS[header].name, { $ref: `#/components/headers/${header}` }]),
  );

const everyAnswer = ['requestId', 'modelVersion', 'embeddingSpace'] as const;
const rateLimit = ['rateLimitLimit', 'rateLimitRemaining', 'rateLimitReset'] as const;

const commonHeaders = (operation: Operation): ResponseHeader[] =>
  operation.inference ? [...everyAnswer, 'serverTiming', ...rateLimit] : [...everyAnswer];

/** The headers that a code adds to those that every answer has. */
function headersOf(code: ErrorCode): ResponseHeader[] {
  if (code === 'unauthorized') return ['wwwAuthenticate'];
  if (code === 'method_not_allowed') return ['allow'];
  const requires: readonly string[] = ERRORS[code].requires;
  return requires.includes('retryAfterSeconds') ? ['retryAfter'] : [];
}

/** One answer for all codes of one status: OpenAPI has one place for each status. */
function problemResponse(operation: Operation, codes: readonly ErrorCode[]): Json {
  const headers = new Set([...commonHeaders(operation), ...codes.flatMap(headersOf)]);
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].meaning}`).join('\n\n'),
    headers: headerRefs([...headers]),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(codes.map((code) => [code, exampleRef(code)])),
      },
    },
  };
}

function problemResponses(operation: Operation): JsonObject {
  const codes = ERROR_CODES.filter((code) => operation.errors.includes(code));
  const statuses = new Set(codes.map((code) => ERRORS[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => [
      String(status),
      problemResponse(
        operation,
        codes.filter((code) => ERRORS[code].status === status),
      ),
    ]),
  );
}

function operationObject(operationId: string, operation: Operation): Json {
  const { body } = operation;
  return {
    operationId,
    tags: [operation.tag],
    summary: operation.summary,
    description: operation.description,
    // An empty requirement beside the others: keys are wanted only where the operator of the service switched them on.
    security: operation.auth ? [...Object.keys(SECURITY_SCHEMES).map((scheme) => ({ [scheme]: [] })), {}] : [],
    parameters: [
      ...parameters('path', operation.pathParams),
      ...parameters('query', operation.query),
      ...operation.requestHeaders.map(parameterRef),
    ],
    ...(body === undefined ? {} : { requestBody: { required: true, content: mapValues(body, mediaType) } }),
    responses: {
      '200': {
        description: operation.response.description,
        headers: headerRefs(commonHeaders(operation)),
        content: mapValues(operation.response.content, mediaType),
      },
      ...problemResponses(operation),
    },
  };
}

function pathsObject(): JsonObject {
  const operations: [string, Operation][] = Object.entries(OPERATIONS);
  const paths: Record<string, Record<string, Json>> = {};
  for (const [operationId, operation] of operations) {
    const path = (paths[operation.path] ??= {});
    path[operation.method.toLowerCase()] = operationObject(operationId, operation);
  }
  return paths;
}

/** The OpenAPI 3.1 document of the public port, made from the operations, the schemas and the error table. */
export function openApiDocument(): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Face comparison',
      version: CONTRACT_VERSION,
      summary: 'Find faces in photos, make their vectors and compare them.',
      description:
        'Every answer names a model version (Face-Model-Version) and its embedding space (Face-Embedding-Space). Vectors of different spaces cannot be compared, and the service refuses to. Errors are RFC 9457 problem details with a `code`.',
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The service that this document came from.' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: pathsObject(),
    components: {
      schemas: componentSchemas(),
      parameters: mapValues(REQUEST_HEADERS, ({ name, description, schema }) => ({
        name,
        in: 'header',
        required: false,
        ...liftDescription(toJson(schema)),
        description,
      })),
      headers: mapValues(RESPONSE_HEADERS, ({ description, schema }) => ({ description, schema: toJson(schema) })),
      examples: {
        ...toJsonObject(BODY_EXAMPLES),
        ...Object.fromEntries(
          ERROR_CODES.map((code) => [code, { summary: ERRORS[code].title, value: toJson(exampleProblem(code)) }]),
        ),
      },
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}
