import { request } from 'node:http';
import type { DriverRecord } from './protocol.js';

export interface Call {
  /** Base of the service, or of a pod. */
  readonly url: string;
  readonly key: string;
  readonly pin?: string;
  readonly picture: Buffer;
}

export type Answer = Pick<DriverRecord, 'sentMs' | 'receivedMs' | 'status' | 'code' | 'version' | 'space'>;

/** Longer than the service takes for anything. */
const TIMEOUT_MS = 40_000;

/** Milliseconds since 1970, monotonic within this process. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * `POST /face_comparison` on a connection of its own: a Service balances connections, so a connection that is kept would
 * only ever see one pod. Never rejects: what goes wrong is the answer.
 */
export function send({ url, key, pin, picture }: Call): Promise<Answer> {
  return new Promise((resolve) => {
    const sentMs = nowMs();
    const fail = (error: Error): void =>
      resolve({ sentMs, receivedMs: nowMs(), status: 0, code: 'code' in error ? String(error.code) : error.message });
    const outgoing = request(
      new URL('/face_comparison?face_hash=true', url),
      {
        agent: false,
        method: 'POST',
        headers: {
          'Content-Type': 'image/bmp',
          'Content-Length': picture.length,
          'X-Api-Key': key,
          ...(pin === undefined ? {} : { 'Face-Model-Version': pin }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', fail);
        incoming.on('end', () => {
          const status = incoming.statusCode ?? 0;
          const code = status === 200 ? undefined : problemCode(Buffer.concat(chunks));
          const version = headerOf(incoming.headers['face-model-version']);
          const space = headerOf(incoming.headers['face-embedding-space']);
          resolve({
            sentMs,
            receivedMs: nowMs(),
            status,
            ...(code === undefined ? {} : { code }),
            ...(version === undefined ? {} : { version }),
            ...(space === undefined ? {} : { space }),
          });
        });
      },
    );
    outgoing.on('error', fail);
    outgoing.end(picture);
  });
}

function headerOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

/** The `code` of a problem document (RFC 9457), as the service sends them. */
function problemCode(body: Buffer): string {
  try {
    const problem: unknown = JSON.parse(body.toString('utf8'));
    if (typeof problem === 'object' && problem !== null && 'code' in problem) return String(problem.code);
  } catch {
    // No JSON: whoever answered was not the service.
  }
  return `not a problem document: ${body.toString('utf8').slice(0, 100)}`;
}
