import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PROXY_CERTIFICATE, PROXY_KEY } from './certificate.js';

/** An HTTP proxy on a loopback address that opens tunnels, and notes what it was asked for. */
export interface ConnectProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly port: number;
  /** What each CONNECT asked for, in order: `93.184.216.34:443`. */
  readonly asked: readonly string[];
  /** How many connections of clients are open now. */
  readonly open: () => number;
  close(): Promise<void>;
}

export interface ConnectProxyOptions {
  /** The port on 127.0.0.1 that stands for what is asked for; anything else is answered with 502. */
  readonly routes?: Readonly<Record<string, number>>;
  /** `user:password` that it asks for. */
  readonly credentials?: string;
  /** The status of every answer; `silent` for none at all. */
  readonly answer?: number | 'silent';
  /** Whether it speaks TLS itself, with PROXY_CERTIFICATE. */
  readonly isTls?: boolean;
}

export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const { routes = {}, credentials, answer, isTls = false } = options;
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = isTls ? createHttpsServer({ key: PROXY_KEY, cert: PROXY_CERTIFICATE }) : createServer();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Duplex, head: Buffer) => {
    asked.push(url);
    client.on('error', () => undefined);
    if (answer === 'silent') {
      // Else it would not notice that the client has gone.
      client.resume().on('end', () => client.destroy());
      return;
    }
    const port = routes[url];
    const found = port === undefined ? 502 : 200;
    const status = answer ?? (isAuthorized(headers, credentials) ? found : 407);
    if (status !== 200 || port === undefined) {
      client.end(`HTTP/1.1 ${status} Not Here\r\nproxy-authenticate: Basic realm="inner"\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    port,
    asked,
    open: () => sockets.size,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function isAuthorized(headers: IncomingMessage['headers'], credentials: string | undefined): boolean {
  if (credentials === undefined) return true;
  return headers['proxy-authorization'] === `Basic ${Buffer.from(credentials).toString('base64')}`;
}
