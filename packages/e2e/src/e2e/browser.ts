import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { findChromium } from '../browser/chromium.js';
import { VARIANTS } from '../browser/services.js';
import { runProgram } from './run-program.js';
import type { Scenario } from './scenario.js';

/** The page at / and the API explorer, in a real browser. */
export const browser: Scenario = {
  name: 'browser',
  what: 'the page compares photos in Chromium, says what goes wrong, and leaves nobody out',
  missing: async () => {
    if ((await findChromium()) === undefined) return 'there is no Chromium (apt-get install chromium, or set CHROMIUM)';
    for (const folder of VARIANTS) {
      const made = await access(join(folder, 'manifest.json')).then(
        () => true,
        () => false,
      );
      if (!made) return `${folder} is missing; npx nx run model-default:variants makes it`;
    }
    return undefined;
  },
  run: () => runProgram('browser', []),
};
