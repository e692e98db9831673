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

/** The committed files that are made from the contract: paths from the root of the repository, and their text. */
export async function generatedFiles(root: string): Promise<Readonly<Record<string, string>>> {
  const document = JSON.parse(await readFile(join(root, 'packages/contract/openapi.json'), 'utf8')) as OpenApiDocument;
  const files = {
    'packages/client/src/generated/models.ts': interfacesOf(document.components.schemas, {
      ModelMetadata: 'ModelInfo',
      Problem: 'Problem',
    }),
    'packages/client/src/generated/openapi.ts': await openApiTypes(document),
    'packages/client/src/generated/errors.ts': errorClasses(),
    'packages/client/src/generated/error-table.ts': errorTable(),
  };
  const pages = {
    'docs/reference/client/README.md': await apiReference(join(root, 'packages/client')),
    'docs/reference/client/errors.md': errorPage(),
  };
  const style = await resolveConfig(join(root, 'packages/client/src/index.ts'));
  const formatted = async (parser: string, path: string, text: string): Promise<[string, string]> => [
    path,
    await format(text, { ...style, parser }),
  ];
  return Object.fromEntries(
    await Promise.all([
      ...Object.entries(files).map(([path, text]) => formatted('typescript', path, HEAD + text)),
      ...Object.entries(pages).map(([path, text]) => formatted('markdown', path, text)),
    ]),
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
\`problem\` (the whole answer) and \`cause\`. Statuses 429, 503 and 504 and network errors are tried again by the client
itself. A call that is aborted rejects with the reason of its signal instead.

| class | code | status | what it means and what to do | may succeed later |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
| \`NetworkError\` | \`network_error\` | | The service could not be reached, or the connection broke. \`cause\` is what \`fetch\` threw. | yes |
| \`TimeoutError\` | \`timeout\` | | The call, with all its attempts and waits, took longer than \`timeoutMs\`. \`cause\` is the last error before, if any. | yes |
| \`InvalidInputError\` | \`invalid_input\` | | An argument cannot be right. Nothing was sent. | |
| \`UnexpectedResponseError\` | \`unexpected_response\` | any | Something answered that is not the service: a proxy's error page, a redirect, another program at \`baseUrl\`. | by its status |
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

/** A code that the service answers. */
export type ErrorCode = ${ERROR_CODES.map((code) => `'${code}'`).join(' | ')};
${classes.join('')}
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
`;
}

/** `rate_limited` -> `RateLimitedError`. */
function className(code: ErrorCode): string {
  const words = code.split('_').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}Error`;
}
