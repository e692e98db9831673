import createClient, { type Client } from 'openapi-fetch';
import { InvalidInputError, NetworkError, TimeoutError, UnexpectedResponseError } from '../errors/client-errors.js';
import { errorFromResponse, RETRIED_STATUSES, unexpectedAnswer } from '../errors/error-from-response.js';
import { FaceComparisonError } from '../errors/face-comparison-error.js';
import type { paths } from '../generated/openapi.js';
import { isBlob, isObject } from '../image/image-input.js';
import { parseBaseUrl, requireHeaderText, type FaceComparisonOptions, type RequestOptions } from '../options.js';
import { Deadline } from './deadline.js';
import { retryDelayMs } from './retry.js';

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 2;

/** What each attempt has beside what is its own. */
export interface Attempt {
  readonly http: Client<paths>;
  readonly signal: AbortSignal;
}

/** What openapi-fetch gives back. */
interface Outcome<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** A good answer. */
export interface Answer<T> {
  readonly data: T;
  readonly response: Response;
  /** Method, path and host, for messages. */
  readonly where: string;
}

/** A call: what is done once, and what is done in each attempt. */
export interface Call<P, T> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly prepare: (deadline: Deadline) => P | Promise<P>;
  readonly send: (attempt: Attempt, prepared: P) => Promise<Outcome<T>>;
  /** A member that every answer of the service has; others may answer 200 with something else. */
  readonly member: keyof T & string;
  readonly retries?: number;
}

/** Sends calls: keys and headers, time limits, attempts, errors. */
export class Transport {
  readonly #http: Client<paths>;
  readonly #baseUrl: string;
  readonly #timeoutMs: number;
  readonly #retries: number;

  /** @throws InvalidInputError when an option cannot be right */
  constructor(options: FaceComparisonOptions) {
    this.#baseUrl = parseBaseUrl(options.baseUrl);
    this.#timeoutMs = requireTimeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.#retries = options.retries ?? DEFAULT_RETRIES;
    if (!(Number.isInteger(this.#retries) && this.#retries >= 0)) {
      throw new InvalidInputError(`retries must be 0 or a whole number above, received ${this.#retries}`);
    }
    const headers = { ...options.headers, ...(options.apiKey !== undefined && { 'X-Api-Key': options.apiKey }) };
    for (const [name, value] of Object.entries(headers)) requireHeaderText(name, value);
    this.#http = createClient<paths>({
      baseUrl: this.#baseUrl,
      headers,
      bodySerializer: serializeBody,
      // A key must not follow a redirect to another host, and workers have no redirect: 'error'.
      redirect: 'manual',
      fetch: (request) => fetchAnswer(request, options),
    });
    const { middleware = [] } = options;
    this.#http.use(...('length' in middleware ? middleware : [middleware]));
  }

  /**
   * Makes a call.
   * @throws FaceComparisonError, or the reason of the caller's signal
   */
  async call<P, T extends object>(call: Call<P, T>, options: RequestOptions): Promise<Answer<T>> {
    const where = whereOf(call.method, this.#baseUrl + call.path);
    const timeoutMs = requireTimeout(options.timeoutMs ?? this.#timeoutMs);
    const deadline = new Deadline(timeoutMs, options.signal);
    let lastError: unknown;
    try {
      const prepared = await deadline.race(call.prepare(deadline));
      for (let attempt = 0; ; attempt++) {
        try {
          return await this.#attempt(call, prepared, where, deadline);
        } catch (error) {
          if (deadline.signal.aborted || !mayRetry(error) || attempt >= (call.retries ?? this.#retries)) throw error;
          lastError = error;
          const delayMs = retryDelayMs(attempt, error.retryAfterMs, Math.random());
          if (delayMs >= deadline.remainingMs) throw error;
          await deadline.wait(delayMs);
        }
      }
    } catch (error) {
      if (deadline.passed) {
        const last = lastError instanceof Error ? `; the attempt before: ${lastError.message}` : '';
        throw new TimeoutError(`${where} was not answered within ${timeoutMs} ms${last}`, {
          cause: lastError ?? error,
        });
      }
      options.signal?.throwIfAborted();
      throw error;
    } finally {
      deadline.end();
    }
  }

  async #attempt<P, T extends object>(
    { send, member }: Call<P, T>,
    prepared: P,
    where: string,
    deadline: Deadline,
  ): Promise<Answer<T>> {
    let outcome: Outcome<T>;
    try {
      // A fetch, a middleware or a signing function of the caller's own may not heed the signal.
      outcome = await deadline.race(send({ http: this.#http, signal: deadline.signal }, prepared));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new UnexpectedResponseError(`${where} answered JSON that is cut off or broken`, { cause: error });
    }
    const { data, error, response } = outcome;
    if (!response.ok) throw errorFromResponse(where, response, error);
    if (data === undefined || !(member in Object(data))) {
      throw unexpectedAnswer(where, response, `without "${member}", which the service always answers`);
    }
    return { data, response, where };
  }
}

function serializeBody(body: unknown): Blob | string {
  // Without its type, which is in the header already: workerd would take a typed form for a FormData and warn.
  return isObject(body) && isBlob(body) ? body.slice() : JSON.stringify(body);
}

/** Sends one request and reads its answer to the end, so that a connection that breaks on the way is known as such. */
async function fetchAnswer(request: Request, { fetch, sign }: FaceComparisonOptions): Promise<Response> {
  const signed = sign === undefined ? request : await sign(request);
  const where = whereOf(signed.method, signed.url);
  // Called as plain functions: browsers refuse a fetch whose `this` is something else.
  const send = fetch ?? globalThis.fetch;
  let response: Response;
  let text: string;
  try {
    response = await send(signed);
    text = await response.text();
  } catch (cause) {
    throw new NetworkError(`${where} could not be reached, or the connection broke${systemCodeOf(cause)}`, { cause });
  }
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    throw unexpectedAnswer(where, response, 'redirects elsewhere; give the address that it redirects to as baseUrl');
  }
  if (response.ok && !/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
    throw unexpectedAnswer(where, response, 'not JSON; something else than the service answers at baseUrl');
  }
  return new Response(text === '' ? null : text, response);
}

/** Method, path and host. Not the query: it is no secret of ours, but one may be added by a middleware. */
function whereOf(method: string, address: string): string {
  const { host, pathname } = new URL(address);
  return `${method} ${pathname} at ${host}`;
}

/** Node says in the cause of the error what went wrong: ` (ECONNREFUSED)`. */
function systemCodeOf(error: unknown): string {
  const cause = memberOf(error, 'cause');
  const code = memberOf(cause, 'code');
  return typeof code === 'string' ? ` (${code})` : '';
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined;
}

function mayRetry(error: unknown): error is FaceComparisonError {
  return (
    error instanceof NetworkError ||
    (error instanceof FaceComparisonError && error.status !== undefined && RETRIED_STATUSES.includes(error.status))
  );
}

function requireTimeout(timeoutMs: number): number {
  if (!(timeoutMs > 0)) throw new InvalidInputError(`timeoutMs must be above 0, received ${timeoutMs}`);
  return timeoutMs;
}
