import { resolve } from 'node:path';
import { startServer } from '../service/managed-server.js';
import type { Check } from './check.js';
import { inBrowser } from './in-browser.js';
import { inNode } from './in-node.js';
import { inWorker } from './in-worker.js';
import { Workspace } from './workspace.js';

const PHOTO = 'models/default/golden/photos/sample1.jpg';

const CHECKS: readonly Check[] = [...inNode, inWorker, inBrowser];

/**
 * Packs the SDK, installs it as its users do and calls a real server with it, in each way that it promises.
 * @throws Error saying in which it fails
 */
export async function runSdk(): Promise<void> {
  const server = await startServer({ lanes: 1, extraArgs: ['--cors-origin', '*'] });
  try {
    console.log('packing the SDK and installing it with the tools of its users');
    const workspace = await Workspace.create();
    try {
      for (const { what, run } of CHECKS) {
        await run({ workspace, service: server.baseUrl, photo: resolve(PHOTO) });
        console.log(`  ok: ${what}`);
      }
    } finally {
      await workspace.remove();
    }
  } finally {
    await server.stop();
  }
}
