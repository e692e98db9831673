import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import {
  HEADERS,
  OPERATIONS,
  PROBLEM_MEDIA_TYPE,
  REQUEST_HEADERS,
  RESPONSE_HEADERS,
  RequestIdSchema,
  type OperationId,
  ProblemError,
} from '@face-comparison/contract';
import Type, { type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { Service } from '../service.js';
import { registerBodyParsers } from './body-parsers.js';
import { authenticate } from './clients.js';
import { clientId, newContext } from './context.js';
import { registerInferenceRoutes } from './inference-routes.js';
import { registerModelRoutes } from './model-routes.js';
import { MalformedHttp } from './malformed-http.js';
import { withoutPrefix } from './path-prefix.js';
import { bodyTooLarge, unsupportedMediaType } from './problem-error.js';
import { registerDocument, registerPages } from './reference-routes.js';
import { isAccepted, type RequestFacts } from './request-facts.js';
import { WebPage } from './web-page.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The operation of the contract that the route answers. */
    operation?: OperationId;
  }
}

/** How often Node looks for connections whose request has not arrived in time. */
const CONNECTIONS_CHECK_MS = 1_000;

/** How long a browser need not ask again whether it may call; Chromium takes two hours at most. */
const PREFLIGHT_MAX_AGE_S = 7_200;

/** What the log and the metrics call a request whose client went away before its answer, as nginx does. */
const STATUS_CLIENT_GONE = 499;

/** The public HTTP application: parses, asks, answers. It computes nothing. */
export async function buildApp(service: Service, logger: FastifyBaseLogger): Promise<FastifyInstance> {
  const { config } = service;
  const malformed = new MalformedHttp(service, logger, config.deadlineMs);
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    trustProxy: config.trustProxy.length === 0 ? false : [...config.trustProxy],
    ...(config.pathPrefix === undefined ? {} : { rewriteUrl: withoutPrefix(config.pathPrefix) }),
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const given = headers[HEADERS.requestId.toLowerCase()];
      return typeof given === 'string' && Value.Check(RequestIdSchema, given) ? given : randomUUID();
    },
    // A body has the deadline of the request to arrive (body-parsers.ts); the timeout of Node catches what is not read by us.
    requestTimeout: 2 * config.deadlineMs,
    http: {
      // Fastify sets it after the server was made, and Node makes no server whose headers may take longer than its requests.
      requestTimeout: 2 * config.deadlineMs,
      headersTimeout: config.deadlineMs,
      connectionsCheckingInterval: Math.min(CONNECTIONS_CHECK_MS, config.deadlineMs),
      // Node would answer with an empty body; see refuseWithoutHost.
      requireHostHeader: false,
    },
    clientErrorHandler: malformed.onClientError,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // Without the last one, Ajv drops what a schema does not know, and a misspelt parameter passes for its default.
    ajv: { customOptions: { coerceTypes: true, verbose: true, removeAdditional: false } },
    // A path that cannot be decoded has no route, and so no hooks.
    frameworkErrors: (error, request, reply) => {
      request.context = newContext();
      void reply.header(HEADERS.requestId, request.id);
      reply.raw.once('close', () => finish(service, request, reply));
      void sendProblem(service, request, reply, error);
    },
  });
  malformed.listen(app.server);
  registerBodyParsers(app, service);
  registerContext(app, service);
  app.setErrorHandler((error, request, reply) => sendProblem(service, request, reply, error));
  app.setNotFoundHandler((request, reply) => sendProblem(service, request, reply, noSuchRoute(request)));
  // Before anything that can refuse a request, so that a page can read the refusal.
  if (config.corsOrigins.length > 0) {
    await app.register(cors, {
      origin: config.corsOrigins.includes('*') ? '*' : [...config.corsOrigins],
      methods: ['GET', 'HEAD', 'POST'],
      allowedHeaders: [
        'Authorization',
        'Content-Type',
        HEADERS.apiKey,
        ...Object.values(REQUEST_HEADERS).map(({ name }) => name),
      ],
      exposedHeaders: Object.values(RESPONSE_HEADERS).map(({ name }) => name),
      maxAge: PREFLIGHT_MAX_AGE_S,
      strictPreflight: false,
    });
  }
  registerAdmission(app, service);
  await registerRateLimit(app, service);
  registerQueryBooleans(app);
  registerInferenceRoutes(app, service);
  registerModelRoutes(app, service);
  registerDocument(app);
  if (config.pages) await registerPages(app, await WebPage.load(config.webDir));
  return app;
}

/** What every request gets, whatever becomes of it: an id, headers, and one line of account. */
function registerContext(app: FastifyInstance, service: Service): void {
  app.decorateRequest('context', null as never);
  app.addHook('onRequest', (request, reply, done) => {
    request.context = newContext();
    request.context.operation = request.routeOptions.config.operation;
    void reply.header(HEADERS.requestId, request.id).header('X-Content-Type-Options', 'nosniff');
    // Fastify's hooks for the end of a request leave out those whose client goes away while they are worked on.
    reply.raw.once('close', () => finish(service, request, reply));
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const { context } = request;
    const served = context.served ?? service.registry.standard;
    if (served?.model !== undefined) {
      void reply.header(HEADERS.modelVersion, served.version).header(HEADERS.embeddingSpace, served.model.space);
    }
    const timings = Object.entries(context.timings).map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`);
    if (context.isFromCache) timings.push('cache;desc=hit');
    if (timings.length > 0) void reply.header(HEADERS.serverTiming, timings.join(', '));
    // Also where the end was asked for only after the request had come: an idle connection would hold up the end.
    if (service.draining) void reply.header('Connection', 'close');
    done(null, payload);
  });
}

/** Refuses what is not to be served, as early and as cheaply as can be. */
function registerAdmission(app: FastifyInstance, service: Service): void {
  app.addHook('onRequest', (request, _reply, done) => {
    refuseWithoutHost(request);
    // Here and not when it has been read, so that a body of a kind that no call takes does not hide it.
    if (request.is404) throw noSuchRoute(request);
    const { operation } = request.context;
    if (operation !== undefined && OPERATIONS[operation].auth && service.keys !== undefined) {
      request.context.client = authenticate(request, operation, service.keys);
    }
    done();
  });
  // After authentication and rate limit, before the body is read.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const { operation } = request.context;
    if (operation !== undefined && OPERATIONS[operation].inference) admit(service, request);
    done(null, payload);
  });
}

/** HTTP/1.1 wants a Host (RFC 9112, section 3.2). */
function refuseWithoutHost({ raw: { httpVersionMajor, httpVersionMinor, headers } }: FastifyRequest): void {
  if (headers.host === undefined && httpVersionMajor === 1 && httpVersionMinor === 1) {
    throw new ProblemError('malformed_request', 'the request cannot be parsed as HTTP/1.1: it has no header Host');
  }
}

/** Bodies are read as they come. */
function refuseContentEncoding({ headers }: FastifyRequest, { acceptedMediaTypes }: RequestFacts): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new ProblemError(
    'unsupported_media_type',
    `the body must be sent as it is, without Content-Encoding; received "${encoding.slice(0, 80)}"`,
    { parameter: 'Content-Encoding', acceptedMediaTypes: [...acceptedMediaTypes] },
  );
}

function admit(service: Service, request: FastifyRequest): void {
  const { scheduler, budget, results } = service;
  const facts = service.factsOf(request);
  if (!isAccepted(facts) && (facts.contentType !== undefined || hasBody(request))) throw unsupportedMediaType(facts);
  refuseContentEncoding(request, facts);
  // Where answers are kept, only the body tells whether this one needs a lane; the scheduler refuses it if it does.
  if (scheduler.isFull && results === undefined) throw scheduler.overloaded();
  const lengthBytes = Number(request.headers['content-length']);
  if (lengthBytes > facts.bodyLimitBytes) throw bodyTooLarge(facts, lengthBytes);
  const reservation = budget.reserve(Number.isFinite(lengthBytes) ? lengthBytes : facts.bodyLimitBytes);
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
    // So many whole requests in a window that is as much longer than a second: 2.5 a second are 3 in 1.2 s.
    max: (request: FastifyRequest) => Math.ceil(rateOf(request)),
    timeWindow: (request: FastifyRequest) => Math.round((1000 * Math.ceil(rateOf(request))) / rateOf(request)),
    allowList: (request: FastifyRequest) => {
      const operation = request.context.operation;
      return operation === undefined || !OPERATIONS[operation].inference || rateOf(request) <= 0;
    },
    cache: 20_000,
    // RateLimit-Limit, -Remaining and -Reset; Retry-After comes with the problem.
    enableDraftSpec: true,
    addHeaders: { 'retry-after': false },
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

/** How the clients of other languages write booleans in a query: Python's `str(True)`, and numbers. */
const BOOLEANS: Readonly<Record<string, string>> = { True: 'true', False: 'false', 1: 'true', 0: 'false' };

/** Rewrites the booleans of a query as the validation of its schema expects them. */
function registerQueryBooleans(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const { operation } = request.context;
    const described = operation === undefined ? undefined : OPERATIONS[operation];
    if (described !== undefined && 'query' in described) {
      const query = request.query as Record<string, unknown>;
      const properties: Readonly<Record<string, TSchema>> = described.query.properties;
      for (const [name, schema] of Object.entries(properties)) {
        const value = query[name];
        if (Type.IsBoolean(schema) && typeof value === 'string') query[name] = BOOLEANS[value] ?? value;
      }
    }
    done();
  });
}

/** The path exists with another method, or not at all. */
function noSuchRoute(request: FastifyRequest): ProblemError {
  const [path = '/'] = request.url.split('?');
  const allowed = new Set(
    Object.values(OPERATIONS)
      .filter((operation) => new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
      .map(({ method }): string => method),
  );
  // Pages are no operations of the contract.
  if (request.server.hasRoute({ method: 'GET', url: path })) allowed.add('GET');
  if (allowed.size > 0) {
    const allowedMethods = [...allowed];
    return new ProblemError(
      'method_not_allowed',
      `${path.slice(0, 200)} answers ${allowedMethods.join(', ')}, received ${request.method}`,
      { allowedMethods },
    );
  }
  return new ProblemError('not_found', `there is nothing at ${path.slice(0, 200)}; see /openapi.json`);
}

async function sendProblem(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): Promise<FastifyReply> {
  const problemError = service.problemOf(error, request);
  request.context.errorCode = problemError.code;
  if (problemError.code === 'internal')
    request.log.error({ err: problemError.cause ?? problemError }, 'request failed');
  const body = problemError.toProblem(request.id);
  const { retryAfterSeconds, allowedMethods } = problemError.members;
  if (request.context.endConnection) void reply.header('Connection', 'close');
  if (retryAfterSeconds !== undefined) void reply.header(HEADERS.retryAfter, retryAfterSeconds);
  if (allowedMethods !== undefined) void reply.header(HEADERS.allow, allowedMethods.join(', '));
  if (problemError.code === 'unauthorized') void reply.header('WWW-Authenticate', 'Bearer');
  // As bytes: to a text Fastify adds a charset, which the media type of problems does not have.
  return reply
    .code(body.status)
    .type(PROBLEM_MEDIA_TYPE)
    .send(Buffer.from(JSON.stringify(body)));
}

/** Accounts for a request that has ended: one line in the log, the metrics, and its bytes. */
function finish({ metrics }: Service, request: FastifyRequest, reply: FastifyReply): void {
  const { context } = request;
  for (const reservation of context.reservations) reservation.release();
  const { operation, served, client, faces, errorCode, timings } = context;
  const durationMs = performance.now() - context.received;
  const status = reply.raw.writableFinished ? reply.statusCode : STATUS_CLIENT_GONE;
  metrics.requests.inc({ operation: operation ?? 'other', status, code: errorCode ?? '' });
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
      status,
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
