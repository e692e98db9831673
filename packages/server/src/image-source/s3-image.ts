import { Readable } from 'node:stream';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { EgressProxyError } from '../egress/egress-proxy.js';
import type { ProxiedAgents } from '../egress/proxied-agents.js';
import { isErrorLike } from '../error-like.js';
import { type FetchLimits, tooLarge, unreachable, unreachableThroughProxy } from './http-image.js';
import { ImageSourceError } from './image-source-error.js';
import { BodyIdleError, readCapped, TooManyBytesError } from './read-capped.js';

/** Where s3 URLs are read from. Credentials are those of the process (environment, pod identity, instance role). */
export interface S3Config {
  /** The buckets that may be read; without one, s3 URLs are refused. */
  readonly buckets: readonly string[];
  /** An S3-compatible server; AWS unless given. The operator chose it: it may have a private address. */
  readonly endpoint?: string;
  /** @default what the environment says, else us-east-1 */
  readonly region?: string;
  /** Whether the bucket goes into the path, as most S3-compatible servers want it. @default true with an endpoint */
  readonly forcePathStyle?: boolean;
  /** Makes the agents that open the connections. @default those of the SDK, which connect directly */
  readonly agents?: (connectTimeoutMs: number) => ProxiedAgents;
}

/** Reads images from S3. */
export interface S3ImageSource {
  /**
   * @throws ImageSourceError url_not_allowed, url_unreachable, image_too_large; the signal's reason where it aborts.
   */
  fetch(bucket: string, key: string, limits: FetchLimits): Promise<Buffer>;
  close(): void;
}

/** A connection and a first answer may take so long. */
export interface S3Timeouts {
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
}

/** The parts of the AWS SDK that are used here. */
export type S3Sdk = Pick<typeof import('@aws-sdk/client-s3'), 'S3Client' | 'GetObjectCommand'>;

/**
 * The AWS SDK is loaded at once where a bucket may be read, so that the first request does not wait for it, and no other
 * one beside it: it takes about 0.2 s of this thread, and 36 MB, which most installations never need.
 *
 * @param loadSdk for tests
 */
export function createS3ImageSource(
  config: S3Config,
  timeouts: S3Timeouts,
  loadSdk: () => Promise<S3Sdk> = () => import('@aws-sdk/client-s3'),
): S3ImageSource {
  const buckets = new Set(config.buckets);
  const opened = buckets.size === 0 ? undefined : open();
  // Whoever fetches is told.
  opened?.catch(() => undefined);

  async function open(): Promise<{ client: S3Client; sdk: S3Sdk }> {
    const sdk = await loadSdk();
    const client = new sdk.S3Client({
      region: config.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
      ...(config.endpoint !== undefined && { endpoint: config.endpoint }),
      forcePathStyle: config.forcePathStyle ?? config.endpoint !== undefined,
      maxAttempts: 2,
      requestHandler: {
        // Agents watch the time for a connection themselves, and know what took it.
        ...(config.agents?.(timeouts.connectTimeoutMs) ?? { connectionTimeout: timeouts.connectTimeoutMs }),
        requestTimeout: timeouts.headersTimeoutMs,
        throwOnRequestTimeout: true,
      },
    });
    return { client, sdk };
  }

  async function read(
    { client, sdk: { GetObjectCommand } }: { client: S3Client; sdk: S3Sdk },
    bucket: string,
    key: string,
    limits: FetchLimits,
  ): Promise<Buffer> {
    const object: GetObjectCommandOutput = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
      abortSignal: limits.signal,
    });
    const { Body: body, ContentLength: announcedBytes } = object;
    if (!(body instanceof Readable)) {
      throw new TypeError('the S3 client answered without a stream');
    }
    body.on('error', () => undefined);
    const giveUp = () => body.destroy();
    limits.signal.addEventListener('abort', giveUp, { once: true });
    try {
      limits.signal.throwIfAborted();
      if (announcedBytes !== undefined && announcedBytes > limits.maxBytes) {
        throw tooLarge(limits, announcedBytes);
      }
      const bytes = await readCapped(body, {
        maxBytes: limits.maxBytes,
        idleTimeoutMs: limits.bodyIdleTimeoutMs,
        expectedBytes: announcedBytes,
      });
      if (bytes.byteLength === 0) {
        throw unreachable(limits.parameter, 'has an empty object there');
      }
      return bytes;
    } finally {
      limits.signal.removeEventListener('abort', giveUp);
      body.destroy();
    }
  }

  return {
    fetch: async (bucket, key, limits) => {
      if (opened === undefined || !buckets.has(bucket)) {
        throw new ImageSourceError(
          'url_not_allowed',
          `the bucket of ${limits.parameter} is not among those that the operator of the service allows`,
          { parameter: limits.parameter },
        );
      }
      try {
        return await read(await opened, bucket, key, limits);
      } catch (error) {
        limits.signal.throwIfAborted();
        throw error instanceof ImageSourceError ? error : explain(error, limits);
      }
    },
    close: () => {
      opened?.then(
        ({ client }) => client.destroy(),
        // It never opened: whoever asked for it was told.
        () => undefined,
      );
    },
  };
}

/** Names of S3's errors and what they mean to the caller; messages of the SDK name buckets, keys and endpoints. */
const MEANINGS: Readonly<Record<string, string>> = {
  NoSuchKey: 'has no such object',
  NotFound: 'has no such object',
  NoSuchBucket: 'has no such bucket',
  AccessDenied: 'does not let the service read the object (or there is none: S3 says the same of both)',
  PermanentRedirect: 'keeps the bucket in another region',
  CredentialsProviderError: 'wants credentials and the service has none',
};

function explain(error: unknown, limits: FetchLimits): ImageSourceError {
  const { parameter } = limits;
  if (error instanceof TooManyBytesError) {
    return tooLarge(limits);
  }
  if (error instanceof BodyIdleError) {
    return unreachable(parameter, 'stopped sending before the end', { cause: error });
  }
  if (error instanceof EgressProxyError) {
    return unreachableThroughProxy(parameter, error);
  }
  const name = isErrorLike(error) ? error.name : 'unknown';
  const meaning = Object.hasOwn(MEANINGS, name) ? MEANINGS[name] : undefined;
  return unreachable(parameter, meaning ?? `failed (${name.slice(0, 64)})`, { cause: error });
}
