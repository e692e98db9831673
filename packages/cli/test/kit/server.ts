import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from './folder.js';
import { until } from './until.js';

/** The root of the repository. */
export const ROOT = resolve(__dirname, '../../../..');
const PROGRAM = join(ROOT, 'packages/server/dist/main.js');
const CACHE_DIR = join(ROOT, '.cache/cli-test');

/** The sample photos of the repository. */
export const PHOTOS = join(ROOT, 'models/default/golden/photos');

/** The version of the repository, and two that are cut from it: another space, and full-precision weights. */
export const DEFAULT = { version: '2.0.0', manifest: join(ROOT, 'models/default/manifest.json') };
export const LITE = { version: '2.0.0-lite', manifest: join(ROOT, '.cache/models/lite/manifest.json') };
export const FLOAT32 = { version: '2.0.0-float32', manifest: join(ROOT, '.cache/models/float32/manifest.json') };

export interface ServerOptions {
  readonly models: readonly { readonly version: string; readonly manifest: string }[];
  /** The only key that it takes; none is needed unless given. */
  readonly key?: string;
}

/** The built server with models side by side, the first one the default. */
export class Server {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** Starts a server and waits until all its models are ready. */
  static async start({ models, key }: ServerOptions): Promise<Server> {
    const folder = temporaryFolder();
    const plan = join(folder, 'plan.json');
    const entries = models.map(({ version, manifest }) => ({ version, manifest: pathToFileURL(manifest).href }));
    writeFileSync(plan, JSON.stringify({ generation: 1, default: models[0]?.version, models: entries }));
    const keys = join(folder, 'keys.json');
    if (key !== undefined) writeFileSync(keys, JSON.stringify({ clients: [{ name: 'test', key }] }));
    const child = spawn(
      process.execPath,
      [
        ...[PROGRAM, '--plan', plan, '--lanes', '2', '--cache-dir', CACHE_DIR],
        ...['--port', '0', '--metrics-port', '0'],
        // No limit that a slow machine could exceed.
        ...['--deadline', '5m', '--drain', '5m'],
        ...(key === undefined ? [] : ['--keys-file', keys]),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      return new Server(await untilReady(child, models, key), child);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }
}

/** Waits until the models of a server are ready, or one of them cannot be, and gives its URL. */
async function untilReady(
  child: ChildProcess,
  models: ServerOptions['models'],
  key: string | undefined,
): Promise<string> {
  let log = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (log += text));
  const portOf = (): string | undefined => /"port":(\d+),[^\n]*"msg":"listening"/.exec(log)?.[1];
  const lookAtLog = (): void => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${log}`);
    const failure = log.split('\n').find((line) => /"level":"(error|fatal)"/.test(line));
    if (failure !== undefined) throw new Error(`the server cannot serve: ${failure}`);
  };
  await until('the server listens', () => {
    lookAtLog();
    return portOf() !== undefined;
  });
  const url = `http://127.0.0.1:${portOf() ?? ''}`;
  for (const { version } of models) {
    await until(`${version} is ready`, async () => {
      lookAtLog();
      const headers: Record<string, string> = key === undefined ? {} : { 'X-Api-Key': key };
      const response = await fetch(`${url}/v2/models/default/versions/${version}/ready`, { headers });
      await response.arrayBuffer();
      return response.status === 200;
    });
  }
  return url;
}

/** A sample photo. */
export function photo(name: string): Buffer {
  return readFileSync(join(PHOTOS, name));
}
