import type { KubeConfig } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { systemClock, type Clock } from '../clock.js';
import { KubeError, errorFromAnswer } from '../errors.js';
import { Connection } from './connection.js';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface ApiRequest {
  readonly method: Method;
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
  readonly contentType?: string;
  /** For messages: `apply configmaps default/settings`. */
  readonly action: string;
  /** Whether sending it twice does what sending it once does. */
  readonly idempotent: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface TransportOptions {
  readonly kubeConfig: KubeConfig;
  readonly userAgent: string;
  /** For a whole call with its repetitions, or for the head of an answer that does not end. */
  readonly requestTimeoutMs: number;
  readonly clock?: Clock | undefined;
  /** Told of every answer; `status` is undefined if there was none. */
  onAnswer?(method: Method, host: string, status: number | undefined): void;
}

/** How often a request is repeated that the server asked to send later. */
const MAX_REPEATS = 4;

/** Longer waits are the caller's to make, in ms. */
const LONGEST_REPEAT_DELAY_MS = 10_000;

/** Requests and answers over the shared connections: deadlines, repetitions, errors. Knows HTTP, not objects. */
export class Transport {
  readonly #connection: Connection;
  readonly #options: TransportOptions;
  readonly #clock: Clock;

  constructor(options: TransportOptions) {
    this.#connection = new Connection(options.kubeConfig);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Sends a request and returns the text of its answer. @throws KubeError, or the reason of the caller's aborted signal */
  async send(request: ApiRequest): Promise<string> {
    const limit = new Limit(this.#options.requestTimeoutMs, request.signal);
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          const answer = await this.#dispatch(request, limit.signal);
          return await answer.body.text();
        } catch (error) {
          const delayMs = repeatDelayMs(request, error, attempt);
          if (delayMs === undefined) throw error;
          await this.#clock.sleep(delayMs, limit.signal);
        }
      }
    } catch (error) {
      throw this.#explain(request, error, limit);
    } finally {
      limit.clear();
    }
  }

  /**
   * Sends a request whose answer does not end by itself and yields the pieces of its body.
   * @throws KubeError, or the reason of the caller's aborted signal
   */
  async *open(request: ApiRequest): AsyncGenerator<Uint8Array, void, undefined> {
    const limit = new Limit(this.#options.requestTimeoutMs, request.signal);
    try {
      const answer = await this.#dispatch(request, limit.signal);
      limit.lift();
      yield* chunksOf(answer.body);
    } catch (error) {
      throw this.#explain(request, error, limit);
    } finally {
      limit.clear();
    }
  }

  /** Ends all connections, and the requests on them. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  async #dispatch(request: ApiRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { server } = this.#connection;
    let status: number | undefined;
    try {
      const { dispatcher, headers } = await this.#connection.access();
      const query = request.query?.size ? `?${request.query.toString()}` : '';
      const answer = await dispatcher.request({
        origin: server.origin,
        path: server.pathname.replace(/\/$/, '') + request.path + query,
        method: request.method,
        headers: {
          ...headers,
          accept: 'application/json',
          'user-agent': this.#options.userAgent,
          ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
        },
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal,
        // The limits are ours: undici's own would end every quiet watch after five minutes.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      status = answer.statusCode;
      if (status < 300) return answer;
      const retryAfter = answer.headers['retry-after'];
      throw errorFromAnswer(
        request.action,
        status,
        await answer.body.text(),
        typeof retryAfter === 'string' ? retryAfter : undefined,
      );
    } finally {
      this.#options.onAnswer?.(request.method, server.host, status);
    }
  }

  #explain(request: ApiRequest, error: unknown, limit: Limit): unknown {
    if (error instanceof KubeError) return error;
    if (request.signal?.aborted) return request.signal.reason;
    if (limit.expired) {
      const said = `no answer within ${this.#options.requestTimeoutMs} ms`;
      return new KubeError({ code: 'timeout', action: request.action, said, cause: error });
    }
    const { origin } = this.#connection.server;
    const said = isBrokenConnection(error)
      ? `the connection to ${origin} broke: ${wordsOf(error)}`
      : `${origin} cannot be reached: ${wordsOf(error)}`;
    return new KubeError({ code: 'unreachable', action: request.action, said, cause: error });
  }
}

/** A signal that aborts after some time, or when the caller's does. */
class Limit {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #onParent = (): void => this.#controller.abort(this.#parent?.reason);
  expired = false;

  constructor(ms: number, parent: AbortSignal | undefined) {
    this.#parent = parent;
    this.#timer = setTimeout(() => {
      this.expired = true;
      this.#controller.abort(new DOMException('the deadline is over', 'TimeoutError'));
    }, ms);
    if (parent?.aborted) this.#onParent();
    parent?.addEventListener('abort', this.#onParent, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From here on only the caller ends it. */
  lift(): void {
    clearTimeout(this.#timer);
  }

  /** Lets go of the caller's signal, which may live as long as the process. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#parent?.removeEventListener('abort', this.#onParent);
  }
}

/** How long to wait before sending a request again; undefined if it must not be. */
function repeatDelayMs(request: ApiRequest, error: unknown, attempt: number): number | undefined {
  if (!request.idempotent) return undefined;
  if (error instanceof KubeError) {
    const asked = error.status === 429 || error.status === 503 ? error.retryAfterMs : undefined;
    return asked !== undefined && asked <= LONGEST_REPEAT_DELAY_MS && attempt < MAX_REPEATS ? asked : undefined;
  }
  // A server may close a kept connection in the moment we use it.
  return attempt === 0 && isBrokenConnection(error) ? 0 : undefined;
}

function isBrokenConnection(error: unknown): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** A refused connection to a name with two addresses is an AggregateError without a message. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || codeOf(error) || error.name;
}

async function* chunksOf(body: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of body) if (chunk instanceof Uint8Array) yield chunk;
}
