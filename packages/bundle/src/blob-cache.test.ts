import { mkdir, open, readdir, rm, stat, utimes, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { blobPath, failure, junkIn, noise, sha256, temporaryFolders, holds } from '../test/bundles.js';
import { BlobCache, pruneCache, type Blob } from './blob-cache.js';
import type { RemoteFile } from './sources/remote-file.js';

const temporaryFolder = temporaryFolders();
/** Nobody is given up for being slow. */
const policy = { idleMs: 3_600_000, retryBaseMs: 1, staleLockMs: 3_600_000 };
const signal = new AbortController().signal;
const bytes = noise('blob', 100_000);
const blob: Blob = { sha256: sha256(bytes), size: bytes.length };
const nothing = (): void => undefined;
let cacheDir: string;
let cache: BlobCache;
let opened = 0;

beforeEach(async () => {
  cacheDir = await temporaryFolder();
  cache = new BlobCache(cacheDir, policy);
  opened = 0;
});
afterEach(() => jest.restoreAllMocks());

/** A source that works; `before` runs in the middle of each transfer. */
const source = (before: () => Promise<void> = () => Promise.resolve()): RemoteFile => ({
  name: 'https://host/file',
  open: (resume) => {
    opened++;
    const startsAt = resume?.fromByte ?? 0;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(startsAt, 60_000);
      await before();
      yield bytes.subarray(Math.max(startsAt, 60_000));
    }
    return Promise.resolve({ startsAt, totalBytes: bytes.length, etag: undefined, chunks: chunks() });
  },
});

/** All writing of files fails with this code of the system. */
async function failWriting(code: string): Promise<void> {
  const handle = await open(join(cacheDir, 'any'), 'w');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  await rm(join(cacheDir, 'any'));
  jest.spyOn(prototype, 'appendFile').mockRejectedValue(Object.assign(new Error(`${code}: no`), { code }));
}

describe('BlobCache', () => {
  it.each<[string, (path: string) => Promise<void>]>([
    ['has other bytes', (path) => writeFile(path, Buffer.alloc(bytes.length))],
    ['has another size', (path) => writeFile(path, bytes.subarray(1))],
    ['is empty', (path) => writeFile(path, '')],
    ['is gone', (path) => rm(path)],
  ])('fetches a blob again that %s', async (_, spoil) => {
    const path = await cache.fetch(blob, source(), nothing, signal);
    await spoil(path);
    await cache.fetch(blob, source(), nothing, signal);
    expect(await holds(path, bytes)).toBe(true);
    expect(opened).toBe(2);
  });

  it('fetches a blob once for all who ask at the same time', async () => {
    const asking = Array.from({ length: 5 }, () =>
      new BlobCache(cacheDir, policy).fetch(blob, source(), nothing, signal),
    );
    expect(new Set(await Promise.all(asking)).size).toBe(1);
    expect(opened).toBe(1);
  });

  it.each([
    ['ENOSPC', 'disk_full', /no space left for/],
    ['EDQUOT', 'disk_full', /no space left for/],
    ['EIO', 'cache_unwritable', /cannot write .*: EIO/],
  ])('says so on %s, and leaves nothing behind', async (code, expected, message) => {
    await failWriting(code);
    const error = await failure(cache.fetch(blob, source(), nothing, signal));
    expect(error.code).toBe(expected);
    expect(error.message).toMatch(message);
    expect(error.cause).toMatchObject({ code });
    expect(await readdir(dirname(blobPath(cacheDir, blob.sha256)))).toEqual([]);
    expect(opened).toBe(1);

    const ofManifest = await failure(cache.write(bytes));
    expect(ofManifest.code).toBe(expected);
    expect(await junkIn(cacheDir)).toEqual([]);
  });

  it('says so when its folder cannot be made', async () => {
    await writeFile(join(cacheDir, 'file'), '');
    const inFile = new BlobCache(join(cacheDir, 'file'), policy);
    const error = await failure(inFile.fetch(blob, source(), nothing, signal));
    expect(error.code).toBe('cache_unwritable');
    expect(error.message).toContain(join(cacheDir, 'file'));
  });

  it('says so when it cannot even make a lock', async () => {
    // The path of a blob has just room in what Linux takes for a path, that of its lock has not.
    const room = 4093 - '/blobs/sha256/'.length - blob.sha256.length - cacheDir.length;
    const deep = `${cacheDir}${'/d'.repeat(room / 2)}`;
    const error = await failure(new BlobCache(deep, policy).fetch(blob, source(), nothing, signal));
    expect(error.code).toBe('cache_unwritable');
    expect(error.cause).toMatchObject({ code: 'ENAMETOOLONG' });
  });

  it('never writes when everything is there, so that it may be read-only', async () => {
    await cache.fetch(blob, source(), nothing, signal);
    await failWriting('EROFS');
    await cache.fetch(blob, source(), nothing, signal);
  });

  it('is content when another process has taken over and finished its work', async () => {
    const path = blobPath(cacheDir, blob.sha256);
    const takenOver = source(async () => {
      for (const name of await junkIn(cacheDir)) {
        await rm(join(dirname(path), name));
      }
      await writeFile(path, bytes);
    });
    expect(await cache.fetch(blob, takenOver, nothing, signal)).toBe(path);
    expect(await holds(path, bytes)).toBe(true);
  });

  it('gives small blobs back, but none that are not what their name says', async () => {
    const small = Buffer.from('small');
    await cache.write(small);
    expect(await cache.read(sha256(small), 5)).toEqual(small);
    expect(await cache.read(sha256(small), 4)).toBeUndefined();
    await writeFile(blobPath(cacheDir, sha256(small)), 'other');
    expect(await cache.read(sha256(small), 5)).toBeUndefined();
    expect(await cache.read(sha256('none'), 5)).toBeUndefined();
  });
});

describe('pruneCache', () => {
  const old = new Date(Date.now() - 2 * 60 * 60 * 1000);

  async function put(name: string, usedAt: Date): Promise<void> {
    const path = blobPath(cacheDir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    await utimes(path, usedAt, usedAt);
  }

  it('removes what nobody names and nobody has used for an hour', async () => {
    const [kept, unused, recent] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
    await put(`${kept}`, old);
    await put(`${kept}.0123.partial`, old);
    await put(`${unused}`, old);
    await put(`${unused}.0123.partial`, old);
    await put(`${unused}.lock`, old);
    await put(`${recent}`, new Date());
    await put(`${recent}.lock`, new Date());
    expect(await pruneCache(cacheDir, [`${kept}`])).toEqual([unused]);
    expect((await readdir(dirname(blobPath(cacheDir, 'any')))).sort()).toEqual([
      kept,
      `${kept}.0123.partial`,
      recent,
      `${recent}.lock`,
    ]);
  });

  it('leaves a blob alone that was just opened, however old it is', async () => {
    await put(blob.sha256, old);
    const path = await cache.fetch(blob, source(), nothing, signal);
    expect(await pruneCache(cacheDir, [])).toEqual([]);
    expect((await stat(path)).size).toBe(bytes.length);
    expect(opened).toBe(0);
  });

  it('has nothing to do in a cache that is not there', async () => {
    expect(await pruneCache(join(cacheDir, 'none'), [])).toEqual([]);
  });
});
