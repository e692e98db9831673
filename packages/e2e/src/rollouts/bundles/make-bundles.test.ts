import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBundle } from '@face-comparison/bundle';
import { BUNDLES, makeBundles, readBundle, type BundleName, type LocalBundle } from './make-bundles.js';

const DEFAULT = join(__dirname, '../../../../../models/default');

let folder = '';
let bundles: ReadonlyMap<BundleName, LocalBundle> = new Map();
let standard: LocalBundle;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundles-'));
  standard = await readBundle('default', DEFAULT);
  bundles = await makeBundles(DEFAULT, folder);
});
afterAll(() => rm(folder, { recursive: true }));

const bundle = (name: BundleName): LocalBundle => {
  const found = bundles.get(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

const open = ({ folder: path, sha256 }: LocalBundle): ReturnType<typeof openBundle> =>
  openBundle({ manifest: join(path, 'manifest.json'), sha256 }, { cacheDir: join(folder, 'cache') });

it('makes bundles that are whole, all but the truncated one', async () => {
  for (const name of BUNDLES.filter((one) => one !== 'truncated')) {
    expect((await open(bundle(name))).manifest.version).toBe(bundle(name).version);
  }
  await expect(open(bundle('truncated'))).rejects.toMatchObject({ code: 'file_digest_mismatch' });
});

it('keeps the space where only the detector changes, and leaves it where the vectors do', () => {
  for (const name of ['patched', 'crash', 'hang', 'slow', 'errors', 'truncated'] as const) {
    expect(bundle(name).space).toBe(standard.space);
  }
  expect(bundle('low-parity').space).not.toBe(standard.space);
  expect(bundle('overstated').space).toBe(bundle('low-parity').space);
});

it('gives each its own version and digest', () => {
  const all = [standard, ...bundles.values()];
  expect(new Set(all.map(({ version }) => version)).size).toBe(all.length);
  expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(all.length);
});

it('names the files of a bundle, and nothing that only lies beside them', async () => {
  const { files } = standard;
  expect(files).toEqual(expect.arrayContaining(['manifest.json', 'embedder.onnx', 'licences/yunet.txt']));
  expect(files.filter((file) => file.endsWith('.md') || file.startsWith('recipe/'))).toEqual([]);
  for (const file of files) expect((await stat(join(DEFAULT, file))).isFile()).toBe(true);
});

it('does not make again what is there, and leaves the default as it is', async () => {
  const path = join(bundle('patched').folder, 'manifest.json');
  const { mtimeMs } = await stat(path);
  await makeBundles(DEFAULT, folder);
  expect((await stat(path)).mtimeMs).toBe(mtimeMs);
  const { files } = JSON.parse(await readFile(join(DEFAULT, 'manifest.json'), 'utf8')) as {
    readonly files: readonly { readonly path: string; readonly size: number }[];
  };
  for (const file of files) expect((await stat(join(DEFAULT, file.path))).size).toBe(file.size);
});
