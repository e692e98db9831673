import createClient, { type Client } from 'openapi-fetch';
import { ApiPromise, type WithResponse } from '../api-promise.js';
import {
  AbortError,
  InvalidInputError,
  NetworkError,
  RequestError,
  TimeoutError,
  UnexpectedResponseError,
} from '../errors/client-errors.js';
import { errorFromResponse, unexpectedAnswer } from '../errors/error-from-response.js';
import { FaceComparisonError } from '../errors/face-comparison-error.js';
import type { paths } from '../generated/openapi.js';
import { isBlob, isObject } from '../image/image-input.js';
import {
  parseBaseUrl,
  parseHeaders,
  requireRetries,
  requireTimeout,
  type FaceComparisonOptions,
  type RequestOptions,
} from '../options.js';
import { Deadline } from './deadline.js';
import { retryDelayMs } from './retry.js';

const DEFAULT_RETRIES = 2;

/** Three attempts of 30 s each, the service's own deadline unless its operator sets another, and the waits between them. */
const DEFAULT_TIMEOUT_MS = 100_000;

/** What each attempt is given. */
export interface Attempt {
  readonly http: Client<paths>;
  readonly signal: AbortSignal;
}

/** What openapi-fetch returns. */
interface Outcome<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** A response with a good status. */
export interface Answer<T> {
  readonly data: T;
  readonly response: Response;
  /** Method, path and host, for messages. */
  readonly where: string;
}

/** A call: what is done once, and what is done in each attempt. */
export interface Call<P, T, R> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Makes what all attempts send. */
  readonly prepare: (deadline: Deadline) => P | Promise<P>;
  readonly send: (attempt: Attempt, prepared: P) => Promise<Outcome<T>>;
  /** A member that every answer of the service has; others may answer 200 with something else. */
  readonly member: keyof T & string;
  /** What the caller gets. */
  readonly read: (answer: Answer<T>) => R;
  /** Where neither the call nor the client says otherwise. */
  readonly retries?: number;
}

/** Sends calls: keys and headers, time limits, attempts, errors. */
export class Transport {
  readonly #http: Client<paths>;
  readonly #baseUrl: string;
  readonly #timeoutMs: number;
  readonly #retries: number;

  /** @throws InvalidInputError when an option is not valid */
  constructor(options: FaceComparisonOptions) {
    this.#baseUrl = parseBaseUrl(options.baseUrl);
    this.#timeoutMs = requireTimeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.#retries = requireRetries(options.retries ?? DEFAULT_RETRIES);
    this.#http = createClient<paths>({
      baseUrl: this.#baseUrl,
      headers: parseHeaders(options),
      bodySerializer: serializeBody,
      // A key must not follow a redirect to another host, and workers have no redirect: 'error'.
      redirect: 'manual',
      fetch: (request) => fetchAnswer(request, options),
    });
    const { middleware = [] } = options;
    try {
      this.#http.use(...('length' in middleware ? middleware : [middleware]));
    } catch (cause) {
      throw new InvalidInputError('middleware: expected objects with onRequest, onResponse or onError', { cause });
    }
  }

  /**
   * Makes a call.
   *
   * @param describe - the call; what it throws is a rejection
   * @throws (rejects) FaceComparisonError, or the reason of the caller's signal
   */
  call<P, T extends object, R>(options: RequestOptions, describe: () => Call<P, T, R>): ApiPromise<R> {
    return new ApiPromise(this.#run(options, describe));
  }

  async #run<P, T extends object, R>(options: RequestOptions, describe: () => Call<P, T, R>): Promise<WithResponse<R>> {
    // Callers without TypeScript pass anything.
    if (!isObject(options)) throw new InvalidInputError(`options: expected an object, got ${String(options)}`);
    let where = `the call to ${this.#baseUrl}`;
    try {
      const call = describe();
      where = whereOf(call.method, this.#baseUrl + call.path);
      const answer = await this.#attempts(call, where, options);
      return { data: readAnswer(call, answer), response: answer.response };
    } catch (error) {
      if (error instanceof TimeoutError) throw error;
      throwIfAborted(options.signal);
      if (error instanceof FaceComparisonError) throw error;
      // Its message is not quoted: the caller's own code may put a secret there.
      const what = error instanceof Error ? error.name : typeof error;
      throw new RequestError(`${where} failed: middleware, sign or the platform threw ${what}; see the cause`, {
        cause: error,
      });
    }
  }

  async #attempts<P, T extends object, R>(
    call: Call<P, T, R>,
    where: string,
    options: RequestOptions,
  ): Promise<Answer<T>> {
    const timeoutMs = requireTimeout(options.timeoutMs ?? this.#timeoutMs);
    const retries = requireRetries(options.retries ?? call.retries ?? this.#retries);
    const deadline = new Deadline(timeoutMs, options.signal);
    let lastError: FaceComparisonError | undefined;
    try {
      const prepared = await deadline.race(call.prepare(deadline));
      for (let attempt = 0; ; attempt++) {
        try {
          return await this.#attempt(call, prepared, where, deadline);
        } catch (error) {
          if (deadline.signal.aborted || !isRetryable(error) || attempt >= retries) throw error;
          lastError = error;
          const delayMs = retryDelayMs(attempt, error.retryAfterMs, Math.random());
          if (delayMs >= deadline.remainingMs) throw error;
          await deadline.wait(delayMs);
        }
      }
    } catch (error) {
      if (!deadline.passed) throw error;
      const last = lastError === undefined ? '' : `; the last attempt: ${lastError.message}`;
      throw new TimeoutError(`${where} was not answered within ${timeoutMs} ms${last}`, { cause: lastError ?? error });
    } finally {
      deadline.end();
    }
  }

  async #attempt<P, T extends object, R>(
    { send, member }: Call<P, T, R>,
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

/** @throws UnexpectedResponseError when the answer lacks what `read` needs */
function readAnswer<P, T, R>({ read }: Call<P, T, R>, answer: Answer<T>): R {
  try {
    return read(answer);
  } catch (error) {
    if (error instanceof FaceComparisonError) throw error;
    throw unexpectedAnswer(
      answer.where,
      answer.response,
      'JSON that is not of the form that the service answers',
      error,
    );
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
    throw unexpectedAnswer(where, response, 'redirects elsewhere; pass the address that it redirects to as baseUrl');
  }
  if (response.ok && !/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
    throw unexpectedAnswer(where, response, 'not JSON; something else than the service answers at baseUrl');
  }
  return new Response(text === '' ? null : text, response);
}

/** Method, path and host. Not the query: it is no secret of ours, but one may be added by a middleware. */
function whereOf(method: string, address: string): string {
  // Not by the members of a URL: most of them throw in older versions of React Native.
  const [, host = '', path = '/'] = /^\w+:\/\/(?:[^/?#]*@)?([^/?#]*)([^?#]*)/.exec(address) ?? [];
  return `${method} ${path} at ${host}`;
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

function isRetryable(error: unknown): error is FaceComparisonError {
  return error instanceof FaceComparisonError && error.retryable;
}

/** @throws the reason of the signal when that is aborted */
function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  // The signals of React Native have no reason.
  if (signal.reason === undefined) throw new AbortError('the call was aborted');
  signal.throwIfAborted();
}
