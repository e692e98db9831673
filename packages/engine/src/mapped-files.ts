import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

const CHUNK_BYTES = 1024 * 1024;

/** A file that was being made for so long was left by a process that died. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/**
 * The memory-mapped form of one model for one kind of machine, in a folder that processes share.
 *
 * The name of the file ends in the checksum of its bytes, which is checked before it is used: the runtime maps whatever
 * it is given, and weights damaged on the disk would silently give other vectors. CRC-32 is enough against accidents
 * and takes 40 ms for the default model, a third of SHA-256. Two processes that make the file at once both make a
 * whole one, of the same name or of another; either may stay.
 */
export class MappedFiles {
  readonly #folder: string;
  readonly #key: string;

  /** @param key names the model and the kind of machine, in characters that a file name may have */
  constructor(folder: string, key: string) {
    this.#folder = folder;
    this.#key = key;
  }

  /** The path of an undamaged file, if there is one; damaged ones are removed. */
  async find(): Promise<string | undefined> {
    for (const name of await this.#names((file) => file.startsWith(`${this.#key}-`) && file.endsWith('.ort'))) {
      const path = join(this.#folder, name);
      const checksum = await checksumOf(path).catch(() => undefined);
      if (checksum !== undefined && name === this.#nameOf(checksum)) return path;
      await rm(path, { force: true }).catch(() => undefined);
    }
    return undefined;
  }

  /**
   * Makes the file.
   * @param write writes it to the path it is given
   * @returns its path; `undefined` where the folder cannot be written
   */
  async make(write: (target: string) => Promise<void>): Promise<string | undefined> {
    const temporary = join(this.#folder, `${randomUUID()}.tmp`);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await this.#removeAbandoned();
      await write(temporary);
      await flush(temporary);
      const path = join(this.#folder, this.#nameOf(await checksumOf(temporary)));
      await rename(temporary, path);
      return path;
    } catch {
      return undefined;
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  #nameOf(checksum: string): string {
    return `${this.#key}-${checksum}.ort`;
  }

  async #names(wanted: (name: string) => boolean): Promise<string[]> {
    const names = await readdir(this.#folder).catch((): string[] => []);
    return names.filter(wanted);
  }

  async #removeAbandoned(): Promise<void> {
    for (const name of await this.#names((file) => file.endsWith('.tmp'))) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
    }
  }
}

async function checksumOf(path: string): Promise<string> {
  let checksum = 0;
  // A stream of a file without an encoding gives buffers.
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    checksum = crc32(chunk, checksum);
  }
  return checksum.toString(16).padStart(8, '0');
}

/** After a loss of power, a renamed file whose bytes never reached the disk would be damaged for good. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}
