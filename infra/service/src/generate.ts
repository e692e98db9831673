import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { settingsReference } from './settings-reference.js';

// Run by `npm run generate`: writes the committed document that is made from the schema of the settings.
const file = resolve(import.meta.dirname, '../../../docs/reference/service-settings.md');
await writeFile(file, settingsReference());
console.log('wrote docs/reference/service-settings.md');
