/** Opens a bundle in its own process and prints the files' digests: node open-in-process.ts MANIFEST SHA256 CACHE_DIR */
import { readFile } from 'node:fs/promises';

import { openBundle } from '../src/index.js';
import { sha256 } from './bundles.js';

const [manifest = '', digest = '', cacheDir = ''] = process.argv.slice(2);
// Nobody is given up for being slow.
const timeouts = { retryBaseMs: 1, idleMs: 3_600_000, staleLockMs: 3_600_000 };
const bundle = await openBundle({ manifest, sha256: digest }, { cacheDir, allowHttp: true, timeouts });
for (const { path } of bundle.manifest.files) {
  console.log(path, sha256(await readFile(bundle.pathOf(path))));
}
