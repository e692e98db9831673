import { getCACertificates } from 'node:tls';
import { Agent } from 'undici';
import { type EgressProxy, EgressProxyError } from '../egress/egress-proxy.js';
import { isErrorLike } from '../error-like.js';
import { createGuardedConnector } from './guarded-connector.js';
import { createHostPolicy } from './host-policy.js';
import { createHostResolver, type Lookup } from './host-resolver.js';
import { fetchHttpImage, unreachable } from './http-image.js';
import { ImageSourceError } from './image-source-error.js';
import { parseImageUrl } from './image-url.js';
import { createS3ImageSource, type S3Config } from './s3-image.js';
import { Semaphore } from './semaphore.js';

const MiB = 1024 * 1024;

/** What may be fetched, and at what cost. Everything has a default. */
export interface ImageFetcherConfig {
  /**
   * Exceptions to the rule that only public addresses on `allowedPorts` are reached: `name`, `name:port`, `*.suffix`,
   * `address`, `[address]:port` or `address/bits`. What each form opens is said in host-policy.ts. @default none
   */
  readonly allowHosts?: readonly string[];
  /** Hosts never reached, in the same notation; wins over `allowHosts`. @default none */
  readonly denyHosts?: readonly string[];
  /**
   * Ports that may be reached without an exception: those of the web, so that the service cannot be made to speak to
   * mail servers and the like. @default 80, 443, 8080 and 8443
   */
  readonly allowedPorts?: readonly number[];
  /** Most bytes of an image. @default 10 MiB */
  readonly maxBytes?: number;
  /** Longest wait for a connection, name resolution and TLS handshake included. @default 3,000 */
  readonly connectTimeoutMs?: number;
  /** Longest wait for the whole head of an answer. @default 5,000 */
  readonly headersTimeoutMs?: number;
  /** Longest pause within a body. @default 3,000 */
  readonly bodyIdleTimeoutMs?: number;
  /** Longest time for one image, redirects included. @default 15,000 */
  readonly totalTimeoutMs?: number;
  /** @default 3 */
  readonly maxRedirects?: number;
  /** How many images are fetched at once; others wait. @default 64 */
  readonly maxConcurrent?: number;
  /** How many connections one host gets; others wait. @default 16 */
  readonly maxConnectionsPerHost?: number;
  /** What http and https URLs are fetched through; the rules for addresses hold as without it. @default none */
  readonly egressProxy?: EgressProxy | undefined;
  /** Told when the proxy opened no connection, which the caller learns without the address of the proxy. */
  readonly onEgressFailure?: (error: EgressProxyError) => void;
  /** @default no buckets: s3 URLs are refused */
  readonly s3?: S3Config;
  /** Certificate authorities (PEM) to trust beside Node's, for hosts inside. @default none */
  readonly extraCa?: readonly string[];
  /** Resolves names instead of the machine; what it answers is checked all the same. For tests. */
  readonly lookup?: Lookup;
}

/** What one request allows for one image. */
export interface FetchImageOptions {
  /** Ends the fetch, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Most bytes of this image. @default the fetcher's */
  readonly maxBytes?: number;
  /** The request's own deadline: how long it may take in all, and how much of that is left. @default none */
  readonly deadline?: { readonly limitMs: number; readonly remainingMs: number };
  /** The field the URL came from, named in errors. @default url */
  readonly parameter?: string;
}

/** Fetches images by URL. */
export interface ImageFetcher {
  /**
   * The bytes behind an http, https or s3 URL. Whether they are an image is not judged here.
   *
   * @throws ImageSourceError invalid_parameter (no URL), url_not_allowed, url_unreachable, image_too_large,
   * deadline_exceeded; the signal's reason where the caller's signal aborts.
   */
  fetch(url: string, options?: FetchImageOptions): Promise<Buffer>;
  /** Ends what is being fetched and closes every connection. */
  close(): Promise<void>;
}

/**
 * @throws RangeError for an entry of `allowHosts` or `denyHosts` that cannot be read.
 */
export function createImageFetcher(config: ImageFetcherConfig = {}): ImageFetcher {
  const connectTimeoutMs = config.connectTimeoutMs ?? 3_000;
  const headersTimeoutMs = config.headersTimeoutMs ?? 5_000;
  const totalTimeoutMs = config.totalTimeoutMs ?? 15_000;
  const bodyIdleTimeoutMs = config.bodyIdleTimeoutMs ?? 3_000;

  const policy = createHostPolicy({
    allowHosts: config.allowHosts ?? [],
    denyHosts: config.denyHosts ?? [],
    allowedPorts: config.allowedPorts ?? [80, 443, 8080, 8443],
  });
  const resolver = createHostResolver({
    timeoutMs: connectTimeoutMs,
    ...(config.lookup !== undefined && { lookup: config.lookup }),
  });
  const connector = createGuardedConnector({
    policy,
    resolver,
    connectTimeoutMs,
    proxy: config.egressProxy,
    ...(config.extraCa !== undefined && { ca: [...getCACertificates(), ...config.extraCa] }),
  });
  const agent = new Agent({
    connect: connector.connect,
    connections: config.maxConnectionsPerHost ?? 16,
    allowH2: false,
    pipelining: 1,
    // Long enough for the next photo from the same host, too short to pile up connections to many.
    keepAliveTimeout: 2_000,
    keepAliveMaxTimeout: 2_000,
    headersTimeout: headersTimeoutMs,
    // readCapped watches pauses itself, for S3 as well.
    bodyTimeout: 0,
  });
  const s3 = createS3ImageSource(config.s3 ?? { buckets: [] }, { connectTimeoutMs, headersTimeoutMs });
  const turns = new Semaphore(config.maxConcurrent ?? 64);
  const closing = new AbortController();

  async function fetch(text: string, options: FetchImageOptions = {}): Promise<Buffer> {
    const { deadline, parameter = 'url' } = options;
    const ending = new Ending([options.signal, closing.signal]);
    try {
      const target = parseImageUrl(text, policy, parameter);
      if (deadline !== undefined) {
        ending.after(
          deadline.remainingMs,
          () =>
            new ImageSourceError(
              'deadline_exceeded',
              `the request was not answered within ${deadline.limitMs} ms; the image behind ${parameter} was still being fetched`,
              { deadlineMs: deadline.limitMs, parameter },
            ),
        );
      }
      const { signal } = ending;
      const limits = {
        maxBytes: options.maxBytes ?? config.maxBytes ?? 10 * MiB,
        bodyIdleTimeoutMs,
        signal,
        parameter,
      };
      return await turns.run(() => {
        ending.after(totalTimeoutMs, () =>
          unreachable(parameter, `did not send the image within ${totalTimeoutMs} ms`),
        );
        switch (target.kind) {
          case 'http':
            return fetchHttpImage(agent, policy, target.url, { ...limits, maxRedirects: config.maxRedirects ?? 3 });
          case 's3':
            return s3.fetch(target.bucket, target.key, limits);
        }
      }, signal);
    } catch (error) {
      if (isErrorLike(error) && error.cause instanceof EgressProxyError) {
        config.onEgressFailure?.(error.cause);
      }
      throw error;
    } finally {
      ending.dispose();
    }
  }

  return {
    fetch,
    close: async () => {
      closing.abort(new Error('the image fetcher was closed'));
      connector.close();
      resolver.close();
      s3.close();
      await agent.destroy();
    },
  };
}

/**
 * One signal for everything that can end a fetch. Unlike AbortSignal.any and AbortSignal.timeout it leaves nothing behind
 * on the signals of the caller and no timer running.
 */
class Ending {
  readonly #controller = new AbortController();
  readonly #undo: (() => void)[] = [];

  constructor(sources: readonly (AbortSignal | undefined)[]) {
    for (const source of sources) {
      if (source === undefined) {
        continue;
      }
      const end = () => this.#controller.abort(source.reason);
      if (source.aborted) {
        end();
      } else {
        source.addEventListener('abort', end, { once: true });
        this.#undo.push(() => source.removeEventListener('abort', end));
      }
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts with this reason after so many milliseconds, unless something else was earlier. */
  after(ms: number, reason: () => Error): void {
    if (ms <= 0) {
      this.#controller.abort(reason());
      return;
    }
    const timer = setTimeout(() => this.#controller.abort(reason()), ms);
    this.#undo.push(() => clearTimeout(timer));
  }

  dispose(): void {
    for (const undo of this.#undo) {
      undo();
    }
  }
}
