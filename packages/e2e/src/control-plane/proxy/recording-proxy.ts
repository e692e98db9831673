import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Credentials } from '../kube/credentials.js';
import { isCountedWrite, parseApiRequest, type ApiRequest } from './api-request.js';

/** A write that passed. */
export interface RecordedWrite extends ApiRequest {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Status of the answer; undefined where none came. */
  readonly status: number | undefined;
}

export interface ProxyHooks {
  /** Called with each counted write before it is forwarded; false drops it, and the connection with it. */
  readonly before?: (write: ApiRequest) => boolean;
  /** Called once the API server has answered, before the client learns of it. */
  readonly after?: (write: ApiRequest) => void;
}

export interface ProxyOptions {
  /** Of an administrator: with these all is forwarded. */
  readonly upstream: Credentials;
  /** What the proxy shows its clients, in PEM; the upstream's authority must have signed it. */
  readonly serverCert: string;
  readonly serverKey: string;
}

/**
 * Stands between an operator and the API server: counts its writes, and tells of each before and after it is done, so
 * that the operator can be killed there. Several operators may go through one.
 */
export class RecordingProxy {
  readonly #options: ProxyOptions;
  readonly #agent: Agent;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #writes: RecordedWrite[] = [];
  readonly #requests = new Map<string, number>();
  #cutOff = false;
  hooks: ProxyHooks = {};

  private constructor(options: ProxyOptions) {
    this.#options = options;
    const { ca, cert, key } = options.upstream;
    this.#agent = new Agent({ ca, cert, key, keepAlive: true });
    this.#server = createServer({ cert: options.serverCert, key: options.serverKey }, (incoming, response) =>
      this.#forward(incoming, response),
    );
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      if (this.#cutOff) socket.destroy();
    });
  }

  static async start(options: ProxyOptions): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** How a client reaches the API server through it. */
  get credentials(): Credentials {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return { ...this.#options.upstream, server: `https://127.0.0.1:${address.port}` };
  }

  /** Writes so far, leases and Events not counted. */
  get writes(): readonly RecordedWrite[] {
    return this.#writes;
  }

  /** How many requests of each kind there were so far, reads and leases too, by method and resource. */
  get requests(): ReadonlyMap<string, number> {
    return new Map(this.#requests);
  }

  /** As if the API server were gone: no connection lives, and none comes about, until it is called with false. */
  cutOff(isOff: boolean): void {
    this.#cutOff = isOff;
    if (isOff) for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
    await once(this.#server, 'close');
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/' } = incoming;
    const what = parseApiRequest(method, url);
    const kind = what === undefined ? url : `${url.includes('watch=') ? 'WATCH' : method} ${what.resource}`;
    this.#requests.set(kind, (this.#requests.get(kind) ?? 0) + 1);
    const write = what !== undefined && isCountedWrite(what) ? what : undefined;
    if (write !== undefined && this.hooks.before?.(write) === false) {
      incoming.socket.destroy();
      return;
    }
    const note = (status: number | undefined): void => {
      if (write === undefined) return;
      this.#writes.push({ ...write, at: Date.now(), status });
      this.hooks.after?.(write);
    };
    const forwarded = request(new URL(url, this.#options.upstream.server), {
      method,
      agent: this.#agent,
      headers: { ...incoming.headers, host: new URL(this.#options.upstream.server).host },
    });
    forwarded.on('response', (answer) => {
      note(answer.statusCode);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // Headers of a watch go out before its first event.
      response.flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    forwarded.on('error', () => {
      if (!response.headersSent) note(undefined);
      response.destroy();
    });
    response.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  }
}
