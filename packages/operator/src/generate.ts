import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { generatedFiles } from './generated-files.js';

// Run from dist/ (npm run generate): writes the committed files that are made from the API.
const root = resolve(import.meta.dirname, '../../..');

for (const [path, text] of Object.entries(generatedFiles())) {
  const file = resolve(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`wrote ${path}`);
}
console.log('next: git diff, and commit what changed');
