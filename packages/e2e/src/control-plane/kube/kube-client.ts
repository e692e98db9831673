import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import Type, { type Static, type TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';
import type { Credentials } from './credentials.js';

/** The API server said no. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The API server answered something that the harness does not know: one of them is wrong. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
}

/** One line of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

const WatchEventSchema = Type.Object({ type: Type.String(), object: Type.Unknown() });
const StatusSchema = Type.Object({ message: Type.String() });

/** Field manager of what the harness writes, to tell it from the operator. */
export const HARNESS_MANAGER = 'control-plane-harness';

/** What a simulated pod needs of the API server. */
export type PodClient = Pick<KubeClient, 'find' | 'create' | 'patch' | 'delete'>;

const REQUEST_DEADLINE_MS = 300_000;

/**
 * A few lines of HTTP to the API server. Not the operator's client: what watches the operator must not share its defects.
 */
export class KubeClient {
  readonly #credentials: Credentials;
  readonly #agent: Agent;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
    const { ca, cert, key } = credentials;
    this.#agent = new Agent({ ca, cert, key, keepAlive: true, maxSockets: 64 });
  }

  /** @throws KubeError, also for an object that is not there */
  async get<T extends TSchema>(schema: T, path: string): Promise<Static<T>> {
    return parsed(schema, await this.#json('GET', path), path);
  }

  /** Undefined for what is not there. */
  async find<T extends TSchema>(schema: T, path: string): Promise<Static<T> | undefined> {
    return this.get(schema, path).catch((error: unknown) => {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    });
  }

  /** All objects of a path, and the version of the list to watch from. */
  async list<T extends TSchema>(
    schema: T,
    path: string,
  ): Promise<{ readonly items: readonly Static<T>[]; readonly resourceVersion: string }> {
    const list = Type.Object({ metadata: Type.Object({ resourceVersion: Type.String() }), items: Type.Array(schema) });
    const { items, metadata } = parsed(list, await this.#json('GET', path), path);
    return { items, resourceVersion: metadata.resourceVersion };
  }

  /** Makes an object in the collection of the path. */
  async create(path: string, body: object): Promise<void> {
    await this.#json('POST', path, body);
  }

  /** Server-side apply, as `kubectl apply --server-side`. */
  async apply(path: string, body: object): Promise<void> {
    await this.#json(
      'PATCH',
      `${path}?fieldManager=${HARNESS_MANAGER}&force=true`,
      body,
      'application/apply-patch+yaml',
    );
  }

  /** JSON merge patch, as `kubectl patch --type=merge`. */
  async patch(path: string, body: object): Promise<void> {
    await this.#json('PATCH', `${path}?fieldManager=${HARNESS_MANAGER}`, body, 'application/merge-patch+json');
  }

  /** Deletes an object; one that is gone already is no error. */
  async delete(path: string, options: object = {}): Promise<void> {
    await this.#json('DELETE', path, options).catch((error: unknown) => {
      if (!(error instanceof KubeError && (error.status === 404 || error.status === 409))) throw error;
    });
  }

  /**
   * Follows a collection until the API server ends the watch, as it does from time to time.
   * @param path with the query of the list, such as a label selector
   * @throws KubeError 410 when the version is too old: list again
   */
  async *watch(path: string, resourceVersion: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=240&resourceVersion=${resourceVersion}`;
    const response = await this.#send('GET', `${path}${path.includes('?') ? '&' : '?'}${query}`, { signal });
    if (response.statusCode !== 200) throw await refusal(response, 'GET', path);
    for await (const line of createInterface({ input: response })) {
      const event = parsed(WatchEventSchema, JSON.parse(line), path);
      if (event.type === 'ERROR') throw new KubeError(410, `the watch of ${path} broke: ${line}`);
      yield event;
    }
  }

  /** Whether the API server answers. */
  async isReady(): Promise<boolean> {
    return this.#send('GET', '/readyz', { signal: AbortSignal.timeout(30_000) }).then(
      (response) => {
        response.resume();
        return response.statusCode === 200;
      },
      () => false,
    );
  }

  close(): void {
    this.#agent.destroy();
  }

  async #json(method: string, path: string, body?: object, contentType = 'application/json'): Promise<unknown> {
    const response = await this.#send(method, path, {
      signal: AbortSignal.timeout(REQUEST_DEADLINE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), contentType }),
    });
    if (response.statusCode === undefined || response.statusCode >= 300) throw await refusal(response, method, path);
    return JSON.parse(await textOf(response)) as unknown;
  }

  async #send(
    method: string,
    path: string,
    { body, contentType, signal }: { body?: string; contentType?: string; signal: AbortSignal },
  ): Promise<IncomingMessage> {
    const sent = request(new URL(path, this.#credentials.server), {
      method,
      agent: this.#agent,
      signal,
      // The length is given, since Node sends the body of a DELETE without any framing otherwise.
      headers: {
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
    });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }
}

/** @throws UnexpectedAnswerError */
export function parsed<T extends TSchema>(schema: T, value: unknown, where: string): Static<T> {
  if (Check(schema, value)) return value;
  const [first] = Errors(schema, value);
  throw new UnexpectedAnswerError(
    `${where}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not what was expected'}`,
  );
}

async function refusal(response: IncomingMessage, method: string, path: string): Promise<KubeError> {
  const text = await textOf(response);
  const status = response.statusCode ?? 0;
  let message = text;
  try {
    const value: unknown = JSON.parse(text);
    if (Check(StatusSchema, value)) message = value.message;
  } catch {
    // not JSON: said as it came
  }
  return new KubeError(status, `${method} ${path}: ${status} ${message}`);
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: string[] = [];
  response.setEncoding('utf8');
  for await (const chunk of response) chunks.push(String(chunk));
  return chunks.join('');
}
