import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { temporaryFolders } from '../test/bundles.js';
import { until } from '../test/until.js';
import { withLockFile, type Clock } from './lock-file.js';

const temporaryFolder = temporaryFolders();
const never = new AbortController().signal;
/** No owner in these tests is slow enough to be taken for one that is gone. */
const NEVER_STALE_MS = 3_600_000;
let path: string;

/** A clock that advances only while somebody sleeps. */
class TestClock implements Clock {
  #nowMs = 0;
  readonly #onSleep: (nowMs: number) => Promise<void>;

  constructor(onSleep: (nowMs: number) => Promise<void> = () => Promise.resolve()) {
    this.#onSleep = onSleep;
  }

  now = (): number => this.#nowMs;

  sleep = async (ms: number): Promise<void> => {
    this.#nowMs += ms;
    await this.#onSleep(this.#nowMs);
  };
}

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
    const all = Array.from({ length: 4 }, () => withLockFile(path, NEVER_STALE_MS, never, work));
    expect(await Promise.all(all)).toEqual([0, 0, 0, 0]);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('lets go when the work fails', async () => {
    await expect(withLockFile(path, NEVER_STALE_MS, never, () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('says who holds it, and shows that the owner lives', async () => {
    await withLockFile(path, NEVER_STALE_MS, never, async () => {
      expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
      const { mtimeMs } = await stat(path);
      await until('the owner touches its lock', async () => (await stat(path)).mtimeMs > mtimeMs);
    });
  });

  it('takes over from an owner that is gone, whatever the clock of its machine said', async () => {
    await writeFile(path, 'somebody else');
    await utimes(path, new Date('2100-01-01'), new Date('2100-01-01'));
    const clock = new TestClock();
    const work = () => readFile(path, 'utf8');
    expect(await withLockFile(path, 100, never, work, clock)).not.toBe('somebody else');
    expect(clock.now()).toBeGreaterThan(100);
  });

  it('waits for an owner that lives, and until it has not changed for long enough', async () => {
    await writeFile(path, 'somebody else');
    const lastBeatMs = 4000;
    const clock = new TestClock(async (nowMs) => {
      if (nowMs <= lastBeatMs && nowMs % 300 === 0) await utimes(path, nowMs / 1000, nowMs / 1000);
    });
    const enteredMs = await withLockFile(path, 400, never, () => Promise.resolve(clock.now()), clock);
    // It was last touched at 3900 and must not have changed for more than 400 ms; the waiter looks each 100 ms.
    expect(enteredMs).toBe(4400);
  });

  it('leaves a lock alone that was taken over from it', async () => {
    await withLockFile(path, NEVER_STALE_MS, never, () => writeFile(path, 'somebody else'));
    expect(await readFile(path, 'utf8')).toBe('somebody else');
  });

  it('stops waiting when the caller gives up', async () => {
    await writeFile(path, 'somebody else');
    const caller = new AbortController();
    const waiting = withLockFile(path, NEVER_STALE_MS, caller.signal, () => Promise.resolve());
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
