import { unescape } from 'node:querystring';
import { Readable } from 'node:stream';

import { BundleError } from '../bundle-error.js';
import {
  parseContentRange,
  TransientError,
  type RemoteBody,
  type RemoteFile,
  type ResumePoint,
} from './remote-file.js';

const MAX_REDIRECTS = 5;

/** The part of fetch that is used here, so that another one can be given: one that goes through a proxy, for example. */
export type Fetch = (
  url: URL,
  init: { readonly headers: Record<string, string>; readonly redirect: 'manual'; readonly signal: AbortSignal },
) => Promise<FetchResponse>;

/** The part of a fetched response that is used here. */
export interface FetchResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null; has(name: string): boolean };
  readonly body: (AsyncIterable<Uint8Array> & { cancel(): Promise<void> }) | null;
}

/**
 * A file behind an https (or http) URL. There is no filter for private addresses: bundle sources are named by the
 * operator of the service, who may well keep models on the own network. URLs that clients send go another way.
 *
 * Credentials in the URL are sent as basic authentication, and to no other origin than that of the URL.
 *
 * @param fetcher sends the requests; the platform's fetch unless given
 */
export function httpFile(url: URL, fetcher: Fetch = (target, init) => fetch(target, init)): RemoteFile {
  const name = shownUrl(url);
  return {
    name,
    async open(resume, signal) {
      const response = await follow(fetcher, url, name, resume, signal);
      const body = usableBody(response, resume);
      if (body !== undefined) {
        return body;
      }
      await response.body?.cancel();
      throwIfRefused(response, name);
      if (resume === undefined) {
        throw new BundleError('source_unreachable', `${name} answered ${response.status} ${response.statusText}`);
      }
      // The range was of no use to the server (416, or a part that was not asked for): the whole file will do.
      return this.open(undefined, signal);
    },
  };
}

function usableBody(response: FetchResponse, resume: ResumePoint | undefined): RemoteBody | undefined {
  const { status, headers } = response;
  const etag = headers.get('etag') ?? undefined;
  const chunks = response.body ?? Readable.from([]);
  if (status === 200) {
    const length = headers.get('content-length');
    const isPlain = !headers.has('content-encoding');
    return { startsAt: 0, totalBytes: length !== null && isPlain ? Number(length) : undefined, etag, chunks };
  }
  const range = parseContentRange(headers.get('content-range') ?? '');
  return status === 206 && resume !== undefined && range?.startsAt === resume.fromByte
    ? { ...range, etag, chunks }
    : undefined;
}

function throwIfRefused({ status, statusText, headers }: FetchResponse, name: string): void {
  const answer = `${name} answered ${status} ${statusText}`.trimEnd();
  if (status === 404 || status === 410) {
    throw new BundleError('source_not_found', answer);
  }
  if (status === 401 || status === 403) {
    throw new BundleError('source_forbidden', answer);
  }
  if (status === 408 || status === 429 || status >= 500) {
    throw new TransientError(answer, retryAfterMs(headers.get('retry-after')));
  }
}

/** Retry-After is a number of seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | null): number | undefined {
  const ms =
    header === null ? Number.NaN : /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** A URL as it may be logged: no query string, no fragment, no credentials. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

async function follow(
  fetcher: Fetch,
  start: URL,
  name: string,
  resume: ResumePoint | undefined,
  signal: AbortSignal,
): Promise<FetchResponse> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetcher(withoutCredentials(url), {
      headers: requestHeaders(start, url, resume),
      redirect: 'manual',
      signal,
    });
    const location = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) {
      return response;
    }
    await response.body?.cancel();
    const next = URL.parse(location, url.href);
    if (next === null || !['http:', 'https:'].includes(next.protocol)) {
      throw new BundleError('source_unreachable', `${name} redirects to something that is no http or https URL`);
    }
    if (url.protocol === 'https:' && next.protocol === 'http:') {
      throw new BundleError(
        'source_unreachable',
        `${name} redirects from https to ${shownUrl(next)}, which is refused`,
      );
    }
    url = next;
  }
  throw new BundleError('source_unreachable', `${name} redirects more than ${MAX_REDIRECTS} times`);
}

function requestHeaders(start: URL, url: URL, resume: ResumePoint | undefined): Record<string, string> {
  const userAndPassword = `${unescape(start.username)}:${unescape(start.password)}`;
  const strongEtag = resume?.etag?.startsWith('"') === true ? resume.etag : undefined;
  return {
    // A compressed answer has other byte positions than the file. fetch adds this itself where there is a range.
    ...(resume === undefined ? { 'accept-encoding': 'identity' } : { range: `bytes=${resume.fromByte}-` }),
    ...(strongEtag !== undefined && { 'if-range': strongEtag }),
    ...(userAndPassword !== ':' &&
      url.origin === start.origin && {
        authorization: `Basic ${Buffer.from(userAndPassword).toString('base64')}`,
      }),
  };
}

/** fetch refuses URLs with credentials. */
function withoutCredentials(url: URL): URL {
  const bare = new URL(url.href);
  bare.username = '';
  bare.password = '';
  return bare;
}
