import { Agent, request } from 'node:http';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** From the first byte sent to the last byte received. */
  readonly durationMs: number;
}

/** Whether a connection serves many requests or is closed after each. */
export type ConnectionUse = 'keep-alive' | 'one-request';

/**
 * The smallest client that measures: no retries, no redirects, no pool limits, so that what is timed is the server.
 *
 * @see createHttpSender
 */
export type HttpSender = (request: HttpRequest) => Promise<HttpAnswer>;

/** Makes a sender. It rejects when the connection fails or nothing comes back in time, never for a status. */
export function createHttpSender(use: ConnectionUse): HttpSender {
  const agent = new Agent({ keepAlive: use === 'keep-alive', maxSockets: Infinity });
  return (call) =>
    new Promise((resolve, reject) => {
      const started = performance.now();
      const outgoing = request(
        call.url,
        {
          agent,
          method: call.method,
          headers: { ...call.headers, 'Content-Length': call.body?.length ?? 0 },
          signal: AbortSignal.timeout(call.timeoutMs),
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: Object.fromEntries(
                Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
              ),
              body: Buffer.concat(chunks),
              durationMs: performance.now() - started,
            }),
          );
        },
      );
      outgoing.on('error', (cause) => reject(new Error(`${call.method} ${call.url}: ${cause.message}`, { cause })));
      outgoing.end(call.body);
    });
}
