import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { generatedFiles } from './generated-files.js';

describe('the generated files', () => {
  it.each(Object.entries(generatedFiles()))(
    '%s is what the API makes now (else: npm run generate -w @face-comparison/operator)',
    (path, text) => expect(readFileSync(resolve(__dirname, '../../..', path), 'utf8')).toBe(text),
  );
});
