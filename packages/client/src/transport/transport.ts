import createClient, { type Client } from 'openapi-fetch';
import { InvalidInputError, NetworkError, TimeoutError, UnexpectedResponseError } from '../errors/client-errors.js';
import { errorFromResponse, RETRIED_STATUSES, unexpectedAnswer } from '../errors/error-from-response.js';
import { FaceComparisonError } from '../errors/face-comparison-error.js';
import type { paths } from '../generated/openapi.js';
import { isBlob } from '../image/image-input.js';
import { parseBaseUrl, requireHeaderText, type FaceComparisonOptions, type RequestOptions } from '../options.js';
import { Deadline } from './deadline.js';
import { retryDelayMs } from './retry.js';

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 2;

/** What one attempt has to send beside what is its own. */
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
}

/** One call: what it is called in errors, what is done once, and what is done in each attempt. */
export interface Call<P, T> {
  /** `POST /compare`. */
  readonly name: string;
  readonly prepare: (deadline: Deadline) => P | Promise<P>;
  readonly send: (attempt: Attempt, prepared: P) => Promise<Outcome<T>>;
  /** Whether the answer is what the service answers; a proxy may answer 200 with a page of its own. */
  readonly isAnswer: (data: T) => boolean;
  readonly retries?: number;
}

/** Sends calls: keys and headers, time limits, attempts, errors. */
export class Transport {
  readonly #http: Client<paths>;
  readonly #host: string;
  readonly #timeoutMs: number;
  readonly #retries: number;

  constructor(options: FaceComparisonOptions) {
    const baseUrl = parseBaseUrl(options.baseUrl);
    this.#host = new URL(baseUrl).host;
    this.#timeoutMs = requireTimeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.#retries = options.retries ?? DEFAULT_RETRIES;
    if (!(Number.isInteger(this.#retries) && this.#retries >= 0)) {
      throw new InvalidInputError(`retries must be 0 or a whole number above, received ${this.#retries}`);
    }
    const headers = { ...options.headers, ...(options.apiKey !== undefined && { 'X-Api-Key': options.apiKey }) };
    for (const [name, value] of Object.entries(headers)) requireHeaderText(name, value);
    this.#http = createClient<paths>({
      baseUrl,
      headers,
      bodySerializer: (body) => (typeof body === 'object' && isBlob(body) ? body : JSON.stringify(body)),
      // A key must not follow a redirect to another host, and workers have no redirect: 'error'.
      redirect: 'manual',
      fetch: (request) => this.#fetch(request, options),
    });
    const { middleware = [] } = options;
    this.#http.use(...('length' in middleware ? middleware : [middleware]));
  }

  /**
   * Makes a call.
   * @throws FaceComparisonError, or the reason of the caller's signal
   */
  async call<P, T>(call: Call<P, T>, options: RequestOptions): Promise<Answer<T>> {
    const timeoutMs = requireTimeout(options.timeoutMs ?? this.#timeoutMs);
    const deadline = new Deadline(timeoutMs, options.signal);
    let lastError: unknown;
    try {
      deadline.signal.throwIfAborted();
      const prepared = await call.prepare(deadline);
      for (let attempt = 0; ; attempt++) {
        try {
          return await this.#attempt(call, prepared, deadline);
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
        const last = lastError instanceof Error ? `; before that: ${lastError.message}` : '';
        throw new TimeoutError(`${call.name} at ${this.#host} was not answered within ${timeoutMs} ms${last}`, {
          cause: lastError ?? error,
        });
      }
      options.signal?.throwIfAborted();
      throw error;
    } finally {
      deadline.end();
    }
  }

  async #attempt<P, T>(call: Call<P, T>, prepared: P, { signal }: Deadline): Promise<Answer<T>> {
    const where = `${call.name} at ${this.#host}`;
    let outcome: Outcome<T>;
    try {
      outcome = await call.send({ http: this.#http, signal }, prepared);
    } catch (error) {
      if (error instanceof AttemptError) throw error.of(where);
      if (error instanceof SyntaxError) {
        throw new UnexpectedResponseError(`${where} answered JSON that is cut off or broken`, { cause: error });
      }
      throw error;
    }
    const { data, error, response } = outcome;
    if (!response.ok) throw errorFromResponse(where, response, error);
    if (data === undefined || !call.isAnswer(data)) {
      throw unexpectedAnswer(where, response, 'not what the service answers; is baseUrl the service?');
    }
    return { data, response };
  }

  /** Sends one request and reads its answer to the end, so that a connection that breaks on the way is known as such. */
  async #fetch(request: Request, { fetch: customFetch, sign }: FaceComparisonOptions): Promise<Response> {
    const signed = sign === undefined ? request : await sign(request);
    // Called as a plain function: browsers refuse a `fetch` whose `this` is something else.
    const send = customFetch ?? globalThis.fetch;
    let response: Response;
    let text: string;
    try {
      response = await send(signed);
      text = await response.text();
    } catch (cause) {
      throw new AttemptError(
        (where) => new NetworkError(`${where} could not be reached, or the connection broke`, { cause }),
      );
    }
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      throw new AttemptError((where) =>
        unexpectedAnswer(where, response, 'redirects elsewhere; give as baseUrl the address that it redirects to'),
      );
    }
    if (response.ok && !/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
      throw new AttemptError((where) =>
        unexpectedAnswer(where, response, 'its body is not JSON; is baseUrl the service?'),
      );
    }
    return new Response(text === '' ? null : text, response);
  }
}

/** Carries what went wrong past openapi-fetch, to where the name of the call is known. */
class AttemptError extends Error {
  readonly of: (where: string) => FaceComparisonError;

  constructor(of: (where: string) => FaceComparisonError) {
    super();
    this.of = of;
  }
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
