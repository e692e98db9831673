import { BundleError } from './bundle-error.js';
import { openSource, type BundleSource } from './bundle-source.js';
import { sha256Of } from './digest.js';
import { embeddingSpace } from './embedding-space.js';
import { parseLocation } from './location.js';
import type { Manifest } from './manifest-schema.js';
import { parseManifest } from './parse-manifest.js';
import { describeValue } from './schema-problems.js';
import type { Fetch } from './sources/https.js';
import type { S3Options } from './sources/s3.js';
import { throwIfAborted } from './transfer.js';

export interface BundleRef {
  /** A path, or a URL: file:///…, https://…, s3://bucket/key, or http://… where `allowHttp` is set. */
  readonly manifest: string;
  /** Digest of the manifest, 64 lower-case hex digits. Who gives it gets this bundle and no other. */
  readonly sha256?: string;
}

export interface ReadManifestOptions {
  /** Folder for what comes over the network; made when needed, and may be shared by processes. */
  readonly cacheDir: string;
  readonly s3?: S3Options;
  /** Sends the requests of http and https sources. @default the platform's fetch */
  readonly fetch?: Fetch;
  /** @default false */
  readonly allowHttp?: boolean;
  readonly signal?: AbortSignal;
  readonly timeouts?: BundleTimeouts;
}

export interface OpenBundleOptions extends ReadManifestOptions {
  /**
   * Limit for all files of the bundle together, in bytes.
   * @default 2 GiB
   */
  readonly maxBytes?: number;
  /** Called for each piece that was verified or fetched; goes back where a download starts over. Must not throw. */
  readonly onProgress?: (progress: BundleProgress) => void;
}

export interface BundleProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** There is no limit for the whole: a large model over a slow line may take its time, as long as it moves. */
export interface BundleTimeouts {
  /**
   * A source that sends nothing for so long is given up and asked again.
   * @default 30000
   */
  readonly idleMs?: number;
  /**
   * Pause after the first failure; it doubles with each further one in a row, of which there may be five.
   * @default 500
   */
  readonly retryBaseMs?: number;
  /**
   * How long another process that fetches the same file may show no sign of life before its work is taken over.
   * @default 5000
   */
  readonly staleLockMs?: number;
}

/** A manifest that was read and checked, and what follows from it. */
export interface VerifiedManifest {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  /** See `embeddingSpace`. */
  readonly space: string;
  /** Size of all files together. */
  readonly totalBytes: number;
}

/** A bundle whose files are on this machine and are what the manifest says. */
export interface Bundle extends VerifiedManifest {
  /**
   * Absolute path of a verified file.
   *
   * @param path as in the manifest.
   * @throws RangeError if the manifest has no file of this path.
   */
  pathOf(path: string): string;
}

const DEFAULT_MAX_BYTES = 2 * 1024 ** 3;
const DEFAULT_TIMEOUTS = { idleMs: 30_000, retryBaseMs: 500, staleLockMs: 5000 };
const FILES_AT_ONCE = 4;

/**
 * Reads a manifest, checks it, and makes sure that every file it names is on this machine and has the size and the
 * digest that it should have. Files of a local bundle are used where they are; others come from the cache, and into it.
 *
 * @throws BundleError, of which ManifestError is one
 */
export function openBundle(ref: BundleRef, options: OpenBundleOptions): Promise<Bundle> {
  return withSource(ref, options, async (source, stop) => {
    const verified = await verifiedManifest(ref, source);
    const { manifest, totalBytes } = verified;
    const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    if (totalBytes > maxBytes) {
      const message = `the files of ${source.name} have ${totalBytes} bytes, more than the ${maxBytes} allowed`;
      throw new BundleError('file_too_large', message);
    }
    const paths = await provideAll(manifest.files, source, stop, (doneBytes) =>
      options.onProgress?.({ doneBytes, totalBytes }),
    );
    return {
      ...verified,
      pathOf(path) {
        const found = paths.get(path);
        if (found === undefined) {
          throw new RangeError(`bundle ${manifest.name} ${manifest.version} has no file ${describeValue(path)}`);
        }
        return found;
      },
    };
  });
}

/**
 * Reads a manifest and checks it, and none of the files that it names: what a bundle is, before somebody loads it.
 *
 * @throws BundleError, of which ManifestError is one
 */
export function readManifest(ref: BundleRef, options: ReadManifestOptions): Promise<VerifiedManifest> {
  return withSource(ref, options, (source) => verifiedManifest(ref, source));
}

async function withSource<T>(
  { manifest, sha256: expected }: BundleRef,
  options: ReadManifestOptions,
  use: (source: BundleSource, stop: AbortController) => Promise<T>,
): Promise<T> {
  if (expected !== undefined && !/^[0-9a-f]{64}$/.test(expected)) {
    const message = `expected the sha256 of the manifest as 64 lower-case hex digits, received ${describeValue(expected)}`;
    throw new BundleError('manifest_digest_mismatch', message);
  }
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const source = await openSource(parseLocation(manifest, options.allowHttp ?? false), {
    cacheDir: options.cacheDir,
    s3: options.s3 ?? {},
    fetch: options.fetch,
    policy: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
    signal,
  });
  try {
    throwIfAborted(signal, source.name);
    return await use(source, stop);
  } finally {
    source.close();
  }
}

async function verifiedManifest({ sha256: expected }: BundleRef, source: BundleSource): Promise<VerifiedManifest> {
  const bytes = await source.readManifest(expected);
  const manifestSha256 = sha256Of(bytes);
  if (expected !== undefined && manifestSha256 !== expected) {
    const message = `${source.name} has sha256 ${manifestSha256}, expected ${expected}`;
    throw new BundleError('manifest_digest_mismatch', message);
  }
  const manifest = parseManifest(bytes, source.name);
  const totalBytes = manifest.files.reduce((sum, { size }) => sum + size, 0);
  return { manifest, manifestSha256, space: embeddingSpace(manifest), totalBytes };
}

/** All files, a few at once. The first failure stops the others, and none of them is still at work when this ends. */
async function provideAll(
  files: Manifest['files'],
  source: BundleSource,
  stop: AbortController,
  onDone: (doneBytes: number) => void,
): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  const failures: unknown[] = [];
  const waiting = files.values();
  let doneBytes = 0;

  async function work(): Promise<void> {
    for (const file of waiting) {
      let doneOfFile = 0;
      const path = await source.provide(file, (now) => {
        doneBytes += now - doneOfFile;
        doneOfFile = now;
        onDone(doneBytes);
      });
      paths.set(file.path, path);
    }
  }

  await Promise.all(
    Array.from({ length: FILES_AT_ONCE }, () =>
      work().catch((error: unknown) => {
        failures.push(error);
        stop.abort();
      }),
    ),
  );
  if (failures.length > 0) {
    throw failures[0];
  }
  return paths;
}
