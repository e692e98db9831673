import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Whose requests the gateway lets pass. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * A gateway as API Gateway with AWS_IAM is one: it recomputes the signature of each request from the specification of
 * Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html), without the library that
 * made it, and sends on what is signed.
 */
export class SigV4Gateway {
  readonly #server: Server;
  #passed = 0;

  constructor(upstream: string, stage: string, credentials: Credentials) {
    this.#server = createServer((request, response) => {
      void (async () => {
        const body = await buffer(request);
        if (request.headers.authorization !== expectedAuthorization(request, body, credentials)) {
          response.writeHead(403, { 'Content-Type': 'application/json' }).end('{"message":"Forbidden"}');
          return;
        }
        this.#passed++;
        const path = request.url?.slice(stage.length) ?? '';
        const answer = await fetch(upstream + path, {
          method: request.method ?? 'GET',
          headers: { 'Content-Type': request.headers['content-type'] ?? '' },
          body: new Uint8Array(body),
        });
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
      })();
    });
  }

  /** How many requests had the right signature. */
  get passed(): number {
    return this.#passed;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

function expectedAuthorization(request: IncomingMessage, body: Buffer, credentials: Credentials): string {
  const [, scope = '', signedHeaders = ''] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(request.headers.authorization ?? '') ?? [];
  const [date = '', region = '', service = ''] = scope.split('/');
  const url = new URL(request.url ?? '/', 'http://gateway');
  const canonicalQuery = [...url.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const headers = signedHeaders.split(';');
  for (const needed of ['host', 'content-type', 'x-amz-date', 'x-amz-content-sha256']) {
    if (!headers.includes(needed)) return `a signature that covers ${needed}`;
  }
  const canonicalRequest = [
    request.method,
    url.pathname,
    canonicalQuery,
    ...headers.map((name) => `${name}:${String(request.headers[name])}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonicalRequest)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${credentials.secretAccessKey}`, date), region), service), 'aws4_request');
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}
