import { createHash, webcrypto } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { LaneJob } from './lanes/protocol.js';
import type { ServedVersion } from './serving/registry.js';

/** WebCrypto copies what it hashes, on the calling thread: so much at a time, in bytes, costs it less than a millisecond. */
const SLICE_BYTES = 1024 * 1024;

/** What an entry takes beside its body, in bytes: its key, its timer and the objects that hold them. Measured: 720. */
const ENTRY_BYTES = 1024;

/** Entries of an unloaded version that are dropped before other work gets its turn. */
const DROP_AT_ONCE = 1_000;

/** What of an answer is needed to give it again. */
export interface KeptAnswer {
  /** The JSON body. */
  readonly body: Buffer;
  readonly faces: number;
}

/** All that an answer depends on. */
export interface CachedJob {
  /** The loaded version, not its name: loaded again, it may be another model, and its old answers are not met. */
  readonly version: VersionInstance;
  /**
   * The name of the client, where keys are asked for. Without it in the key, a client could learn by the time of an answer
   * that another one has sent that very photo.
   */
  readonly client: string | undefined;
  readonly job: LaneJob;
  readonly images: readonly Uint8Array[];
}

/** Where the answer of a job has its place in the cache. */
export interface Place {
  /** The answer that is there. */
  readonly answer: KeptAnswer | undefined;
  /** Puts an answer there, unless it is too large or its version has been unloaded meanwhile. */
  keep(answer: KeptAnswer): void;
}

export interface ResultCacheOptions {
  /** Memory for all entries. */
  readonly maxBytes: number;
  /** How long an answer is kept; asking for it does not make it longer. At most what a timer takes, 24 days. */
  readonly ttlMs: number;
  /** Milliseconds of a clock that never goes back; `performance.now()` unless given. */
  readonly now?: () => number;
}

type VersionInstance = Pick<ServedVersion, 'signal'>;

/** The entries of one loaded version, so that they are found when it is unloaded. */
interface Shelf {
  readonly id: number;
  readonly keys: Set<string>;
}

interface Entry extends KeptAnswer {
  readonly shelf: Shelf;
}

/**
 * Recent answers by the digest of their photos, so that the same photo sent again is not computed again.
 *
 * Answers may hold vectors of faces, which are biometric data: they are in memory alone, bounded in bytes, and go when their
 * time has passed, whether or not anybody asks for them.
 */
export class ResultCache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #shelves = new WeakMap<VersionInstance, Shelf>();
  #shelfCount = 0;

  constructor({ maxBytes, ttlMs, now = () => performance.now() }: ResultCacheOptions) {
    this.#entries = new LRUCache<string, Entry>({
      maxSize: maxBytes,
      sizeCalculation: ({ body }) => body.length + ENTRY_BYTES,
      ttl: ttlMs,
      ttlAutopurge: true,
      perf: { now },
      onInsert: ({ shelf }, key) => shelf.keys.add(key),
      dispose: ({ shelf }, key) => shelf.keys.delete(key),
    });
  }

  /** Memory that the entries take. */
  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** Finds the place of a job's answer. The photos are hashed outside of this thread. */
  async find({ version, client, job, images }: CachedJob): Promise<Place> {
    const shelf = this.#shelfOf(version);
    const digests = await Promise.all(images.map(digestOf));
    const hash = createHash('sha256').update(JSON.stringify([shelf.id, client ?? null, job]));
    for (const digest of digests) hash.update(digest);
    const key = hash.digest('base64url');
    return {
      answer: this.#entries.get(key),
      keep: ({ body, faces }) => {
        if (version.signal.aborted) return;
        // Small bodies lie in memory that Node shares between buffers, and would keep all of it from being freed.
        const own = Buffer.allocUnsafeSlow(body.length);
        body.copy(own);
        this.#entries.set(key, { body: own, faces, shelf });
      },
    };
  }

  #shelfOf(version: VersionInstance): Shelf {
    const known = this.#shelves.get(version);
    if (known !== undefined) return known;
    const shelf = { id: this.#shelfCount++, keys: new Set<string>() };
    this.#shelves.set(version, shelf);
    version.signal.addEventListener('abort', () => void this.#drop(shelf), { once: true });
    return shelf;
  }

  /** Drops the entries of a version that is no longer wanted. */
  async #drop({ keys }: Shelf): Promise<void> {
    let dropped = 0;
    for (const key of keys) {
      this.#entries.delete(key);
      if (++dropped % DROP_AT_ONCE === 0) await setImmediate();
    }
  }
}

/** The SHA-256 of the SHA-256 of each slice of an image. */
async function digestOf(image: Uint8Array): Promise<Buffer> {
  const whole = createHash('sha256');
  for (let at = 0; at < image.length; at += SLICE_BYTES) {
    const slice = image.subarray(at, at + SLICE_BYTES);
    whole.update(Buffer.from(await webcrypto.subtle.digest('SHA-256', slice)));
  }
  return whole.digest();
}
