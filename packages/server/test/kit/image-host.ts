import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
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

/** Self-signed for 127.0.0.1, valid for a hundred years. The key protects nothing: it is for these tests only. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZFXjbL+QRQ+AK2jR
3HBent/8Ae5c+GtoKYMc+hkcodmhRANCAARwHfG7hhFGUMAuUDkYBqDKwp0WFyWC
1alINFx/7AJ7w6mLV8FMWsHpNUaB9Yay3p160aJJ/CMLP+88IPPYHBNA
-----END PRIVATE KEY-----`;
/** The certificate that a process must trust (NODE_EXTRA_CA_CERTS) to fetch from a host with TLS. */
export const HOST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBkTCCATagAwIBAgIUZxYsNVQKYAMs5gGxeXcLFsICNRswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyOTAyMTE1NFoYDzIxMjYxMTA1
MDIxMTU0WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARwHfG7hhFGUMAuUDkYBqDKwp0WFyWC1alINFx/7AJ7w6mLV8FMWsHp
NUaB9Yay3p160aJJ/CMLP+88IPPYHBNAo2QwYjAdBgNVHQ4EFgQUB2G+M6VZ6CHk
lvgVtQSUXWgfrVIwHwYDVR0jBBgwFoAUB2G+M6VZ6CHklvgVtQSUXWgfrVIwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kAMEYC
IQCFUEJHtAVB1E6vD1LSF1yv0v5DXJrv8Z5XZkKN8Lxt9QIhAOTAJJalFJNL5wJU
WxmoqTD/DWAP1UFfbk5/iDLkYmXV
-----END CERTIFICATE-----`;

export async function startImageHost({ tls = false } = {}): Promise<ImageHost> {
  const made = tls ? createTlsServer({ key: KEY, cert: HOST_CERTIFICATE }, answer) : createServer(answer);
  const server = made.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return {
    host,
    url: (path) => `${tls ? 'https' : 'http'}://${host}${path}`,
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
