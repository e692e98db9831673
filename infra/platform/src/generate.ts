import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { REFERENCE_FILE, settingsReference } from './settings-reference.js';

// Run by `npm run generate`: writes the committed document that is made from the settings.
await writeFile(resolve(import.meta.dirname, '../../..', REFERENCE_FILE), settingsReference());
console.log(`wrote ${REFERENCE_FILE}`);
