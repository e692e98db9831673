import { randomUUID } from 'node:crypto';
import { maxHeaderSize, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HEADERS, PROBLEM_MEDIA_TYPE, ProblemError } from '@face-comparison/contract';
import type { FastifyBaseLogger } from 'fastify';
import type { Service } from '../service.js';

/** How long a client may take to read why it was refused, before the connection is cut. */
const LINGER_MS = 500;

/** First byte of a TLS handshake. */
const TLS_HANDSHAKE = 0x16;

/** An error of Node's HTTP parser, or of a connection. */
interface ConnectionError extends Error {
  readonly code?: string;
  /** What the parser has against it, in words of its own that repeat nothing of the request. */
  readonly reason?: string;
  readonly rawPacket?: Buffer;
}

/** A socket as Node's HTTP server keeps it. */
interface HttpSocket extends Socket {
  /** The answer that is being sent. */
  readonly _httpMessage?: ServerResponse | null;
}

/** Answers what never becomes a request of Fastify, with problems like all others. */
export class MalformedHttp {
  readonly #service: Service;
  readonly #logger: FastifyBaseLogger;
  /** How long a request may take to arrive. */
  readonly #deadlineMs: number;
  readonly #answered = new WeakSet<Duplex>();

  constructor(service: Service, logger: FastifyBaseLogger, deadlineMs: number) {
    this.#service = service;
    this.#logger = logger;
    this.#deadlineMs = deadlineMs;
  }

  /** For Fastify's `clientErrorHandler`. */
  readonly onClientError = (failure: Error, socket: Socket): void => {
    if (this.#answered.has(socket)) return; // what else comes on it is not read
    const error = failure as ConnectionError;
    const { _httpMessage: begun } = socket as HttpSocket;
    // A proxy that kept a connection for later, or a client that is gone; or half of an answer is out already.
    const isUnused = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0;
    if (isUnused || error.code === 'ECONNRESET' || !socket.writable || begun?.headersSent === true) {
      socket.destroy();
      return;
    }
    this.#answer(socket, this.#problemOf(error));
  };

  /** For what Node answers by itself, without a body, or not at all. */
  listen(server: Server): void {
    server.on('checkExpectation', ({ headers, socket }: IncomingMessage) => {
      const came = (headers.expect ?? '').slice(0, 80);
      this.#answer(
        socket,
        new ProblemError('expectation_failed', `Expect must be 100-continue, received "${came}"`, {
          parameter: 'Expect',
        }),
      );
    });
    server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => socket.destroy());
      const allowedMethods = ['GET', 'POST'];
      this.#answer(
        socket,
        new ProblemError(
          'method_not_allowed',
          `the service is no proxy: it answers ${allowedMethods.join(', ')}, received CONNECT`,
          { allowedMethods },
        ),
      );
    });
  }

  #problemOf(error: ConnectionError): ProblemError {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
      const deadlineMs = this.#deadlineMs;
      return new ProblemError('request_timeout', `the request did not arrive in whole within ${deadlineMs} ms`, {
        deadlineMs,
      });
    }
    if (error.code === 'HPE_HEADER_OVERFLOW') {
      return new ProblemError(
        'headers_too_large',
        `the request line and the headers may have ${maxHeaderSize} bytes together`,
        { limitBytes: maxHeaderSize },
      );
    }
    return new ProblemError('malformed_request', `the request cannot be parsed as HTTP/1.1: ${reasonOf(error)}`);
  }

  #answer(socket: Duplex, problem: ProblemError): void {
    this.#answered.add(socket);
    const requestId = randomUUID();
    const body = problem.toProblem(requestId);
    const text = JSON.stringify(body);
    const { allowedMethods } = problem.members;
    const served = this.#service.registry.standard;
    const headers: Readonly<Record<string, string | number | undefined>> = {
      'Content-Type': PROBLEM_MEDIA_TYPE,
      'Content-Length': Buffer.byteLength(text),
      Connection: 'close',
      'X-Content-Type-Options': 'nosniff',
      [HEADERS.requestId]: requestId,
      [HEADERS.modelVersion]: served?.version,
      [HEADERS.embeddingSpace]: served?.model?.space,
      [HEADERS.allow]: allowedMethods?.join(', '),
    };
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${value}\r\n`],
    );
    socket.end(`HTTP/1.1 ${body.status} ${STATUS_CODES[body.status] ?? ''}\r\n${lines.join('')}\r\n${text}`);
    // Not at once: to close with bytes unread would reset the connection, and the client might not see the answer.
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
    this.#service.metrics.requests.inc({ operation: 'other', status: body.status, code: body.code });
    this.#logger.info({ requestId, status: body.status, code: body.code }, 'request');
  }
}

function reasonOf({ code, reason, rawPacket }: ConnectionError): string {
  if (rawPacket?.[0] === TLS_HANDSHAKE) return 'it begins as TLS does; this port speaks HTTP without TLS';
  if (code === 'HPE_PAUSED_H2_UPGRADE' || rawPacket?.subarray(0, 3).toString('latin1') === 'PRI') {
    return 'it begins as HTTP/2 does; this port speaks HTTP/1.1';
  }
  return reason ?? 'it is not well-formed';
}
