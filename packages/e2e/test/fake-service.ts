import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json: unknown;
}

export interface FakeService {
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** An HTTP server on the loopback that answers as the test says. */
export async function startFakeService(
  answer: (request: IncomingMessage, body: Buffer) => FakeAnswer,
): Promise<FakeService> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, headers, json } = answer(request, Buffer.concat(chunks));
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(JSON.stringify(json));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake service has no port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A face as the contract describes it. */
export function fakeFace(left: number, top: number, side: number, vector: readonly number[]): unknown {
  return {
    BoundingBox: { Left: left, Top: top, Width: side, Height: side },
    Confidence: 0.99,
    face_hash: vector,
  };
}
