import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

import { COMPONENTS, componentSchemas } from './components.js';
import { ERRORS } from './errors.js';
import { generatedFiles } from './generated-files.js';
import { isJsonObject, toJson, type Json, type JsonObject } from './json.js';
import { openApiDocument } from './openapi.js';
import { OPERATIONS, PRIVATE_OPERATIONS, type Operation } from './operations.js';
import { CONTRACT_VERSION } from './version.js';

import { isArray } from '../test/schema-nodes.js';

const root = resolve(import.meta.dirname, '../../..');
const readText = (path: string) => readFile(resolve(root, path), 'utf8');

const document = openApiDocument();
const operations: [string, Operation][] = Object.entries(OPERATIONS);

/** What a JSON pointer of the document leads to. */
function at(pointer: string): Json | undefined {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<Json | undefined>((value, step) => (isJsonObject(value) ? value[step] : undefined), document);
}

/** The same, where it must be an object. */
function objectAt(pointer: string): JsonObject {
  const value = at(pointer);
  if (!isJsonObject(value)) throw new Error(`expected an object at ${pointer}, found ${JSON.stringify(value)}`);
  return value;
}

/** Every object inside a JSON value. */
function objectsIn(value: Json): JsonObject[] {
  if (isArray(value)) return value.flatMap(objectsIn);
  return isJsonObject(value) ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

/** The value with each reference replaced by what it leads to. */
function dereferenced(value: Json): Json {
  if (isArray(value)) return value.map(dereferenced);
  if (!isJsonObject(value)) return value;
  const { $ref, ...beside } = value;
  const target = typeof $ref === 'string' ? at($ref.slice(1)) : undefined;
  const merged = isJsonObject(target) ? { ...target, ...beside } : value;
  return Object.fromEntries(Object.entries(merged).map(([key, member]) => [key, dereferenced(member)]));
}

/** The same, where it must be an object. */
function resolved(value: Json | undefined): JsonObject {
  const target = dereferenced(value ?? null);
  if (!isJsonObject(target)) throw new Error(`expected an object, found ${JSON.stringify(target)}`);
  return target;
}

describe('the generated files', () => {
  it.each(Object.entries(generatedFiles()))(
    '%s is what the contract makes now (else: npm run generate -w @face-comparison/contract)',
    async (path, text) => expect(await readText(path)).toBe(text),
  );
});

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect([valid, validator.version]).toEqual([true, '3.1']);
  });

  it('has the version of the package', async () => {
    expect(JSON.parse(await readText('packages/contract/package.json'))).toMatchObject({ version: CONTRACT_VERSION });
    expect(at('/info/version')).toBe(CONTRACT_VERSION);
  });

  it('leads nowhere into the void', () => {
    const refs = objectsIn(document).flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter((ref) => !ref.startsWith('#/') || at(ref.slice(1)) === undefined)).toEqual([]);
  });

  it('says of each component what the server validates by, and writes it down once', () => {
    for (const [name, schema] of Object.entries(COMPONENTS)) {
      expect(dereferenced(objectAt(`/components/schemas/${name}`))).toEqual(toJson(schema));
    }
    const faces = objectsIn(document).filter(({ title }) => title === 'Face');
    expect(faces).toHaveLength(1);
    expect(Object.keys(componentSchemas())).toEqual(Object.keys(COMPONENTS));
  });

  it('has only examples of bodies that their schemas admit', () => {
    const ajv = formats.default(new Ajv2020({ strict: true }));
    const bodies = objectsIn(document).filter((value) => 'schema' in value && 'examples' in value);
    const wrong = bodies.flatMap(({ schema, examples }) => {
      const admits = ajv.compile(resolved(schema));
      return Object.values(resolved(examples))
        .map((example) => resolved(example)['value'])
        .filter((value) => !admits(value))
        .map((value) => `${JSON.stringify(value)}: ${ajv.errorsText(admits.errors)}`);
    });
    expect(bodies.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });

  it.each(operations)('shows %s with its answers and headers', (operationId, operation) => {
    const pointer = `/paths/${operation.path.replaceAll('/', '~1')}/${operation.method.toLowerCase()}`;
    expect(at(pointer)).toMatchObject({
      operationId,
      security: operation.auth ? [{ bearer: [] }, { apiKey: [] }, {}] : [],
    });
    const statuses = new Set(operation.errors.map((code) => String(ERRORS[code].status)));
    const responses = objectAt(`${pointer}/responses`);
    expect(Object.keys(responses).sort()).toEqual(['200', ...statuses].sort());
    for (const response of Object.values(responses)) {
      expect(response).toHaveProperty(['headers', 'X-Request-Id']);
      expect(response).toHaveProperty(['headers', 'Face-Embedding-Space']);
      if (operation.inference) expect(response).toHaveProperty(['headers', 'Server-Timing']);
    }
  });

  it('tells clients that must wait for how long', () => {
    expect(at('/paths/~1compare/post/responses/429/headers')).toHaveProperty('Retry-After');
    expect(at('/paths/~1compare/post/responses/503/headers')).toHaveProperty('Retry-After');
    expect(at('/paths/~1compare/post/responses/400/headers')).not.toHaveProperty('Retry-After');
    expect(at('/paths/~1compare/post/responses/405/headers')).toHaveProperty('Allow');
  });

  it('takes photos as JSON and as they are', () =>
    expect(Object.keys(objectAt('/paths/~1face_comparison/post/requestBody/content'))).toEqual([
      'application/json',
      'image/jpeg',
      'image/png',
      'image/bmp',
      'image/*',
      'application/octet-stream',
      'multipart/form-data',
    ]));

  it('takes the sides of a comparison as files of a form', () => {
    const form = objectAt('/paths/~1compare/post/requestBody/content/multipart~1form-data');
    const part = { contentType: 'image/*, application/octet-stream' };
    expect(form['encoding']).toEqual({
      source: part,
      target: part,
      SimilarityThreshold: { contentType: 'text/plain' },
    });
    expect(form['schema']).toEqual({ $ref: '#/components/schemas/CompareForm' });
    const { properties, required } = objectAt('/components/schemas/CompareForm');
    expect(required).toEqual(['source', 'target']);
    expect(properties).toMatchObject({
      source: { type: 'string', format: 'binary' },
      target: { type: 'string', format: 'binary' },
    });
  });

  it('bounds every array and gives every number a format, for those who generate clients from it', () => {
    const types: readonly unknown[] = ['array', 'integer', 'number'];
    const schemas = objectsIn(document).filter(({ type }) => types.includes(type));
    const lacking = schemas.filter((schema) => !((schema['type'] === 'array' ? 'maxItems' : 'format') in schema));
    expect(schemas.length).toBeGreaterThan(20);
    expect(lacking).toEqual([]);
  });

  it('leaves the code of a problem open, so that clients that were generated from it live on when one is added', () => {
    const code = objectAt('/components/schemas/Problem/properties/code');
    expect(code).not.toHaveProperty('enum');
    for (const known of Object.keys(ERRORS)) expect(code['description']).toContain(known);
  });

  it('shows nothing of the private port', () => {
    const paths = Object.keys(objectAt('/paths'));
    for (const { path } of Object.values(PRIVATE_OPERATIONS)) expect(paths).not.toContain(path);
  });
});
