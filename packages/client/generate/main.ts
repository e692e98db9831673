import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

// With its ending, since Node itself runs this file.
import { generatedPages, generatedSources } from './generated-files.ts';

const root = resolve(import.meta.dirname, '../../..');
/** Writes nothing and ends with 1 when a file is not as it would be written. */
const check = process.argv.includes('--check');

// The pages are made from the sources, so these are written first.
for (const generate of [generatedSources, generatedPages]) {
  for (const [path, text] of Object.entries(await generate(root))) {
    const file = resolve(root, path);
    const current = await readFile(file, 'utf8').catch(() => undefined);
    if (current === text) console.log(`${path} is up to date`);
    else if (check) {
      console.error(`${path} is stale; next: npm run generate, and commit what changed`);
      process.exitCode = 1;
    } else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      console.log(`wrote ${path}; next: git diff, and commit what changed`);
    }
  }
}
