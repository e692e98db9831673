import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_CODES, ERRORS, type ErrorCode } from '@face-comparison/contract';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

// With its ending, since Node itself runs this file.
import { interfacesOf, type Schema } from './interfaces.ts';
import { apiReference } from './reference.ts';

const HEAD = '// Made from packages/contract by `npm run generate`. Do not edit.\n';

/** Paths from the root of the repository, and the text of each file. */
export type GeneratedFiles = Readonly<Record<string, string>>;

/** The sources that are made from the contract. */
export async function generatedSources(root: string): Promise<GeneratedFiles> {
  const document = JSON.parse(await readFile(join(root, 'packages/contract/openapi.json'), 'utf8')) as OpenApiDocument;
  const files = {
    models: interfacesOf(document.components.schemas, { ModelMetadata: 'ModelInfo', Problem: 'Problem' }),
    openapi: await openApiTypes(document),
    'error-codes': errorCodes(),
    errors: errorClasses(),
    'error-table': errorTable(),
  };
  return formatted(
    root,
    'typescript',
    Object.entries(files).map(([name, text]) => [`packages/client/src/generated/${name}.ts`, HEAD + text]),
  );
}

/** The pages that are made from the contract and from the comments of the sources. */
export async function generatedPages(root: string): Promise<GeneratedFiles> {
  return formatted(root, 'markdown', [
    ['docs/reference/client/README.md', await apiReference(join(root, 'packages/client'))],
    ['docs/reference/client/errors.md', errorPage()],
  ]);
}

/** Files as `npm run format` leaves them. */
async function formatted(
  root: string,
  parser: 'typescript' | 'markdown',
  files: readonly (readonly [path: string, text: string])[],
): Promise<GeneratedFiles> {
  const style = await resolveConfig(join(root, 'packages/client/src/index.ts'));
  return Object.fromEntries(
    await Promise.all(files.map(async ([path, text]) => [path, await format(text, { ...style, parser })] as const)),
  );
}

/** What to catch, as a page. */
function errorPage(): string {
  const rows = ERROR_CODES.map((code) => {
    const { status, meaning, fix, retryable } = ERRORS[code];
    return `| \`${className(code)}\` | \`${code}\` | ${status} | ${meaning} ${fix} | ${retryable ? 'yes' : ''} |`;
  });
  return `# Errors of @face-comparison/client

<!-- Made from packages/contract by \`npm run generate\`. -->

Every error is a \`FaceComparisonError\` with \`code\`, \`status\`, \`requestId\`, \`detail\`, \`retryable\`, \`retryAfterMs\`,
\`problem\` (the whole answer) and \`cause\`. The client itself retries the errors that are \`retryable\`. Any error is that has a
\`Retry-After\`, and one of an unknown code or without a code is by its status: ${retryableStatuses().join(', ')} and 502.

A call that is aborted rejects with the reason of its signal instead. Whatever else middleware, \`sign\` or the platform
throw is the \`cause\` of a \`RequestError\`.

| class | code | status | what it means and what to do | retryable |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
| \`NetworkError\` | \`network_error\` | | The service could not be reached, or the connection broke. \`cause\` is what \`fetch\` threw. | yes |
| \`TimeoutError\` | \`timeout\` | | The call, with all its attempts and waits, took longer than \`timeoutMs\`. \`cause\` is the error of the last attempt, if any. | yes, by the caller |
| \`InvalidInputError\` | \`invalid_input\` | | An argument or option is not valid, or a photo cannot be read. Nothing was sent. | |
| \`RequestError\` | \`request_error\` | | A middleware, \`sign\` or a function of the platform threw. \`cause\` is what it threw. | |
| \`AbortError\` | \`abort_error\` | | The caller aborted the call, on a platform whose signals have no reason (React Native). | |
| \`UnexpectedResponseError\` | \`unexpected_response\` | any | The response is not one of the service: a proxy's error page, a redirect, another program at \`baseUrl\`. | by its status |
`;
}

/** The paths and components of the OpenAPI document as types. Bytes and forms are a Blob: the client writes them itself. */
async function openApiTypes(document: OpenApiDocument): Promise<string> {
  const blob: ts.TypeNode = ts.factory.createTypeReferenceNode('Blob');
  for (const { post } of Object.values(document.paths)) {
    const form = post?.requestBody?.content['multipart/form-data'];
    if (form !== undefined) form.schema = { type: 'string', format: 'binary' };
  }
  const ast = await openapiTS(JSON.stringify(document), {
    silent: true,
    transform: (schema) => ('format' in schema && schema.format === 'binary' ? blob : undefined),
  });
  return astToString(ast);
}

interface OpenApiDocument {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<
    Record<
      string,
      { readonly post?: { readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> } } }
    >
  >;
}

interface MediaType {
  schema: object;
}

/** A class for each code of the error table. */
function errorClasses(): string {
  const classes = ERROR_CODES.map((code) => {
    const { status, meaning, fix } = ERRORS[code];
    return `
/**
 * \`${code}\` (${status}). ${meaning}
 *
 * ${fix}
 */
export class ${className(code)} extends FaceComparisonError {
  static override readonly code = '${code}';
  declare readonly code: '${code}';
}
`;
  });
  return `import { FaceComparisonError } from '../errors/face-comparison-error.js';
${classes.join('')}
`;
}

/** The codes of the error table as a type. */
function errorCodes(): string {
  return `/** A code that the service answers. */
export type ErrorCode = ${ERROR_CODES.map((code) => `'${code}'`).join(' | ')};
`;
}

/** The table by which an answer finds its class. */
function errorTable(): string {
  const names = ERROR_CODES.map(className);
  const retryable = ERROR_CODES.filter((code) => ERRORS[code].retryable).map((code) => `'${code}'`);
  return `import { ${names.join(', ')} } from './errors.js';

/** A class for each code. */
export const ERROR_CLASSES = [${names.join(', ')}] as const;

/** The codes after which the same request, sent again unchanged, may succeed. */
export const RETRYABLE_CODES: readonly string[] = [${retryable.join(', ')}];

/** The statuses of which every code is such. */
export const RETRYABLE_STATUSES: readonly number[] = [${retryableStatuses().join(', ')}];
`;
}

/** The statuses of which every code is retryable. */
function retryableStatuses(): number[] {
  const rows = Object.values(ERRORS);
  const statuses = [...new Set<number>(rows.map(({ status }) => status))];
  return statuses.filter((status) => rows.every((row) => row.status !== status || row.retryable));
}

/** `rate_limited` -> `RateLimitedError`. */
function className(code: ErrorCode): string {
  const words = code.split('_').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}Error`;
}
