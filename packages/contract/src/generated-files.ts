import { errorReference } from './error-reference.js';
import { openApiDocument } from './openapi.js';

/** The committed files that are made from the contract: paths from the root of the repository, and their text. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'packages/contract/openapi.json': `${JSON.stringify(openApiDocument(), null, 2)}\n`,
    'docs/errors.md': errorReference(),
  };
}
