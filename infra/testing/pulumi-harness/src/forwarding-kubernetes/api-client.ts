import { Agent, request } from 'node:https';
import { parseObject, stringAt, type JsonObject } from '../pulumi/json.js';
import type { Credentials } from './credentials.js';

/** What the API server refused. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface ApiRequest {
  readonly method: 'GET' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly body?: JsonObject;
  /** @default application/json */
  readonly contentType?: string;
}

const REQUEST_TIMEOUT_MS = 300_000;

/** Speaks to one API server over connections that it keeps. */
export class ApiClient {
  readonly #credentials: Credentials;
  readonly #agent: Agent;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
    this.#agent = new Agent({
      keepAlive: true,
      ca: credentials.ca,
      cert: credentials.certificate,
      key: credentials.key,
    });
  }

  /** @throws ApiError when the answer is no success; Error when there is none */
  async call({ method, path, body, contentType = 'application/json' }: ApiRequest): Promise<JsonObject> {
    const { server, token } = this.#credentials;
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const call = request(new URL(path, server), {
        method,
        agent: this.#agent,
        timeout: REQUEST_TIMEOUT_MS,
        headers: {
          Accept: 'application/json',
          // Node gives a DELETE no length by itself, and the server would take the body for the next request.
          ...(bytes === undefined ? {} : { 'Content-Type': contentType, 'Content-Length': bytes.length }),
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
      });
      call.once('timeout', () => call.destroy(new Error(`${server} did not answer within ${REQUEST_TIMEOUT_MS} ms`)));
      call.once('error', reject);
      call.once('response', (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text: received }));
      });
      call.end(bytes);
    });
    if (status < 200 || status > 299)
      throw new ApiError(status, messageOf(text, `${method} ${path}: status ${status}`));
    return parseObject(text, `the answer to ${method} ${path}`);
  }

  /** As `call`, and undefined where there is nothing. */
  async find(path: string): Promise<JsonObject | undefined> {
    try {
      return await this.call({ method: 'GET', path });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

function messageOf(text: string, otherwise: string): string {
  try {
    return stringAt(parseObject(text, 'the answer'), 'message') || otherwise;
  } catch {
    return `${otherwise}: ${text.slice(0, 300)}`;
  }
}
