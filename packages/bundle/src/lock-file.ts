import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { systemCode } from './bundle-error.js';

const HEARTBEAT_MS = 1000;
const POLL_MS = 100;

/** Time as a waiter sees it; tests have their own. */
export interface Clock {
  /** Milliseconds. */
  readonly now: () => number;
  /** Rejects with an AbortError when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/**
 * Runs `work` while holding a lock file, so that processes that share a folder do not all do it at once.
 *
 * The owner touches the file each second. Who waits takes it over when it has not changed for `staleMs` by the waiter's
 * own clock; process ids say nothing (two containers of a pod share the host name and may both be process 1), and the
 * clocks of two machines may differ. Two processes can still come to hold the lock, after a takeover in the same
 * moment or when an owner was suspended: the lock saves work, and nothing may rely on it to be correct.
 *
 * @throws the errors of the file system, the signal's reason, and what `work` throws.
 */
export async function withLockFile<T>(
  path: string,
  staleMs: number,
  signal: AbortSignal,
  work: () => Promise<T>,
  clock = SYSTEM_CLOCK,
): Promise<T> {
  // For a person who looks into the folder; only the id is ever compared.
  const owner = JSON.stringify({ id: randomUUID(), host: hostname(), pid: process.pid });
  await acquire(path, owner, staleMs, signal, clock);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await contentOf(path)) === owner) {
      await rm(path, { force: true });
    }
  }
}

async function acquire(path: string, owner: string, staleMs: number, signal: AbortSignal, clock: Clock): Promise<void> {
  let seen: string | undefined;
  let seenAt = 0;
  while (!(await create(path, owner))) {
    const now = clock.now();
    const state = await stateOf(path);
    if (state !== seen) {
      seen = state;
      seenAt = now;
    } else if (state !== undefined && now - seenAt > staleMs) {
      await rm(path, { force: true });
      continue;
    }
    await clock.sleep(POLL_MS, signal);
  }
}

async function create(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** Changes with each heartbeat and each owner; undefined when the lock is free. */
async function stateOf(path: string): Promise<string | undefined> {
  const { mtimeMs, ino } = await stat(path).catch(() => ({ mtimeMs: 0, ino: 0 }));
  return ino === 0 ? undefined : `${ino} ${mtimeMs}`;
}

function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
