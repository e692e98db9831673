import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './kit/golden.js';

const GENERATE = join(ROOT, 'packages/client/generate/main.ts');

it('the generated files are those of the contract as it is', async () => {
  // In a process of its own: openapi-typescript is of ES modules that Jest cannot load.
  await promisify(execFile)(process.execPath, [GENERATE, '--check']);
});
