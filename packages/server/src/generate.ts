import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { configurationReference } from './config-reference.js';

// Run by `npm run generate`: writes the committed document that is made from the table of options.
const file = resolve(import.meta.dirname, '../../../docs/reference/configuration.md');
await writeFile(file, configurationReference());
console.log('wrote docs/reference/configuration.md');
