import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { photo } from './pictures.js';

/** A web server of photos, friendly and hostile, on a loopback address. */
export interface ImageHost {
  /** `127.0.0.1:PORT`, for --allow-host. */
  readonly host: string;
  /** The URL of a path: /photos/NAME, /page.html, /endless, /silent, /status/N, /redirect?to=URL. */
  url(path: string): string;
  close(): Promise<void>;
}

export async function startImageHost(): Promise<ImageHost> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return {
    host,
    url: (path) => `http://${host}${path}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://host');
  const [, place = '', rest = ''] = url.pathname.split('/');
  switch (place) {
    case 'photos':
      response.setHeader('Content-Type', 'image/jpeg').end(photo(rest));
      return;
    case 'page.html':
      // It calls itself a photo, as pages behind a login do.
      response.setHeader('Content-Type', 'image/jpeg').end('<!doctype html><title>Please log in</title>');
      return;
    case 'endless':
      endless(response);
      return;
    case 'silent':
      return; // the connection stays open, nothing comes
    case 'status':
      response.writeHead(Number(rest)).end();
      return;
    case 'redirect':
      response.writeHead(302, { Location: url.searchParams.get('to') ?? '/' }).end();
      return;
    default:
      response.writeHead(404).end();
  }
}

function endless(response: ServerResponse): void {
  const block = Buffer.alloc(64 * 1024, 0xff);
  const go = (): void => {
    while (!response.destroyed && response.write(block));
  };
  response.on('drain', go);
  go();
}
