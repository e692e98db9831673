import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { HEADERS, OPERATIONS, PROBLEM_MEDIA_TYPE, REQUEST_HEADERS, type OperationId } from '@face-comparison/contract';
import { Value } from 'typebox/value';
import type { Service } from '../service.js';
import { authenticate } from './clients.js';
import { clientId, newContext } from './context.js';
import { registerInferenceRoutes } from './inference-routes.js';
import { registerModelRoutes } from './model-routes.js';
import { ProblemError, unsupportedMediaType } from './problem-error.js';
import { registerReferenceRoutes } from './reference-routes.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The operation of the contract that the route answers. */
    operation?: OperationId;
  }
}

/** What JSON adds to the base64 of an image: the other fields of a request, at most two stored vectors. */
const JSON_SLACK_BYTES = 3 * 1024 * 1024;

/** A client must have sent its whole request by then, so that slow ones cannot hold connections for ever. */
const REQUEST_TIMEOUT_MS = 60_000;

/** The public HTTP application: parses, asks, answers. It computes nothing. */
export async function buildApp(service: Service, logger: FastifyBaseLogger): Promise<FastifyInstance> {
  const { config } = service;
  const app = fastify({
    loggerInstance: logger,
    disableRequestLogging: true,
    trustProxy: config.trustProxy.length === 0 ? false : [...config.trustProxy],
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const given = headers[HEADERS.requestId.toLowerCase()];
      return typeof given === 'string' && Value.Check(REQUEST_HEADERS.requestId.schema, given) ? given : randomUUID();
    },
    bodyLimit: jsonLimit(config.maxImageBytes, 1),
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // Without the last one, Ajv drops what a schema does not know, and a misspelt parameter passes for its default.
    ajv: { customOptions: { coerceTypes: true, verbose: true, removeAdditional: false } },
  });
  registerBodyParsers(app, config.maxImageBytes);
  registerHooks(app, service);
  app.setErrorHandler((error, request, reply) => sendProblem(service, request, reply, error));
  app.setNotFoundHandler((request, reply) => sendProblem(service, request, reply, noSuchRoute(request)));
  if (config.corsOrigins.length > 0) {
    await app.register(cors, {
      origin: config.corsOrigins.includes('*') ? '*' : [...config.corsOrigins],
      methods: ['GET', 'POST'],
      exposedHeaders: [
        HEADERS.modelVersion,
        HEADERS.embeddingSpace,
        HEADERS.requestId,
        HEADERS.serverTiming,
        HEADERS.retryAfter,
      ],
      maxAge: 600,
    });
  }
  await registerRateLimit(app, service);
  registerInferenceRoutes(app, service);
  registerModelRoutes(app, service);
  await registerReferenceRoutes(app);
  return app;
}

/** Bytes that a JSON body with so many images as base64 may have. */
function jsonLimit(maxImageBytes: number, images: number): number {
  return Math.ceil((maxImageBytes / 3) * 4) * images + JSON_SLACK_BYTES;
}

function registerBodyParsers(app: FastifyInstance, maxImageBytes: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: jsonLimit(maxImageBytes, 2) },
    (_request, body, done) => {
      if (body.length === 0) {
        done(null, undefined);
        return;
      }
      try {
        done(null, JSON.parse(String(body)));
      } catch (error) {
        // V8 quotes the text around the mistake; that may be part of an image or a key, so only the place is passed on.
        const place = /position \d+/.exec(error instanceof Error ? error.message : '')?.[0];
        done(
          new ProblemError(
            'invalid_json',
            `the body must be JSON${place === undefined ? '; it ends too early or is something else' : `; parsing stopped at ${place}`}`,
          ),
        );
      }
    },
  );
  app.addContentTypeParser(/^image\//, { parseAs: 'buffer', bodyLimit: maxImageBytes }, (_request, body, done) =>
    done(null, body),
  );
}

function registerHooks(app: FastifyInstance, service: Service): void {
  app.decorateRequest('context', null as never);
  app.addHook('onRequest', (request, reply, done) => {
    request.context = newContext();
    const operation = request.routeOptions.config.operation;
    request.context.operation = operation;
    void reply.header(HEADERS.requestId, request.id).header('X-Content-Type-Options', 'nosniff');
    if (service.draining) void reply.header('Connection', 'close');
    if (operation === undefined) {
      done();
      return;
    }
    if (OPERATIONS[operation].auth && service.keys !== undefined) {
      request.context.client = authenticate(request, operation, service.keys);
    }
    done();
  });
  // After authentication and rate limit, before the body is read: what cannot be served now is refused cheaply.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const operation = request.context.operation;
    if (operation !== undefined && OPERATIONS[operation].inference) admit(service, request);
    done(null, payload);
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const { context } = request;
    const served = context.served ?? service.registry.standard;
    if (served?.model !== undefined) {
      void reply.header(HEADERS.modelVersion, served.version).header(HEADERS.embeddingSpace, served.model.space);
    }
    const timings = Object.entries(context.timings).map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`);
    if (timings.length > 0) void reply.header(HEADERS.serverTiming, timings.join(', '));
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    finish(service, request, reply);
    done();
  });
  // A client that goes away before the answer gets no 'onResponse'.
  app.addHook('onRequestAbort', (request, done) => {
    for (const reservation of request.context.reservations) reservation.release();
    done();
  });
}

function admit(service: Service, request: FastifyRequest): void {
  const { scheduler, budget, config } = service;
  const type = request.headers['content-type'];
  if (type === undefined && hasBody(request)) throw unsupportedMediaType();
  if (scheduler.isFull) throw scheduler.overloaded();
  const length = Number(request.headers['content-length']);
  const isImage = type?.startsWith('image/') === true;
  const limit = isImage
    ? config.maxImageBytes
    : jsonLimit(config.maxImageBytes, request.context.operation === 'compareFaces' ? 2 : 1);
  if (length > limit) {
    throw new ProblemError(
      isImage ? 'image_too_large' : 'body_too_large',
      `the body may have ${limit} bytes; it has ${length}`,
      { limitBytes: limit, receivedBytes: length },
    );
  }
  const reservation = budget.reserve(Number.isFinite(length) ? length : limit);
  if (reservation === undefined) throw service.overBudget();
  request.context.reservations.push(reservation);
}

function hasBody(request: FastifyRequest): boolean {
  return Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined;
}

async function registerRateLimit(app: FastifyInstance, service: Service): Promise<void> {
  const rateOf = (request: FastifyRequest): number =>
    request.context.client?.requestsPerSecond ?? service.config.rateLimit;
  await app.register(rateLimit, {
    hook: 'onRequest',
    keyGenerator: clientId,
    // A rate below one a second is one request in a longer window.
    max: (request: FastifyRequest) => Math.max(1, Math.round(rateOf(request))),
    timeWindow: (request: FastifyRequest) => (rateOf(request) >= 1 ? 1000 : Math.ceil(1000 / rateOf(request))),
    allowList: (request: FastifyRequest) => {
      const operation = request.context.operation;
      return operation === undefined || !OPERATIONS[operation].inference || rateOf(request) <= 0;
    },
    cache: 20_000,
    addHeaders: {
      'retry-after': false,
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: (_request: FastifyRequest, { max, ttl }: { max: number; ttl: number }) => {
      const seconds = Math.max(1, Math.ceil(ttl / 1000));
      return new ProblemError(
        'rate_limited',
        `this client may send ${max} requests in the time that it is given; try again in ${seconds} s`,
        { retryAfterSeconds: seconds },
      );
    },
  });
}

/** The path exists with another method, or not at all. */
function noSuchRoute(request: FastifyRequest): ProblemError {
  const [path = '/'] = request.url.split('?');
  const allowed = new Set(
    Object.values(OPERATIONS)
      .filter((operation) => new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
      .map(({ method }) => method),
  );
  if (allowed.size > 0) {
    const allowedMethods = [...allowed];
    return new ProblemError(
      'method_not_allowed',
      `${path.slice(0, 200)} answers ${allowedMethods.join(', ')}, received ${request.method}`,
      { allowedMethods },
    );
  }
  return new ProblemError('not_found', `there is nothing at ${path.slice(0, 200)}; see /docs`);
}

async function sendProblem(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): Promise<FastifyReply> {
  const isImage = request.headers['content-type']?.startsWith('image/') === true;
  let problemError = service.problemOf(error);
  if (problemError.code === 'body_too_large' && isImage) {
    problemError = new ProblemError(
      'image_too_large',
      `the image may have ${service.config.maxImageBytes} bytes`,
      { limitBytes: service.config.maxImageBytes },
      { cause: problemError },
    );
  }
  request.context.errorCode = problemError.code;
  if (problemError.code === 'internal')
    request.log.error({ err: problemError.cause ?? problemError }, 'request failed');
  const body = problemError.toProblem(request.id);
  const { retryAfterSeconds, allowedMethods } = problemError.members;
  if (retryAfterSeconds !== undefined) void reply.header(HEADERS.retryAfter, retryAfterSeconds);
  if (allowedMethods !== undefined) void reply.header(HEADERS.allow, allowedMethods.join(', '));
  if (problemError.code === 'unauthorized') void reply.header('WWW-Authenticate', 'Bearer');
  return reply.code(body.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(body));
}

/** Accounts for an answered request: one line in the log, the metrics, and its bytes. */
function finish({ metrics }: Service, request: FastifyRequest, reply: FastifyReply): void {
  const { context } = request;
  for (const reservation of context.reservations) reservation.release();
  const { operation, served, client, faces, errorCode, timings } = context;
  const durationMs = performance.now() - context.received;
  metrics.requests.inc({ operation: operation ?? 'other', status: reply.statusCode, code: errorCode ?? '' });
  if (operation !== undefined && OPERATIONS[operation].inference) {
    metrics.duration.observe({ operation, version: served?.version ?? '' }, durationMs / 1000);
    for (const [stage, ms] of Object.entries(timings)) metrics.stages.observe({ stage }, ms / 1000);
  }
  const isProbe = operation === 'serverLive' || operation === 'serverReady';
  // The path without its query: a query may hold what nobody should read in a log.
  request.log[isProbe ? 'debug' : 'info'](
    {
      method: request.method,
      path: request.url.split('?', 1)[0]?.slice(0, 200),
      status: reply.statusCode,
      durationMs: Math.round(durationMs * 10) / 10,
      ...(operation === undefined ? {} : { operation }),
      ...(client === undefined ? {} : { client: client.name }),
      ...(served === undefined ? {} : { version: served.version }),
      ...(faces === undefined ? {} : { faces }),
      ...(errorCode === undefined ? {} : { code: errorCode }),
    },
    'request',
  );
}
