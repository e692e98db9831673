import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { BundleError, rootReason, systemCode } from './bundle-error.js';
import type { Sink } from './transfer.js';

export const PARTIAL_SUFFIX = '.partial';

/**
 * A blob on its way into the cache, hashed as it is written. Its name is its own and no other process ever writes into
 * it, so what was hashed is what is there, before and after it is published.
 */
export class PartialFile implements Sink {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #onLength: (length: number) => void;
  #hash = createHash('sha256');
  #length = 0;

  private constructor(path: string, handle: FileHandle, onLength: (length: number) => void) {
    this.#path = path;
    this.#handle = handle;
    this.#onLength = onLength;
  }

  /** @param onLength is told the length after each change. */
  static async create(blobPath: string, onLength: (length: number) => void): Promise<PartialFile> {
    const path = `${blobPath}.${randomBytes(6).toString('hex')}${PARTIAL_SUFFIX}`;
    return new PartialFile(path, await writing(path, () => open(path, 'ax')), onLength);
  }

  get path(): string {
    return this.#path;
  }

  get length(): number {
    return this.#length;
  }

  async append(chunk: Uint8Array): Promise<void> {
    await writing(this.#path, () => this.#handle.appendFile(chunk));
    this.#hash.update(chunk);
    this.#length += chunk.length;
    this.#onLength(this.#length);
  }

  /** Takes over what a process that is gone had got. */
  async appendFile(path: string, signal: AbortSignal): Promise<void> {
    const chunks: AsyncIterable<Uint8Array> = createReadStream(path, { signal });
    for await (const chunk of chunks) {
      await this.append(chunk);
    }
  }

  async clear(): Promise<void> {
    await writing(this.#path, () => this.#handle.truncate(0));
    this.#hash = createHash('sha256');
    this.#length = 0;
    this.#onLength(0);
  }

  sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Makes it the blob, on the disk and at once: whoever looks sees nothing, the blob before, or this one. */
  async publish(blobPath: string): Promise<void> {
    await writing(this.#path, async () => {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#path, blobPath);
      await syncFolder(dirname(blobPath));
    });
  }

  /** Leaves it for the next attempt to go on from. */
  async keep(): Promise<void> {
    await this.#handle.close();
  }

  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.#path, { force: true });
  }
}

/** Runs something that writes into the cache; its errors become those that an operator can act on. */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw cacheError(path, error);
  }
}

export function cacheError(path: string, cause: unknown): BundleError {
  const code = systemCode(cause);
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new BundleError('disk_full', `no space left for ${path}; make room or give the cache another folder`, { cause })
    : new BundleError('cache_unwritable', `cannot write ${path}: ${rootReason(cause)}`, { cause });
}

/** Without this a rename may be forgotten when the machine loses power. Windows cannot, and need not, do it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') {
    return;
  }
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
