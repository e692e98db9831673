import { type Dispatcher, errors } from 'undici';
import { EgressProxyError } from '../egress/egress-proxy.js';
import { codeOf } from '../error-like.js';
import { AddressNotAllowedError, ConnectTimeoutError } from './guarded-connector.js';
import type { HostPolicy } from './host-policy.js';
import { ImageSourceError } from './image-source-error.js';
import { hostNotAllowed, parseRedirect } from './image-url.js';
import { BodyIdleError, readCapped, TooManyBytesError } from './read-capped.js';

/** What one fetch may cost. */
export interface FetchLimits {
  readonly maxBytes: number;
  readonly bodyIdleTimeoutMs: number;
  /** Ends the fetch; its reason is what the fetch rejects with. */
  readonly signal: AbortSignal;
  /** The field the URL came from. */
  readonly parameter: string;
}

const REDIRECT_STATUSES: readonly number[] = [301, 302, 303, 307, 308];

const REQUEST_HEADERS = {
  // Hosts that choose the format by this header would else send WebP or AVIF, which the engine does not read.
  accept: 'image/jpeg, image/png, image/bmp, */*;q=0.1',
  // A few compressed bytes must not become gigabytes, and images are compressed already.
  'accept-encoding': 'identity',
  'user-agent': 'face-comparison',
};

/**
 * Fetches over http and https. Every hop of a redirect is checked as the first URL was, and its socket again where it is
 * opened (guarded-connector.ts).
 *
 * @throws ImageSourceError url_not_allowed, url_unreachable, image_too_large; the signal's reason where it aborts.
 */
export async function fetchHttpImage(
  dispatcher: Dispatcher,
  policy: HostPolicy,
  start: URL,
  limits: FetchLimits & { readonly maxRedirects: number },
): Promise<Buffer> {
  const { parameter, signal } = limits;
  try {
    let url = start;
    for (let redirects = 0; ; redirects += 1) {
      const response = await request(dispatcher, url, signal);
      // What is left of a body is destroyed below, which the stream reports as an error once more.
      response.body.on('error', () => undefined);
      try {
        if (!REDIRECT_STATUSES.includes(response.statusCode)) {
          return await readImage(response, limits);
        }
        if (redirects >= limits.maxRedirects) {
          throw unreachable(parameter, `redirected more than ${limits.maxRedirects} times`);
        }
        const location = response.headers['location'];
        if (typeof location !== 'string') {
          throw unreachable(parameter, `answered ${response.statusCode} without saying where to`, {
            upstreamStatus: response.statusCode,
          });
        }
        url = parseRedirect(location, url, policy, parameter);
      } finally {
        response.body.destroy();
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ImageSourceError ? error : explain(error, limits);
  }
}

/**
 * Sends the request, once more if the connection was closed before an answer came: hosts close idle connections when
 * they like, also in the moment in which one is used again, and a GET can be repeated.
 */
async function request(dispatcher: Dispatcher, url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const send = () =>
    dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: REQUEST_HEADERS,
      signal,
    });
  try {
    return await send();
  } catch (error) {
    if (['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '') && !signal.aborted) {
      return send();
    }
    throw error;
  }
}

async function readImage(response: Dispatcher.ResponseData, limits: FetchLimits): Promise<Buffer> {
  const { parameter, maxBytes } = limits;
  const { statusCode, headers, body } = response;
  if (statusCode < 200 || statusCode > 299) {
    throw unreachable(parameter, `answered ${statusCode}`, { upstreamStatus: statusCode });
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== '') {
    throw unreachable(parameter, 'answered with a Content-Encoding although none was asked for', {
      upstreamStatus: statusCode,
    });
  }
  const announcedBytes = contentLength(headers['content-length']);
  if (announcedBytes !== undefined && announcedBytes > maxBytes) {
    throw tooLarge(limits, announcedBytes);
  }
  const bytes = await readCapped(body, {
    maxBytes,
    idleTimeoutMs: limits.bodyIdleTimeoutMs,
    expectedBytes: announcedBytes,
  });
  if (bytes.byteLength === 0) {
    throw unreachable(parameter, 'answered with an empty body', { upstreamStatus: statusCode });
  }
  return bytes;
}

function contentLength(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/** The photo has more bytes than allowed, announced or sent. */
export function tooLarge(
  { parameter, maxBytes }: Pick<FetchLimits, 'parameter' | 'maxBytes'>,
  announcedBytes?: number,
): ImageSourceError {
  return announcedBytes === undefined
    ? new ImageSourceError(
        'image_too_large',
        `the image behind ${parameter} may have ${maxBytes} bytes; the download was stopped there`,
        { parameter, limitBytes: maxBytes },
      )
    : new ImageSourceError(
        'image_too_large',
        `the image behind ${parameter} may have ${maxBytes} bytes; ${announcedBytes} were announced`,
        { parameter, limitBytes: maxBytes, receivedBytes: announcedBytes },
      );
}

/** The host of the URL did not give a photo. `what` follows "the host of url". */
export function unreachable(
  parameter: string,
  what: string,
  options: ErrorOptions & { readonly upstreamStatus?: number } = {},
): ImageSourceError {
  const { upstreamStatus, ...errorOptions } = options;
  return new ImageSourceError(
    'url_unreachable',
    `the host of ${parameter} ${what}`,
    { parameter, ...(upstreamStatus !== undefined && { upstreamStatus }) },
    errorOptions,
  );
}

/** The proxy opened no connection. Where it is and what it said in words stays in the cause. */
export function unreachableThroughProxy(parameter: string, error: EgressProxyError): ImageSourceError {
  const what = (): string => {
    switch (error.failure.kind) {
      case 'unreachable':
        return 'could not be reached: the egress proxy of the service does not answer';
      case 'timeout':
        return 'did not take a connection in time';
      case 'refused':
        return error.failure.status === 407
          ? 'could not be reached: the egress proxy of the service rejected its credentials'
          : `could not be reached: the egress proxy of the service answered ${error.failure.status}`;
    }
  };
  return unreachable(parameter, what(), { cause: error });
}

/**
 * What the caller may know of a failure. Messages of Node, OpenSSL and undici name resolved addresses and the names in
 * certificates: only their codes are shown, the rest stays in the cause.
 */
function explain(error: unknown, limits: FetchLimits): ImageSourceError {
  const { parameter } = limits;
  const cause = { cause: error };
  if (error instanceof AddressNotAllowedError) {
    return hostNotAllowed(parameter);
  }
  if (error instanceof EgressProxyError) {
    return unreachableThroughProxy(parameter, error);
  }
  if (error instanceof TooManyBytesError) {
    return tooLarge(limits);
  }
  if (error instanceof BodyIdleError) {
    return unreachable(parameter, 'stopped sending before the end', cause);
  }
  if (error instanceof ConnectTimeoutError || codeOf(error) === 'ETIMEDOUT') {
    return unreachable(parameter, 'did not take a connection in time', cause);
  }
  if (error instanceof errors.HeadersTimeoutError) {
    return unreachable(parameter, 'did not answer in time', cause);
  }
  const code = codeOf(error);
  if (code !== undefined && DNS_CODES.has(code)) {
    return unreachable(parameter, `could not be found (${code})`, cause);
  }
  if (code === 'ECONNREFUSED') {
    return unreachable(parameter, 'refused the connection', cause);
  }
  return unreachable(parameter, `failed${code === undefined ? '' : ` (${code})`}`, cause);
}

/** Codes of getaddrinfo and c-ares for names without addresses and name servers without answers. */
const DNS_CODES: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'ENODATA',
  'ESERVFAIL',
  'EAI_AGAIN',
  'ETIMEOUT',
  'EREFUSED',
  'EBADNAME',
  'EBADRESP',
  'EFORMERR',
  'ECANCELLED',
]);
