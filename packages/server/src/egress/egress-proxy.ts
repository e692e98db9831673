import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { codeOf, isErrorLike } from '../error-like.js';

/** Why a proxy opened no tunnel. */
export type EgressFailure =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'timeout' }
  /** The proxy answered CONNECT with this status. */
  | { readonly kind: 'refused'; readonly status: number };

/**
 * The proxy opened no tunnel. The message is for the operator: it names the proxy (without credentials) and the address
 * that was asked for, and must not reach a client.
 */
export class EgressProxyError extends Error {
  override readonly name = 'EgressProxyError';
  readonly failure: EgressFailure;

  constructor(message: string, failure: EgressFailure) {
    super(message);
    this.failure = failure;
  }
}

/** Where a tunnel leads. */
export interface TunnelTarget {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * An HTTP proxy that opens tunnels with CONNECT (RFC 9110, section 9.3.6). Its credentials are a private field, so that
 * neither a log line nor JSON of a configuration can show them.
 */
export class EgressProxy {
  /** The URL of the proxy without credentials, such as `http://proxy.example:3128`. */
  readonly origin: string;
  readonly #isTls: boolean;
  readonly #hostname: string;
  readonly #port: number;
  readonly #authorization: string | undefined;

  private constructor(url: URL) {
    this.origin = url.origin;
    this.#isTls = url.protocol === 'https:';
    this.#hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
    this.#port = url.port === '' ? (this.#isTls ? 443 : 80) : Number(url.port);
    const userAndPassword = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    this.#authorization =
      userAndPassword === ':' ? undefined : `Basic ${Buffer.from(userAndPassword).toString('base64')}`;
  }

  /**
   * Reads the URL of a proxy.
   *
   * @param text `http://host:port` or `https://host:port`, with `user:password@` before the host where the proxy asks for
   *   credentials; without a port it is 80 or 443
   * @throws RangeError that says what is expected and repeats nothing of the text
   */
  static parse(text: string): EgressProxy {
    const url = URL.parse(text);
    const isProxyUrl =
      url !== null &&
      (url.protocol === 'http:' || url.protocol === 'https:') &&
      url.pathname === '/' &&
      url.search === '' &&
      url.hash === '';
    if (isProxyUrl) {
      try {
        return new EgressProxy(url);
      } catch {
        // A percent sign in the credentials that begins no escape.
      }
    }
    throw new RangeError('expected http://[user:password@]host[:port] or https://[user:password@]host[:port]');
  }

  /**
   * Opens a tunnel.
   *
   * @param options.signal ends the attempt
   * @param options.ca certificate authorities to trust for a proxy behind https; Node's unless given
   * @returns a socket whose other end is the target
   * @throws EgressProxyError
   */
  openTunnel(
    { host, port }: TunnelTarget,
    options: { readonly signal: AbortSignal; readonly ca?: readonly string[] | undefined },
  ): Promise<Socket> {
    const { signal, ca } = options;
    const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
    return new Promise((resolve, reject) => {
      const fail = (what: string, failure: EgressFailure): void =>
        reject(new EgressProxyError(`egress proxy ${this.origin} ${what}`, failure));
      const request = (this.#isTls ? httpsRequest : httpRequest)({
        method: 'CONNECT',
        host: this.#hostname,
        port: this.#port,
        path: authority,
        headers: {
          host: authority,
          ...(this.#authorization !== undefined && { 'proxy-authorization': this.#authorization }),
        },
        // The global agent would itself go through HTTPS_PROXY where NODE_USE_ENV_PROXY is set.
        agent: false,
        signal,
        // Else Node would take the name from the Host header, which is that of the target. An address is no server name.
        servername: isIP(this.#hostname) === 0 ? this.#hostname : '',
        rejectUnauthorized: true,
        ...(ca !== undefined && { ca: [...ca] }),
      });
      request.once('connect', ({ statusCode = 0, statusMessage = '' }, socket: Socket, head) => {
        if (statusCode >= 200 && statusCode < 300) {
          if (head.length > 0) socket.unshift(head);
          resolve(socket);
          return;
        }
        socket.destroy();
        const status = `${statusCode} ${statusMessage.slice(0, 80)}`.trimEnd();
        fail(`answered ${status} to CONNECT ${authority}`, { kind: 'refused', status: statusCode });
      });
      request.once('error', (error) => {
        if (signal.aborted)
          fail(`did not answer CONNECT ${authority}: ${reasonOf(signal.reason)}`, { kind: 'timeout' });
        else fail(`cannot be reached: ${reasonOf(error)}`, { kind: 'unreachable' });
      });
      request.end();
    });
  }
}

/** When every address of a host fails, Node throws an error without a message. */
function reasonOf(error: unknown): string {
  return isErrorLike(error) && error.message !== '' ? error.message : (codeOf(error) ?? 'no reason given');
}
