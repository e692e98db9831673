import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { BundleError } from './bundle-error.js';
import { sha256Of, sha256OfFile } from './digest.js';
import { withLockFile } from './lock-file.js';
import { cacheError, PARTIAL_SUFFIX, PartialFile, writing } from './partial-file.js';
import type { RemoteFile } from './sources/remote-file.js';
import { throwIfAborted, transfer, type TransferPolicy } from './transfer.js';

/** What is wanted: bytes by their digest. */
export interface Blob {
  readonly sha256: string;
  readonly size: number;
}

export interface CachePolicy extends TransferPolicy {
  /** A lock whose owner has given no sign of life for so long is taken over. */
  readonly staleLockMs: number;
}

/** What was used within this time is not pruned: another process may be about to load it. */
const PRUNE_AFTER_MS = 60 * 60 * 1000;

/**
 * Files by their sha256 in one folder, shared by any number of processes: `blobs/sha256/<digest>`, beside it
 * `<digest>.<random>.partial` while it comes in and `<digest>.lock` while someone fetches it.
 *
 * A blob's name is only ever given, by an atomic rename, to a file that was written by one process and hashed as it
 * was written. Nothing is used before it has been hashed again, so a blob that rotted is replaced and not served.
 */
export class BlobCache {
  readonly #folder: string;
  readonly #policy: CachePolicy;

  constructor(cacheDir: string, policy: CachePolicy) {
    this.#folder = blobFolder(cacheDir);
    this.#policy = policy;
  }

  /**
   * The path of a verified blob, fetched if it is not there or is not what its name says.
   *
   * @param onDone is told how many of its bytes have been verified or fetched; fewer than before after a false start.
   * @throws BundleError
   */
  async fetch(blob: Blob, file: RemoteFile, onDone: (doneBytes: number) => void, signal: AbortSignal): Promise<string> {
    const path = this.#pathOf(blob.sha256);
    if (await isGood(path, blob, onDone, signal)) {
      return path;
    }
    throwIfAborted(signal, file.name);
    await this.#makeFolder();
    try {
      await withLockFile(`${path}.lock`, this.#policy.staleLockMs, signal, async () => {
        // Another process may have fetched it while this one waited.
        if (!(await isGood(path, blob, onDone, signal))) {
          throwIfAborted(signal, file.name);
          await this.#download(path, blob, file, onDone, signal);
        }
      });
    } catch (error) {
      throwIfAborted(signal, file.name);
      throw error instanceof BundleError ? error : cacheError(path, error);
    }
    return path;
  }

  /** A small blob, e.g. a manifest; undefined if it is not there or is not what its name says. */
  async read(sha256: string, maxBytes: number): Promise<Buffer | undefined> {
    const path = this.#pathOf(sha256);
    const { size } = await stat(path).catch(() => ({ size: Infinity }));
    const bytes = size <= maxBytes ? await readFile(path).catch(() => undefined) : undefined;
    if (bytes === undefined || sha256Of(bytes) !== sha256) {
      return undefined;
    }
    await touch(path);
    return bytes;
  }

  /** @throws BundleError */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#makeFolder();
    const path = this.#pathOf(sha256Of(bytes));
    const partial = await PartialFile.create(path, () => undefined);
    try {
      await partial.append(bytes);
      await partial.publish(path);
    } catch (error) {
      await partial.discard();
      throw error;
    }
  }

  async #download(
    path: string,
    blob: Blob,
    file: RemoteFile,
    onDone: (doneBytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const partial = await PartialFile.create(path, onDone);
    const expected = { exactBytes: blob.size };
    try {
      const adopted = await this.#adopt(partial, blob, signal);
      const { resumed } = await transfer(file, partial, expected, this.#policy, signal);
      if (partial.sha256() !== blob.sha256 && (adopted || resumed)) {
        // The pieces may come from different days, or from a machine that lost power.
        await partial.clear();
        await transfer(file, partial, expected, this.#policy, signal);
      }
      if (partial.sha256() !== blob.sha256) {
        const message = `${file.name} has sha256 ${partial.sha256()}, the manifest says ${blob.sha256}`;
        throw new BundleError('file_digest_mismatch', message);
      }
      await partial.publish(path);
    } catch (error) {
      const goesOn = error instanceof BundleError && ['source_unreachable', 'aborted'].includes(error.code);
      await (goesOn && partial.length > 0 ? partial.keep() : partial.discard());
      // After a suspension of this process another one may have taken the lock, and what was half done, and finished.
      if (!(await isGood(path, blob, onDone, signal))) {
        throw error;
      }
    }
  }

  /** Copies the longest of the partial files that other attempts left, and removes them. */
  async #adopt(partial: PartialFile, { sha256, size }: Blob, signal: AbortSignal): Promise<boolean> {
    const left = await Promise.all(
      (await readdir(this.#folder))
        .filter((name) => name.startsWith(`${sha256}.`) && name.endsWith(PARTIAL_SUFFIX))
        .map((name) => join(this.#folder, name))
        .filter((path) => path !== partial.path)
        .map(async (path) => ({ path, length: (await stat(path).catch(() => ({ size: Infinity }))).size })),
    );
    const longest = left.filter(({ length }) => length <= size).sort((a, b) => b.length - a.length)[0];
    if (longest !== undefined) {
      await partial.appendFile(longest.path, signal);
    }
    await Promise.all(left.map(({ path }) => rm(path, { force: true })));
    return partial.length > 0;
  }

  #pathOf(sha256: string): string {
    return join(this.#folder, sha256);
  }

  async #makeFolder(): Promise<void> {
    await writing(this.#folder, () => mkdir(this.#folder, { recursive: true }));
  }
}

/**
 * Removes the blobs that `keepDigests` does not name and nobody has used for an hour, and what crashed downloads left
 * of such. Other processes may use the cache meanwhile: what one of them has open or mapped stays readable for it, and
 * each opening of a bundle marks its blobs as used before it relies on them.
 *
 * @param keepDigests of files, and of the manifests that are to be opened without their source.
 * @returns the digests that were removed.
 * @throws the errors of the file system, except that a cache that is not there is an empty one.
 */
export async function pruneCache(cacheDir: string, keepDigests: Iterable<string>): Promise<string[]> {
  const folder = blobFolder(cacheDir);
  const keep = new Set(keepDigests);
  const names = await readdir(folder).catch(() => []);
  const removed = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (keep.has(name.slice(0, 64)) || Date.now() - mtimeMs < PRUNE_AFTER_MS) {
        return undefined;
      }
      await rm(path, { force: true });
      return name.length === 64 ? name : undefined;
    }),
  );
  return removed.filter((name) => name !== undefined).sort();
}

function blobFolder(cacheDir: string): string {
  return resolve(cacheDir, 'blobs', 'sha256');
}

async function isGood(
  path: string,
  { sha256, size }: Blob,
  onDone: (doneBytes: number) => void,
  signal: AbortSignal,
): Promise<boolean> {
  let doneBytes = 0;
  try {
    if ((await stat(path)).size !== size) {
      return false;
    }
    // First, so that a pruning process that looks from now on leaves it alone.
    await touch(path);
    const digest = await sha256OfFile(path, signal, (count) => onDone((doneBytes += count)));
    // Once more, for one that had looked before.
    await stat(path);
    return digest === sha256;
  } catch {
    // Not there, not readable or aborted: in each case there is nothing to use.
    return false;
  }
}

/** Marks a blob as used; in a cache that may not be written nobody prunes either. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}
