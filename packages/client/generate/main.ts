import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

// With its ending, since Node itself runs this file.
import { generatedFiles } from './generated-files.ts';

const root = resolve(import.meta.dirname, '../../..');

for (const [path, text] of Object.entries(await generatedFiles(root))) {
  const file = resolve(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`wrote ${path}`);
}
console.log('next: git diff, and commit what changed');
