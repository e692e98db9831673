import { dirname, join } from 'node:path';

import { BlobCache, type CachePolicy } from './blob-cache.js';
import { BundleError } from './bundle-error.js';
import { sha256Of } from './digest.js';
import { besideHttp, besideS3, type Location } from './location.js';
import type { Manifest } from './manifest-schema.js';
import { MAX_MANIFEST_BYTES } from './parse-manifest.js';
import { readLocal, verifyLocal } from './sources/file.js';
import { httpFile, type Fetch } from './sources/https.js';
import type { RemoteFile } from './sources/remote-file.js';
import { openS3, type S3Options } from './sources/s3.js';
import { transfer, type Sink } from './transfer.js';

type BundleFile = Manifest['files'][number];

/** Where the manifest and the files of one bundle come from. */
export interface BundleSource {
  /** The address of the manifest as it may be logged. */
  readonly name: string;
  /** @param sha256 digest of the manifest if known; what is returned may still be something else. */
  readManifest(sha256: string | undefined): Promise<Uint8Array>;
  /** Sees to it that the file is on this machine and is the one that is meant; returns its absolute path. */
  provide(file: BundleFile, onDone: (doneBytes: number) => void): Promise<string>;
  close(): void;
}

interface SourceOptions {
  readonly cacheDir: string;
  readonly s3: S3Options;
  readonly fetch: Fetch | undefined;
  readonly policy: CachePolicy;
  readonly signal: AbortSignal;
}

/** @throws BundleError */
export async function openSource(location: Location, options: SourceOptions): Promise<BundleSource> {
  switch (location.kind) {
    case 'file':
      return localSource(location.path, options.signal);
    case 'http': {
      const { url } = location;
      const fileOf = (path: string): RemoteFile => httpFile(besideHttp(url, path), options.fetch);
      return remoteSource(httpFile(url, options.fetch), fileOf, () => undefined, options);
    }
    case 's3': {
      const { bucket, key } = location;
      const s3 = await openS3(bucket, options.s3);
      return remoteSource(
        s3.file(key),
        (path) => s3.file(besideS3(key, path)),
        () => s3.close(),
        options,
      );
    }
  }
}

function localSource(manifestPath: string, signal: AbortSignal): BundleSource {
  return {
    name: manifestPath,
    readManifest: () => readLocal(manifestPath, MAX_MANIFEST_BYTES),
    async provide(file, onDone) {
      const path = join(dirname(manifestPath), file.path);
      await asFileOfBundle(verifyLocal(path, file, onDone, signal));
      return path;
    },
    close: () => undefined,
  };
}

function remoteSource(
  manifest: RemoteFile,
  fileOf: (path: string) => RemoteFile,
  close: () => void,
  { cacheDir, policy, signal }: SourceOptions,
): BundleSource {
  const cache = new BlobCache(cacheDir, policy);
  return {
    name: manifest.name,
    async readManifest(sha256) {
      const cached = sha256 === undefined ? undefined : await cache.read(sha256, MAX_MANIFEST_BYTES);
      if (cached !== undefined) {
        return cached;
      }
      const sink = new MemorySink();
      await transfer(manifest, sink, { maxBytes: MAX_MANIFEST_BYTES }, policy, signal);
      const bytes = sink.bytes();
      if (sha256Of(bytes) === sha256) {
        // So that a restart does not need the source.
        await cache.write(bytes);
      }
      return bytes;
    },
    provide: (file, onDone) => asFileOfBundle(cache.fetch(file, fileOf(file.path), onDone, signal)),
    close,
  };
}

/** The manifest was found, so a file that was not is the bundle's fault and not that of the reference. */
async function asFileOfBundle<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw cause instanceof BundleError && cause.code === 'source_not_found'
      ? new BundleError('file_missing', `the manifest names a file that is not there: ${cause.message}`, { cause })
      : cause;
  }
}

class MemorySink implements Sink {
  #chunks: Uint8Array[] = [];

  get length(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  append(chunk: Uint8Array): Promise<void> {
    this.#chunks.push(chunk);
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#chunks = [];
    return Promise.resolve();
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }
}
