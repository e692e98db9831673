import { findChromium } from '../browser/chromium.js';
import { run } from '../sdk/run.js';
import { runSdk } from '../sdk/run-sdk.js';
import type { Scenario } from './scenario.js';

/** The SDK as it is published. */
export const sdk: Scenario = {
  name: 'sdk',
  what: 'the packed SDK works in Node, TypeScript, Deno, Bun, a worker and a browser',
  missing: async () => {
    if ((await findChromium()) === undefined) return 'there is no Chromium (apt-get install chromium, or set CHROMIUM)';
    return run('npm', ['view', 'openapi-fetch', 'version'], '.').then(
      () => undefined,
      () => 'the npm registry cannot be reached',
    );
  },
  run: runSdk,
};
