import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompareResponseSchema, FaceComparisonResponseSchema } from '@face-comparison/contract';
import { answerOf, problemOf } from './kit/answers.js';
import { ROOT } from './kit/models.js';
import { photo } from './kit/pictures.js';
import { stopServers, TestServer } from './kit/server.js';

// Everything that the OpenAPI document shows as an example of a request is sent as it stands: explorers send it, too.

interface Schema {
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Reference {
  readonly $ref?: string;
}
interface Parameter extends Reference {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly schema: Schema;
}
interface Example extends Reference {
  readonly value: unknown;
}
interface MediaType {
  readonly schema: Schema & Reference;
  readonly examples?: Readonly<Record<string, Example>>;
}
interface Operation {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, MediaType>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const document = JSON.parse(readFileSync(join(ROOT, 'packages/contract/openapi.json'), 'utf8')) as Document;

/** What a reference leads to, or the value itself. */
function resolve<T extends Reference>(value: T): T {
  if (value.$ref === undefined) return value;
  const steps = value.$ref.split('/').slice(1);
  return steps.reduce<unknown>((at, step) => (at as Readonly<Record<string, unknown>>)[step], document) as T;
}

interface Call {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

const calls: readonly Call[] = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
);
const posts = calls.flatMap((call) => (call.operation.requestBody === undefined ? [] : [call]));

const contents = posts.flatMap(({ path, operation }) =>
  Object.entries(operation.requestBody?.content ?? {}).map(([mediaType, content]) => ({ path, mediaType, content })),
);

const parameters = calls.flatMap(({ operation, ...call }) =>
  operation.parameters.map(resolve).flatMap((parameter) =>
    (parameter.schema.examples ?? []).map((example) => ({
      ...call,
      where: parameter.in,
      name: parameter.name,
      example: String(example),
    })),
  ),
);

/** The examples of a path: a path with its parameters filled in. */
const filledIn = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const example = parameters.find((parameter) => parameter.where === 'path' && parameter.name === name);
    return example?.example ?? '';
  });

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.ready(['--lanes', '1']);
});
afterAll(stopServers);

const schemaOf = (path: string) => (path === '/compare' ? CompareResponseSchema : FaceComparisonResponseSchema);

describe('the bodies that the document shows', () => {
  const bodies = contents.flatMap(({ path, content }) =>
    Object.entries(content.examples ?? {}).map(([name, example]) => ({ path, name, value: resolve(example).value })),
  );
  const hasUrl = (value: unknown): boolean => JSON.stringify(value).includes('"url"');

  it('are there for each call that takes JSON', () => {
    expect(new Set(bodies.map(({ path }) => path))).toEqual(new Set(posts.map(({ path }) => path)));
  });

  it.each(bodies.filter(({ value }) => !hasUrl(value)))('$name of $path works', async ({ path, value }) => {
    const answer = await answerOf(await server.postJson(path, value), schemaOf(path));
    expect('Faces' in answer ? answer.Faces : answer.FaceMatches).toHaveLength(1);
  });

  // Their host is one that the internet keeps for examples: it has no photos.
  it.each(bodies.filter(({ value }) => hasUrl(value)))('$name of $path is understood', async ({ path, value }) => {
    const response = await server.postJson(path, value);
    if (response.status !== 200) await problemOf(response, 'url_unreachable');
  });
});

describe('the other bodies', () => {
  it.each(contents.filter(({ content }) => resolve(content.schema).format === 'binary'))(
    '$mediaType of $path takes a photo',
    async ({ path, mediaType }) => {
      const response = await server.fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': mediaType.replace('*', 'jpeg') },
        body: Buffer.from(photo()),
      });
      await answerOf(response, schemaOf(path));
    },
  );

  it.each(contents.filter(({ mediaType }) => mediaType === 'multipart/form-data'))(
    'the parts of the form of $path work, files as photos and the others as their examples',
    async ({ path, content }) => {
      const parts = Object.entries(resolve(content.schema).properties ?? {}).map(
        ([name, { format, examples = [] }]) => [
          name,
          format === 'binary' ? new Blob([Buffer.from(photo())], { type: 'image/jpeg' }) : String(examples[0]),
        ],
      );
      await answerOf(
        await server.postForm(path, Object.fromEntries(parts) as Record<string, Blob | string>),
        schemaOf(path),
      );
    },
  );
});

describe('the parameters that the document shows', () => {
  it.each(parameters)('$name=$example of $method $path works', async ({ path, method, where, name, example }) => {
    const query = where === 'query' ? `?${new URLSearchParams({ [name]: example }).toString()}` : '';
    const headers = where === 'header' ? { [name]: example } : {};
    const response =
      method === 'get'
        ? await server.fetch(filledIn(path) + query, { headers })
        : await server.postJson(path, compareOrAnalyze(path), { query, headers });
    expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
  });

  function compareOrAnalyze(path: string): object {
    // One face: source_face=only takes no photo with several.
    const { value } = resolve(
      posts.find((post) => post.path === path)?.operation.requestBody?.content['application/json']?.examples?.[
        path === '/compare' ? 'comparePhotos' : 'photo'
      ] ?? { value: {} },
    );
    return value as object;
  }
});

describe('the answers that the document shows', () => {
  /** Numbers as another processor may compute them. */
  const about = (value: unknown): unknown => {
    if (typeof value === 'number') return expect.closeTo(value, value > 1 ? 0 : 1);
    if (Array.isArray(value)) return value.map(about);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, about(member)]));
  };

  it.each([
    ['/face_comparison', 'photo'],
    ['/compare', 'comparePhotos'],
  ])('are what %s answers to %s', async (path, name) => {
    const operation = document.paths[path]?.['post'];
    const request = operation?.requestBody?.content['application/json']?.examples?.[name];
    const shown = Object.values(operation?.responses['200']?.content['application/json']?.examples ?? {});
    if (request === undefined) throw new Error(`there is no example ${name}`);
    const answer: unknown = await (await server.postJson(path, resolve(request).value)).json();
    // Vectors are shortened in the document.
    const shortened: unknown = JSON.parse(JSON.stringify(answer), (key, value: unknown) =>
      key === 'face_hash' && Array.isArray(value) ? value.slice(0, 6) : value,
    );
    expect(shown.map((example) => resolve(example).value).map(about)).toContainEqual(shortened);
  });
});
