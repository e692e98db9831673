import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { verifyModel } from './verify-model.js';

const MANIFEST = resolve(__dirname, '../../../../models/default/manifest.json');
let folder: string;
let sha256: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-model-'));
  sha256 = createHash('sha256')
    .update(await readFile(MANIFEST))
    .digest('hex');
});
afterAll(() => rm(folder, { recursive: true }));

const verify = (change: { version?: string; manifest?: string; sha256?: string }) =>
  verifyModel(
    {
      version: change.version ?? '2.0.0',
      source: { manifest: change.manifest ?? pathToFileURL(MANIFEST).href, sha256: change.sha256 ?? sha256 },
    },
    { cacheDir: folder, timeouts: { retryBaseMs: 1 } },
  );

it('says what the manifest says', async () => {
  expect(await verify({})).toMatchObject({
    kind: 'verified',
    facts: { name: 'default', vectorLength: 768, embeddingSpace: 'edaca20b0ccc9286' },
  });
});

it.each<[string, Parameters<typeof verify>[0], object]>([
  ['another digest', { sha256: '0'.repeat(64) }, { kind: 'refused', reason: 'DigestMismatch' }],
  ['another version', { version: '9.9.9' }, { kind: 'refused', reason: 'VersionMismatch' }],
  [
    'a file that only pods have',
    { manifest: 'file:///nowhere/manifest.json' },
    { kind: 'unknown', reason: 'OnlyInPods' },
  ],
  [
    'a source that does not answer',
    { manifest: 'https://127.0.0.1:9/manifest.json' },
    { kind: 'unknown', reason: 'SourceUnreachable' },
  ],
])('judges %s', async (_what, change, verification) => {
  expect(await verify(change)).toMatchObject(verification);
});

it('refuses what is no manifest', async () => {
  const path = join(folder, 'other.json');
  await writeFile(path, '{}');
  const digest = createHash('sha256').update('{}').digest('hex');
  expect(await verify({ manifest: pathToFileURL(path).href, sha256: digest })).toMatchObject({
    kind: 'refused',
    reason: 'ManifestInvalid',
  });
});
