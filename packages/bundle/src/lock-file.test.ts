import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { temporaryFolders, until } from '../test/bundles.js';
import { withLockFile } from './lock-file.js';

const temporaryFolder = temporaryFolders();
const never = new AbortController().signal;
let path: string;

beforeEach(async () => {
  path = join(await temporaryFolder(), 'x.lock');
});

describe('withLockFile', () => {
  it('lets one work at a time, and all of them in the end', async () => {
    let working = 0;
    const work = async (): Promise<number> => {
      expect(++working).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      return --working;
    };
    const all = Array.from({ length: 4 }, () => withLockFile(path, 10_000, never, work));
    expect(await Promise.all(all)).toEqual([0, 0, 0, 0]);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('lets go when the work fails', async () => {
    await expect(withLockFile(path, 10_000, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('says who holds it, and shows that the owner lives', async () => {
    await withLockFile(path, 10_000, never, async () => {
      expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
      const { mtimeMs } = await stat(path);
      await until(async () => (await stat(path)).mtimeMs > mtimeMs);
    });
  });

  it('takes over from an owner that is gone, whatever the clock of its machine said', async () => {
    await writeFile(path, 'somebody else');
    await utimes(path, new Date('2100-01-01'), new Date('2100-01-01'));
    await withLockFile(path, 100, never, async () => {
      expect(await readFile(path, 'utf8')).not.toBe('somebody else');
    });
  });

  it('waits for an owner that lives', async () => {
    await writeFile(path, 'somebody else');
    let beats = 0;
    const beat = setInterval(() => {
      beats++;
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
    }, 20);
    const entered = withLockFile(path, 400, never, () => Promise.resolve(beats));
    await until(() => beats >= 40);
    clearInterval(beat);
    expect(await entered).toBe(beats);
  });

  it('leaves a lock alone that was taken over from it', async () => {
    await withLockFile(path, 10_000, never, () => writeFile(path, 'somebody else'));
    expect(await readFile(path, 'utf8')).toBe('somebody else');
  });

  it('stops waiting when the caller gives up', async () => {
    await writeFile(path, 'somebody else');
    const caller = new AbortController();
    const waiting = withLockFile(path, 10_000, caller.signal, () => Promise.resolve());
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
