import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Service } from '../service.js';
import { parseJson, type JsonBody } from './json-body.js';
import { boundaryOf } from './multipart.js';
import { ProblemError } from '@face-comparison/contract';
import { bodyTooLarge } from './problem-error.js';
import { readBody } from './read-body.js';

/** A body as routes get it; undefined when there is none. */
export type RequestBody =
  | { readonly kind: 'image'; readonly bytes: Buffer }
  | ({ readonly kind: 'json' } & JsonBody)
  | { readonly kind: 'form'; readonly bytes: Buffer; readonly boundary: string }
  | undefined;

/** Reads bodies within the limit of their kind and the deadline of the request. */
export function registerBodyParsers(app: FastifyInstance, service: Service): void {
  const read = async (request: FastifyRequest): Promise<Buffer> => {
    const { bodyLimitBytes, deadlineMs } = service.factsOf(request);
    const announced = request.headers['content-length'];
    try {
      return await readBody(request.raw, {
        limitBytes: bodyLimitBytes,
        expectedBytes: announced === undefined ? undefined : Number(announced),
        remainingMs: request.context.received + deadlineMs - performance.now(),
        tooLarge: () => bodyTooLarge(service.factsOf(request)),
        tooSlow: (receivedBytes) => tooSlow(deadlineMs, receivedBytes),
      });
    } catch (error) {
      // What is still to come of this body cannot be told from a request after it, unless all of it were read.
      request.context.endConnection = true;
      throw error;
    }
  };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', async (request: FastifyRequest): Promise<RequestBody> => {
    const bytes = await read(request);
    return bytes.length === 0 ? undefined : { kind: 'json', ...(await parseJson(bytes)) };
  });
  app.addContentTypeParser(
    /^(image\/|application\/octet-stream)/i,
    async (request: FastifyRequest): Promise<RequestBody> => ({
      kind: 'image',
      bytes: await read(request),
    }),
  );
  app.addContentTypeParser('multipart/form-data', async (request: FastifyRequest): Promise<RequestBody> => {
    const boundary = boundaryOf(request.headers['content-type'] ?? '');
    const bytes = await read(request);
    return bytes.length === 0 ? undefined : { kind: 'form', bytes, boundary };
  });
}

function tooSlow(deadlineMs: number, receivedBytes: number): ProblemError {
  return new ProblemError(
    'request_timeout',
    `the body did not arrive in whole within ${deadlineMs} ms; ${receivedBytes} bytes came`,
    { deadlineMs, receivedBytes },
  );
}
