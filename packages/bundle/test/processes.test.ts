import { execFile, type ChildProcess } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { openBundle } from '../src/index.js';
import { blobPath, bytesOf, junkIn, makeBundle, sha256, temporaryFolders, type TestBundle, holds } from './bundles.js';
import { until } from './until.js';
import { stallAfter, startFileServer, wellBehaved, type Answer, type FileServer } from './file-server.js';

const temporaryFolder = temporaryFolders();
let bundle: TestBundle;
let server: FileServer;
let cacheDir: string;

beforeEach(async () => {
  bundle = makeBundle(3_000_000);
  server = await startFileServer(bundle.contents);
  cacheDir = await temporaryFolder();
});
afterEach(() => server.close());

function openInProcess(): Promise<{ stdout: string }> & { child: ChildProcess } {
  const hooks = join(__dirname, 'resolve-typescript.mjs');
  const program = join(__dirname, 'open-in-process.ts');
  const manifest = `${server.origin}/manifest.json`;
  return promisify(execFile)(process.execPath, ['--import', hooks, program, manifest, bundle.manifestSha256, cacheDir]);
}

describe('processes that share a cache', () => {
  it('fetch each file once when they start in the same moment, and all get it right', async () => {
    const waiting: (() => void)[] = [];
    const together: Answer = (...answer) => {
      waiting.push(() => wellBehaved(...answer));
      if (waiting.length === 3) {
        waiting.forEach((go) => go());
      }
    };
    server.answer('manifest.json', together, together, together);
    const outputs = await Promise.all([openInProcess(), openInProcess(), openInProcess()]);
    const right = bundle.manifest.files.map((file) => `${file.path} ${file.sha256}\n`).join('');
    expect(outputs.map(({ stdout }) => stdout)).toEqual([right, right, right]);
    const fetched = server.requests.map(({ path }) => path).filter((path) => path !== 'manifest.json');
    expect(fetched.toSorted()).toEqual(bundle.manifest.files.map(({ path }) => path).toSorted());
    expect(await junkIn(cacheDir)).toEqual([]);
  });

  it('go on with the work of one that was killed', async () => {
    const digest = sha256(bytesOf(bundle, 'embedder.onnx'));
    const folder = dirname(blobPath(cacheDir, digest));
    const fetchedBytes = async (): Promise<number> => {
      const names = await readdir(folder).catch(() => []);
      const partial = names.find((name) => name.startsWith(digest) && name.endsWith('.partial'));
      return partial === undefined ? 0 : (await stat(join(folder, partial))).size;
    };
    server.answer('embedder.onnx', stallAfter(2_000_000));
    const killed = openInProcess();
    await until('two of three megabytes are on disk', async () => (await fetchedBytes()) === 2_000_000);
    killed.child.kill('SIGKILL');
    await expect(killed).rejects.toMatchObject({ signal: 'SIGKILL' });
    const left = async (): Promise<string[]> => (await junkIn(cacheDir)).filter((name) => name.startsWith(digest));
    expect(await left()).toEqual([expect.stringMatching(/\.partial$/), `${digest}.lock`]);

    const opened = await openBundle(
      { manifest: `${server.origin}/manifest.json` },
      { cacheDir, allowHttp: true, timeouts: { idleMs: 3_600_000, staleLockMs: 200 } },
    );
    expect(await holds(opened.pathOf('embedder.onnx'), bytesOf(bundle, 'embedder.onnx'))).toBe(true);
    expect(server.requests.findLast(({ path }) => path === 'embedder.onnx')?.headers.range).toBe('bytes=2000000-');
    expect(await left()).toEqual([]);
  });
});
