import { equal } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../browser/chromium.js';
import { LIMIT_MS } from '../waiting/until.js';
import type { Check } from './check.js';
import { run } from './run.js';

const MEDIA_TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** A page built by Vite, in Chromium, that calls the service of another origin. */
export const inBrowser: Check = {
  what: 'a page built by Vite, in Chromium',
  run: async ({ workspace, service, photo }) => {
    const folder = await workspace.project('page', 'module', ['browser'], {
      compilerOptions: {
        ...{ target: 'es2022', module: 'esnext', moduleResolution: 'bundler', strict: true, noEmit: true },
        ...{ lib: ['es2022', 'dom', 'dom.iterable'], types: [], skipLibCheck: false },
      },
    });
    await run(process.execPath, [workspace.compiler('typescript-5.9')], folder);
    await run(process.execPath, [workspace.bin('vite'), 'build', 'browser'], folder);
    const page = await serve(join(folder, 'browser/dist'));
    const executablePath = await findChromium();
    if (executablePath === undefined) throw new Error('there is no Chromium');
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const tab = await browser.newPage();
      tab.setDefaultTimeout(LIMIT_MS);
      await tab.goto(`${page.url}?service=${service}`);
      await tab.setInputFiles('#source', photo);
      await tab.setInputFiles('#target', photo);
      await tab.click('button');
      const output = tab.locator('output:not(:empty)');
      equal(await output.textContent(), '100 %');
      await tab.setInputFiles('#source', { name: 'text.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photo') });
      await tab.click('button');
      await tab.getByText('unsupported_image_format').waitFor();
    } finally {
      await browser.close();
      page.close();
    }
  },
};

async function serve(folder: string): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    const file = path === '/' ? '/index.html' : path;
    readFile(join(folder, file)).then(
      (bytes) => response.writeHead(200, { 'Content-Type': MEDIA_TYPES[extname(file)] ?? 'text/plain' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => server.close().closeAllConnections(),
  };
}
