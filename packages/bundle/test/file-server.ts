import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { sha256 } from './bundles.js';

export interface SeenRequest {
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, bytes: Buffer) => void;

/** A real HTTP server with ranges and ETags, and with the bad habits that a test gives it. */
export interface FileServer {
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  /** The next requests for a path are answered so, one after another; after them it is served as usual. */
  answer(path: string, ...answers: Answer[]): void;
  close(): Promise<void>;
}

export async function startFileServer(contents: ReadonlyMap<string, Buffer>): Promise<FileServer> {
  const requests: SeenRequest[] = [];
  const answers = new Map<string, Answer[]>();
  const server = createServer((request, response) => {
    const [path = '', query = ''] = (request.url ?? '').slice(1).split('?');
    requests.push({ path, query, headers: request.headers });
    const bytes = contents.get(path);
    const answer = answers.get(path)?.shift() ?? (bytes === undefined ? status(404) : wellBehaved);
    answer(request, response, bytes ?? Buffer.alloc(0));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    answer: (path, ...next) => void answers.set(path, next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const wellBehaved: Answer = (request, response, bytes) => {
  const etag = `"${sha256(bytes)}"`;
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const ifRange = request.headers['if-range'];
  if (range === null || (ifRange !== undefined && ifRange !== etag)) {
    response.writeHead(200, { 'content-length': bytes.length, etag }).end(bytes);
    return;
  }
  const from = Number(range[1]);
  if (from >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  const contentRange = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  response.writeHead(206, { 'content-range': contentRange, 'content-length': bytes.length - from, etag });
  response.end(bytes.subarray(from));
};

/** Sends the beginning of what it should and then closes the connection. */
export const cutAfter =
  (count: number): Answer =>
  (_, response, bytes) => {
    response.writeHead(200, { 'content-length': bytes.length, etag: `"${sha256(bytes)}"` });
    response.write(bytes.subarray(0, count), () => response.socket?.destroy());
  };

/** Sends everything from the start, whatever part was asked for. */
export const ignoresRange: Answer = (_, response, bytes) => {
  response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
};

/** Sends the beginning and then nothing, with the connection open. */
export const stallAfter =
  (count: number): Answer =>
  (_, response, bytes) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, count));
  };

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(code, headers).end('no');
  };

export const redirectTo = (location: string): Answer => status(302, { location });
