import { deepStrictEqual } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FINDINGS, type Check } from './check.js';
import { run } from './run.js';

/** What is used of miniflare, which is installed with the app. */
interface Miniflare {
  readonly Miniflare: new (options: object) => {
    dispatchFetch(url: string, init: { method: string; body: Uint8Array }): Promise<Response>;
    dispose(): Promise<void>;
  };
}

/** A worker in workerd, the runtime of Cloudflare Workers, without its Node compatibility. */
export const inWorker: Check = {
  what: 'a worker without APIs of Node (workerd)',
  run: async ({ workspace, service, photo }) => {
    const folder = await workspace.project('worker', 'module', ['worker.ts']);
    const bundle = ['worker.ts', '--bundle', '--format=esm', '--outfile=worker.js'];
    await run(workspace.bin('esbuild'), bundle, folder);
    const installed = createRequire(join(folder, 'package.json')).resolve('miniflare');
    const { Miniflare } = (await import(pathToFileURL(installed).href)) as Miniflare;
    const miniflare = new Miniflare({
      modules: true,
      script: await readFile(join(folder, 'worker.js'), 'utf8'),
      compatibilityDate: '2026-01-01',
    });
    try {
      const answer = await miniflare.dispatchFetch(`http://worker/?service=${service}`, {
        method: 'POST',
        body: await readFile(photo),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`the worker answered ${answer.status}: ${text}`);
      deepStrictEqual(JSON.parse(text), { ...FINDINGS, process: 'undefined' });
    } finally {
      await miniflare.dispose();
    }
  },
};
