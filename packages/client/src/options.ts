import type { Middleware } from 'openapi-fetch';
import { environmentVariable } from './environment.js';
import { InvalidInputError } from './errors/client-errors.js';

/** How a client reaches the service. */
export interface FaceComparisonOptions {
  /**
   * Where the service is: `https://faces.example.com`, with a path where it has one. In a browser `/` is the page's own host.
   * @defaultValue the environment variable `FACE_COMPARISON_URL`, where there is an environment
   */
  readonly baseUrl?: string | URL | undefined;
  /**
   * Sent as `X-Api-Key`, to `baseUrl` only. `null` sends none, whatever the environment says.
   * @defaultValue the environment variable `FACE_COMPARISON_API_KEY`, where there is an environment
   */
  readonly apiKey?: string | null | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: typeof fetch | undefined;
  /** How long a call may take, with all attempts and waits, in milliseconds; `Infinity` for no limit. @defaultValue 100000 */
  readonly timeoutMs?: number | undefined;
  /** How often a call is retried after an error that is `retryable`. @defaultValue 2 */
  readonly retries?: number | undefined;
  /** Every call is answered by this version or fails with `ModelVersionUnavailableError`. */
  readonly modelVersion?: string | undefined;
  /** Name of the model in `models`, `model` and `pin`. @defaultValue 'default' */
  readonly modelName?: string | undefined;
  /** Called for each attempt with its request, its response and its error (openapi-fetch's middleware). */
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
  /** Instead of the client's. */
  readonly retries?: number | undefined;
}

/** What `analyze` and `compare` answer about each face. */
export interface FaceDetailOptions extends RequestOptions {
  /** Five points of each face. @defaultValue false */
  readonly landmarks?: boolean | undefined;
  /** Sharpness, brightness, pose and size. @defaultValue false */
  readonly quality?: boolean | undefined;
  /** Faces whose confidence is below this are left out, 0 to 1. @defaultValue 0 */
  readonly minConfidence?: number | undefined;
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
  /**
   * Which face of a source photo with several is compared: the largest one (among faces of about its size the most central one), or
   * `only`, which rejects with MultipleFacesFoundError when the source shows a second person. @defaultValue 'largest'
   */
  readonly sourceFace?: 'largest' | 'only' | undefined;
  /** The vector of each face. @defaultValue false */
  readonly faceHash?: boolean | undefined;
}

/** Options of `models` and `model`. */
export interface ModelOptions extends RequestOptions {
  /** Of the model. @defaultValue the client's `modelName` */
  readonly name?: string | undefined;
}

/**
 * Where the service is, without a slash at the end.
 *
 * @param given - the option; the environment decides where it is undefined
 * @throws InvalidInputError when it is missing or not a valid address
 */
export function parseBaseUrl(given: string | URL | undefined): string {
  const baseUrl = given ?? environmentVariable('FACE_COMPARISON_URL');
  if (baseUrl === undefined) {
    throw new InvalidInputError('baseUrl is missing: pass it, or set the environment variable FACE_COMPARISON_URL');
  }
  const scope: { readonly location?: { readonly href?: string } } & object = globalThis;
  let href: string;
  try {
    ({ href } = new URL(String(baseUrl), scope.location?.href));
  } catch {
    // Without the cause: it quotes the text, which may have credentials in it.
    throw new InvalidInputError('baseUrl: expected a URL such as https://faces.example.com');
  }
  // Not by the members of the URL: most of them throw in older versions of React Native.
  if (!/^https?:\/\/[^/?#@]+(?:\/[^?#]*)?$/i.test(href)) {
    throw new InvalidInputError(
      'baseUrl: expected http: or https: and no credentials, query or fragment; pass a key as apiKey',
    );
  }
  return href.replace(/\/+$/, '');
}

/**
 * The headers of every request.
 * @throws InvalidInputError when one of them is not valid; the platform's own error would quote its value
 */
export function parseHeaders({ headers, apiKey }: FaceComparisonOptions): Record<string, string> {
  const key = apiKey === undefined ? environmentVariable('FACE_COMPARISON_API_KEY') : apiKey;
  const all = { ...headers, ...(typeof key === 'string' && { 'X-Api-Key': key }) };
  for (const [name, value] of Object.entries(all)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
      throw new InvalidInputError(`headers: ${JSON.stringify(name)} is not a valid name of a header`);
    }
    if (typeof value !== 'string' || !/^[\t !-~\u0080-\u00ff]*$/.test(value)) {
      throw new InvalidInputError(
        `${name}: expected a text without line breaks and other characters that a header cannot hold`,
      );
    }
  }
  return all;
}

/** @throws InvalidInputError when it is not a valid time limit */
export function requireTimeout(timeoutMs: number): number {
  if (!(timeoutMs > 0)) throw new InvalidInputError(`timeoutMs: expected a number above 0, got ${timeoutMs}`);
  return timeoutMs;
}

/** @throws InvalidInputError when it is not a valid number of retries */
export function requireRetries(retries: number): number {
  if (!Number.isInteger(retries) || retries < 0) {
    throw new InvalidInputError(`retries: expected a whole number from 0, got ${retries}`);
  }
  return retries;
}
