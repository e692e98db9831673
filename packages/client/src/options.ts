import type { Middleware } from 'openapi-fetch';
import { InvalidInputError } from './errors/client-errors.js';

/** How a client reaches the service. */
export interface FaceComparisonOptions {
  /** Where the service is: `https://faces.example.com`, with a path where it has one. In a browser `/` is the page's own host. */
  readonly baseUrl: string | URL;
  /** Sent as `X-Api-Key`, to `baseUrl` only. */
  readonly apiKey?: string | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: typeof fetch | undefined;
  /** How long a call may take, with all attempts and waits. @defaultValue 30000 */
  readonly timeoutMs?: number | undefined;
  /** How often a call is tried again after 429, 503, 504 or a network error. @defaultValue 2 */
  readonly retries?: number | undefined;
  /** Every call is answered by this version or fails with `ModelVersionUnavailableError`. */
  readonly modelVersion?: string | undefined;
  /** Name of the model in `models`, `model` and `pin`. @defaultValue 'default' */
  readonly modelName?: string | undefined;
  /** Sees each attempt: its request, its answer, its error (openapi-fetch's middleware). */
  readonly middleware?: Middleware | readonly Middleware[] | undefined;
  /** Called last before each attempt is sent, for signatures over the whole request such as AWS SigV4. */
  readonly sign?: ((request: Request) => Request | Promise<Request>) | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What one call may say. */
export interface RequestOptions {
  /** Ends the call at once, also while it waits; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of the client's. */
  readonly modelVersion?: string | undefined;
  /** An id of yours, for the log of the service: 1 to 128 printable characters. */
  readonly requestId?: string | undefined;
  /** Instead of the client's. */
  readonly timeoutMs?: number | undefined;
}

/** What `analyze` and `compare` answer about each face. */
export interface FaceDetailOptions extends RequestOptions {
  /** Five points of each face. @defaultValue false */
  readonly landmarks?: boolean | undefined;
  /** Sharpness, brightness, pose and size. @defaultValue false */
  readonly quality?: boolean | undefined;
  /** `high` finds smaller faces in large photos of crowds and takes several times as long. @defaultValue 'normal' */
  readonly detail?: 'normal' | 'high' | undefined;
}

/** Options of `analyze`. */
export interface AnalyzeOptions extends FaceDetailOptions {
  /** 1 to 100, the largest first. @defaultValue 100 */
  readonly maxFaces?: number | undefined;
  /** The vector of each face. Without it the answer comes sooner. @defaultValue true */
  readonly faceHash?: boolean | undefined;
}

/** Options of `compare`. */
export interface CompareOptions extends FaceDetailOptions {
  /** Faces at least this similar are matches, 0 to 100. @defaultValue the model's `defaultThreshold` */
  readonly similarityThreshold?: number | undefined;
  /** The vector of each face. @defaultValue false */
  readonly faceHash?: boolean | undefined;
}

/** Options of `models` and `model`. */
export interface ModelOptions extends RequestOptions {
  /** Of the model. @defaultValue the client's `modelName` */
  readonly name?: string | undefined;
}

/** Where the service is, without a slash at the end. */
export function parseBaseUrl(baseUrl: string | URL): string {
  const scope: { readonly location?: { readonly href?: string } } & object = globalThis;
  const page = scope.location?.href;
  let url: URL;
  try {
    url = new URL(String(baseUrl), page);
  } catch {
    // Without the cause: it quotes the text, which may have credentials in it.
    throw new InvalidInputError('baseUrl must be a URL such as https://faces.example.com');
  }
  if (!/^https?:$/.test(url.protocol) || url.username + url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new InvalidInputError(
      'baseUrl must be http: or https: and have no credentials, query or fragment; give a key as apiKey',
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** What a header may hold. The platform's own error would quote the value. */
export function requireHeaderText(name: string, value: string): string {
  if (!/^[\t !-~\u0080-\u00ff]*$/.test(value)) {
    throw new InvalidInputError(`${name} has a character that a header cannot hold, perhaps a line break`);
  }
  return value;
}
