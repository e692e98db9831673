import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_CODES, ERRORS, type ErrorCode } from '@face-comparison/contract';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const HEAD = '// Made from packages/contract by `npm run generate`. Do not edit.\n';

/** The committed files that are made from the contract: paths from the root of the repository, and their text. */
export async function generatedFiles(root: string): Promise<Readonly<Record<string, string>>> {
  const files = {
    'packages/client/src/generated/openapi.ts': await openApiTypes(join(root, 'packages/contract/openapi.json')),
    'packages/client/src/generated/errors.ts': errorClasses(),
    'packages/client/src/generated/error-table.ts': errorTable(),
  };
  const style = await resolveConfig(join(root, 'packages/client/src/index.ts'));
  return Object.fromEntries(
    await Promise.all(
      Object.entries(files).map(async ([path, text]): Promise<[string, string]> => [
        path,
        await format(HEAD + text, { ...style, parser: 'typescript' }),
      ]),
    ),
  );
}

/** The paths and components of the OpenAPI document as types. Bytes and forms are a Blob: the client writes them itself. */
async function openApiTypes(file: string): Promise<string> {
  const blob: ts.TypeNode = ts.factory.createTypeReferenceNode('Blob');
  const document = JSON.parse(await readFile(file, 'utf8')) as OpenApiDocument;
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
