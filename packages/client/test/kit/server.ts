import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FaceComparison } from '../../src/index.js';
import { ROOT } from './golden.js';

/** Only ends a test that hangs; shorter than Jest's limit, so that the test says what did not happen. */
const READY_TIMEOUT_MS = 300_000;
const POLL_MS = 20;

/** The model of the repository, and a small one of another embedding space (`nx run model-default:variants` makes it). */
export const DEFAULT_VERSION = '2.0.0';
export const OTHER_VERSION = '2.0.0-lite';

/** The built server, which serves both models, as a process of its own. */
export class RealServer {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  static async start(): Promise<RealServer> {
    const folder = mkdtempSync(join(tmpdir(), 'client-test-'));
    const plan = join(folder, 'plan.json');
    const model = (version: string, path: string) => ({ version, manifest: pathToFileURL(join(ROOT, path)).href });
    const models = [
      model(DEFAULT_VERSION, 'models/default/manifest.json'),
      model(OTHER_VERSION, '.cache/models/lite/manifest.json'),
    ];
    writeFileSync(plan, JSON.stringify({ generation: 1, default: DEFAULT_VERSION, models }));
    const child = spawn(
      process.execPath,
      [
        join(ROOT, 'packages/server/dist/main.js'),
        ...['--plan', plan, '--port', '0', '--metrics-port', '0', '--lanes', '1'],
        // No limit that a slow machine could exceed.
        ...['--deadline', '5m', '--drain', '5m'],
        // Kept between runs: the memory-mapped forms of the models.
        ...['--cache-dir', join(ROOT, '.cache/client-test')],
      ],
      { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        const port = /"port":(\d+)[^\n]*"msg":"listening"/.exec(log)?.[1];
        if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
      });
      child.once('exit', () => reject(new Error(`the server ended:\n${log}`)));
    });
    await untilServed(url);
    return new RealServer(url, child, folder);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}

async function untilServed(url: string): Promise<void> {
  const client = new FaceComparison({ baseUrl: url, timeoutMs: READY_TIMEOUT_MS, retries: 1000 });
  await client.model(DEFAULT_VERSION);
  const end = performance.now() + READY_TIMEOUT_MS;
  // A version that is not the default is no error of the service's while it loads; it is only not there yet.
  while (!(await client.models()).versions.includes(OTHER_VERSION)) {
    if (performance.now() > end)
      throw new Error(`version ${OTHER_VERSION} was not ready within ${READY_TIMEOUT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
