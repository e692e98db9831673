import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { configurationReference } from './config-reference.js';

describe('docs/reference/configuration.md', () => {
  it('is what the table of options makes of it; run `npm run generate` when this fails', () => {
    const committed = readFileSync(resolve(__dirname, '../../../docs/reference/configuration.md'), 'utf8');
    expect(committed).toBe(configurationReference());
  });
});
