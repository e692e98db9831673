import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import type { KubeObject } from '../../objects.js';
import { apiVersionOf, type Resource } from '../../resource.js';
import { resources } from '../../resources.js';
import { selfSigned, type SelfSigned } from '../self-signed.js';
import { isObject, objectAt, textAt, type Json, type JsonObject } from './json.js';
import { jsonPatch, mergePatch } from './patches.js';
import { matchesFields, matchesLabels } from './selectors.js';
import { StatusError } from './status-error.js';
import { Store, type Change, type ServedResource, type Snapshot, type WriteContext } from './store.js';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'apply' | 'patch' | 'update' | 'delete';

/** A request as the fake server understood it. */
export interface FakeRequest {
  readonly verb: Verb;
  /** `configmaps`, `deployments`, ... */
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
  readonly contentType: string | undefined;
  readonly userAgent: string | undefined;
  readonly body: Json | undefined;
  /** Set when it has been answered. */
  status?: number;
}

/** What goes wrong with a request. */
export type Fault =
  /** An answer with a metav1.Status. */
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly reason: string;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
    }
  /** An answer that no API server gives, as of a proxy in front of it. */
  | { readonly kind: 'raw'; readonly status: number; readonly body: string }
  /** The connection is reset before the request is carried out, or after it and before the answer. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** Carried out and answered when the promise has settled. */
  | { readonly kind: 'wait'; readonly until: Promise<unknown> };

export interface FailOptions {
  /** Which requests. Default: all */
  readonly when?: (request: FakeRequest) => boolean;
  /** How many of them. @default 1 */
  readonly times?: number;
  /** How many are let through first. @default 0 */
  readonly after?: number;
}

export interface FakeApiServerOptions {
  /** Resources beside those of {@link resources}; they have a status subresource. */
  readonly resources?: readonly Resource<KubeObject>[];
  /** How often watches get a bookmark, in ms. A real server: each minute. @default 60_000 */
  readonly bookmarkMs?: number;
}

interface OpenWatch {
  readonly request: FakeRequest;
  readonly served: ServedResource;
  readonly response: ServerResponse;
  readonly held: JsonObject[];
}

const WITHOUT_STATUS = new Set(['configmaps', 'serviceaccounts', 'leases', 'events', 'networkpolicies']);

/**
 * An API server in this process, over HTTPS on the loopback, that can be told to fail.
 *
 * It has real resourceVersions, list pages, watches with bookmarks, server-side apply with ownership, optimistic locks,
 * status apart from spec, finalizers. It has no schemas: nothing is validated or defaulted, and nothing is collected when an
 * owner goes. The suite that this package runs against it is run against a real kube-apiserver too.
 */
export class FakeApiServer {
  readonly kubeConfig: KubeConfig;
  /** Every request, in order of arrival. */
  readonly requests: FakeRequest[] = [];
  readonly #store = new Store(() => Date.now());
  readonly #server: Server;
  readonly #served: ServedResource[];
  readonly #faults = new Set<{ readonly fault: Fault; readonly options: FailOptions; seen: number }>();
  readonly #watches = new Set<OpenWatch>();
  readonly #sockets = new Set<Socket>();
  readonly #tokens = new Set<string>();
  /** Lists that were begun and not read to the end, by their continue token. */
  readonly #pages = new Map<string, { readonly version: number; readonly rest: JsonObject[] }>();
  #frozen: Snapshot | undefined;
  #holding = false;
  #connections = 0;
  #bookmarks: NodeJS.Timeout | undefined;

  private constructor(options: FakeApiServerOptions, tls: SelfSigned) {
    this.kubeConfig = new KubeConfig();
    this.#served = [...Object.values(resources), ...(options.resources ?? [])].map((resource) => ({
      resource,
      status: !WITHOUT_STATUS.has(resource.plural),
    }));
    this.#store.onChange = (change) => this.#tell(change);
    this.#server = createServer(
      { cert: tls.cert, key: tls.key },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.on('secureConnection', (socket) => {
      this.#connections++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Starts a server with a namespace `default` in it. */
  static async start(options: FakeApiServerOptions = {}): Promise<FakeApiServer> {
    const tls = selfSigned('fake-api-server');
    const server = new FakeApiServer(options, tls);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    const address = server.#server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const token = server.addToken();
    server.kubeConfig.loadFromClusterAndUser(
      {
        name: 'fake',
        server: `https://127.0.0.1:${port}`,
        caData: Buffer.from(tls.cert).toString('base64'),
        skipTLSVerify: false,
      },
      { name: 'admin', token },
    );
    server.#bookmarks = setInterval(() => server.sendBookmarks(), options.bookmarkMs ?? 60_000).unref();
    server.addNamespace('default');
    return server;
  }

  /** How many TLS connections were made so far. */
  get connections(): number {
    return this.#connections;
  }

  /** How many watches are open. */
  get watches(): number {
    return this.#watches.size;
  }

  /** The requests that could have changed something. */
  get writes(): FakeRequest[] {
    return this.requests.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
  }

  addNamespace(name: string): void {
    const served = this.#served.find(({ resource }) => resource.plural === 'namespaces');
    const context: WriteContext = { fieldManager: 'fake', subresource: undefined, dryRun: false };
    if (served) this.#store.create(served, undefined, { metadata: { name } }, context);
  }

  /** A bearer token that is accepted from now on. */
  addToken(token: string = randomBytes(16).toString('hex')): string {
    this.#tokens.add(token);
    return token;
  }

  /** Refuses a token from now on. */
  removeToken(token: string): void {
    this.#tokens.delete(token);
  }

  /** Lets requests fail. @returns a function that ends it */
  fail(fault: Fault, options: FailOptions = {}): () => void {
    const entry = { fault, options, seen: 0 };
    this.#faults.add(entry);
    return () => this.#faults.delete(entry);
  }

  /** Forgets its history, as etcd does after five minutes: watches and list pages from before are `410`. */
  compact(): void {
    this.#store.compact();
  }

  /** Lists answer as of now until the returned function is called: a server behind the others. */
  freezeLists(): () => void {
    this.#frozen = this.#store.snapshot();
    return () => (this.#frozen = undefined);
  }

  /** Events wait until the returned function is called. */
  holdWatches(): () => void {
    this.#holding = true;
    return () => {
      this.#holding = false;
      for (const watch of this.#watches) for (const event of watch.held.splice(0)) send(watch, event);
    };
  }

  /** Sends the last changes again: repeated, and late. */
  repeatEvents(count: number): void {
    for (const change of this.#store.recent(count)) this.#tell(change);
  }

  sendBookmarks(): void {
    for (const watch of this.#watches)
      if (watch.request.query.get('allowWatchBookmarks') === 'true') this.#bookmark(watch);
  }

  /** Ends the open watches: in order, by a reset, or with an ERROR event that says 410. */
  endWatches(how: 'in order' | 'reset' | 'gone'): void {
    for (const watch of this.#watches) {
      this.#watches.delete(watch);
      if (how === 'reset') watch.response.destroy();
      else {
        if (how === 'gone') {
          const expired = new StatusError(410, 'Expired', `too old resource version: 1 (${this.#store.version})`);
          send(watch, { type: 'ERROR', object: expired.body() });
        }
        watch.response.end();
      }
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#bookmarks);
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = this.#understand(message, await readJson(message));
      if (!request) {
        // A path that leads nowhere is not a Status on a real server either.
        response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
        return;
      }
      response.on('close', () => (request.status = response.statusCode));
      this.requests.push(request);
      if (!this.#tokens.has(message.headers.authorization?.replace('Bearer ', '') ?? '')) {
        throw new StatusError(401, 'Unauthorized', 'Unauthorized');
      }
      const fault = this.#faultFor(request);
      if (fault?.kind === 'wait') await fault.until;
      if (fault?.kind === 'reset' && fault.when === 'before') {
        message.socket.destroy();
        return;
      }
      if (fault?.kind === 'raw') {
        response.writeHead(fault.status, { 'content-type': 'text/html' }).end(fault.body);
        return;
      }
      if (fault?.kind === 'refuse') {
        const { status, reason, message: words = 'as the test wanted', retryAfterSeconds } = fault;
        throw new StatusError(status, reason, words, undefined, retryAfterSeconds);
      }
      const served = this.#served.find(({ resource }) => resource.plural === request.plural);
      if (!served) throw new StatusError(404, 'NotFound', 'the server could not find the requested resource');
      if (request.verb === 'watch') this.#watch(request, served, response);
      else {
        const answer = this.#carryOut(request, served);
        if (fault?.kind === 'reset') message.socket.destroy();
        else json(response, request.verb === 'create' ? 201 : 200, answer);
      }
    } catch (error) {
      const refusal = error instanceof StatusError ? error : new StatusError(500, 'InternalError', String(error));
      if (refusal.retryAfterSeconds !== undefined) response.setHeader('retry-after', refusal.retryAfterSeconds);
      json(response, refusal.status, refusal.body());
    }
  }

  #carryOut(request: FakeRequest, served: ServedResource): JsonObject {
    const { verb, namespace, name = '', query, body } = request;
    const subresource = request.subresource === 'status' && served.status ? 'status' : undefined;
    if (request.subresource !== undefined && !subresource) {
      throw new StatusError(404, 'NotFound', 'the server could not find the requested resource');
    }
    const sent = isObject(body) ? body : {};
    const context: WriteContext = {
      fieldManager: query.get('fieldManager') ?? request.userAgent?.split('/')[0] ?? 'unknown',
      subresource,
      dryRun: query.get('dryRun') === 'All',
    };
    requireMicroTimes(served, sent);
    switch (verb) {
      case 'get':
        return this.#store.get(served, namespace, name);
      case 'list':
        return this.#list(request, served);
      case 'create':
        return this.#store.create(served, namespace, sent, context);
      case 'apply':
        if (!query.get('fieldManager'))
          throw new StatusError(400, 'BadRequest', 'fieldManager is required for apply patch');
        if (objectAt(sent, 'metadata')['managedFields'] !== undefined) {
          throw new StatusError(400, 'BadRequest', 'metadata.managedFields must be nil');
        }
        return this.#store.apply(served, namespace, name, sent, context, query.get('force') === 'true');
      case 'patch':
        return this.#store.update(
          served,
          namespace,
          name,
          (current) => {
            if (request.contentType === 'application/json-patch+json') return jsonPatch(current, body ?? null);
            const patched = mergePatch(current, sent);
            return isObject(patched) ? patched : {};
          },
          context,
        );
      case 'update':
        return this.#store.update(served, namespace, name, () => sent, context);
      case 'delete':
        return this.#store.delete(served, namespace, name, objectAt(sent, 'preconditions'), context.dryRun);
      case 'watch':
        throw new Error('a watch is not one answer');
    }
  }

  #list({ namespace, query }: FakeRequest, served: ServedResource): JsonObject {
    const token = query.get('continue');
    const pages = token === null ? undefined : this.#pages.get(token);
    if (token !== null && (!pages || !this.#store.keeps(pages.version))) {
      throw new StatusError(
        410,
        'Expired',
        'The provided continue parameter is too old to display a consistent list result.',
      );
    }
    const snapshot = this.#frozen ?? this.#store.snapshot();
    const version = pages?.version ?? snapshot.version;
    const all =
      pages?.rest ??
      snapshot
        .objects(served)
        .filter((object) => isSelected(object, namespace, query))
        .sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
    const limit = Number(query.get('limit')) || all.length;
    const rest = all.slice(limit);
    const next = rest.length > 0 ? randomBytes(8).toString('hex') : undefined;
    if (next) this.#pages.set(next, { version, rest });
    const { resource } = served;
    // Items of built-in types do not say what they are.
    const bare = resource.group === '' || !resource.group.includes('.') || resource.group.endsWith('.k8s.io');
    return {
      kind: `${resource.kind}List`,
      apiVersion: apiVersionOf(resource),
      metadata: {
        resourceVersion: String(version),
        ...(next ? { continue: next, remainingItemCount: rest.length } : {}),
      },
      items: all.slice(0, limit).map((item) => {
        const { apiVersion: _a, kind: _k, ...content } = item;
        return bare ? content : item;
      }),
    };
  }

  #watch(request: FakeRequest, served: ServedResource, response: ServerResponse): void {
    const { query, namespace } = request;
    const from = Number(query.get('resourceVersion') ?? 0);
    const changes = from > 0 ? this.#expiredOr(() => this.#store.since(from)) : undefined;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const watch: OpenWatch = { request, served, response, held: [] };
    if (changes instanceof StatusError) {
      // A real server says so inside the stream.
      send(watch, { type: 'ERROR', object: changes.body() });
      response.end();
      return;
    }
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
    for (const change of changes ?? []) this.#deliver(watch, change);
    if (!changes) {
      for (const object of this.#store.snapshot().objects(served)) {
        if (isSelected(object, namespace, query)) send(watch, { type: 'ADDED', object });
      }
    }
    const seconds = Number(query.get('timeoutSeconds'));
    if (!seconds) return;
    const timer = setTimeout(() => response.end(), seconds * 1000).unref();
    response.on('close', () => clearTimeout(timer));
  }

  #expiredOr<T>(read: () => T): T | StatusError {
    try {
      return read();
    } catch (error) {
      if (error instanceof StatusError) return error;
      throw error;
    }
  }

  #tell(change: Change): void {
    for (const watch of this.#watches) this.#deliver(watch, change);
  }

  #deliver(watch: OpenWatch, change: Change): void {
    if (change.resource !== watch.served) return;
    const { namespace, query } = watch.request;
    const is = change.type !== 'DELETED' && isSelected(change.object, namespace, query);
    const was = change.previous !== undefined && isSelected(change.previous, namespace, query);
    if (!is && !was) return;
    const type = is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED';
    this.#sendOrHold(watch, { type, object: change.object });
  }

  #bookmark(watch: OpenWatch): void {
    const { resource } = watch.served;
    const metadata = { resourceVersion: String(this.#store.version), creationTimestamp: null };
    this.#sendOrHold(watch, {
      type: 'BOOKMARK',
      object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata },
    });
  }

  #sendOrHold(watch: OpenWatch, event: JsonObject): void {
    if (this.#holding) watch.held.push(event);
    else send(watch, event);
  }

  #faultFor(request: FakeRequest): Fault | undefined {
    for (const entry of this.#faults) {
      const { when, times = 1, after = 0 } = entry.options;
      if (when && !when(request)) continue;
      entry.seen++;
      if (entry.seen >= after + times) this.#faults.delete(entry);
      if (entry.seen > after) return entry.fault;
    }
    return undefined;
  }

  #understand(message: IncomingMessage, body: Json | undefined): FakeRequest | undefined {
    const url = new URL(message.url ?? '/', 'https://localhost');
    const match = /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)\/(?<rest>.+)$/.exec(url.pathname);
    const { group = '', version = '', rest = '' } = match?.groups ?? {};
    const parts = rest.split('/').map(decodeURIComponent);
    const namespace = parts[0] === 'namespaces' && parts.length > 2 ? parts.splice(0, 2)[1] : undefined;
    const [plural = '', name, subresource] = parts;
    const known = this.#served.some(
      ({ resource }) => resource.group === group && resource.version === version && resource.plural === plural,
    );
    const contentType = message.headers['content-type'];
    const verb = verbOf(message.method, name, url.searchParams, contentType);
    if (!known || !verb) return undefined;
    const userAgent = message.headers['user-agent'];
    return { verb, plural, namespace, name, subresource, query: url.searchParams, contentType, userAgent, body };
  }
}

function verbOf(
  method: string | undefined,
  name: string | undefined,
  query: URLSearchParams,
  contentType: string | undefined,
): Verb | undefined {
  switch (method) {
    case 'GET':
      if (name !== undefined) return 'get';
      return query.get('watch') === 'true' ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return contentType === 'application/apply-patch+yaml' ? 'apply' : 'patch';
    case 'DELETE':
      return name === undefined ? undefined : 'delete';
    default:
      return undefined;
  }
}

function isSelected(object: JsonObject, namespace: string | undefined, query: URLSearchParams): boolean {
  if (namespace !== undefined && textAt(objectAt(object, 'metadata'), 'namespace') !== namespace) return false;
  return matchesLabels(object, query.get('labelSelector')) && matchesFields(object, query.get('fieldSelector'));
}

function pathOf(object: JsonObject): string {
  const metadata = objectAt(object, 'metadata');
  return `${textAt(metadata, 'namespace') ?? ''}/${textAt(metadata, 'name') ?? ''}`;
}

/** metav1.MicroTime takes exactly six digits of a second. */
function requireMicroTimes({ resource }: ServedResource, sent: JsonObject): void {
  const spec = objectAt(sent, 'spec');
  const times = resource.plural === 'leases' ? [spec['renewTime'], spec['acquireTime']] : [];
  if (resource.plural === 'events') times.push(sent['eventTime'], objectAt(sent, 'series')['lastObservedTime']);
  for (const time of times) {
    if (typeof time !== 'string' || /\.\d{6}(Z|[+-]\d\d:\d\d)$/.test(time)) continue;
    const words = `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: parsing time "${time}"`;
    throw new StatusError(400, 'BadRequest', words);
  }
}

function send({ response }: OpenWatch, event: JsonObject): void {
  response.write(`${JSON.stringify(event)}\n`);
}

function json(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readJson(message: IncomingMessage): Promise<Json | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text ? (JSON.parse(text) as Json) : undefined;
}
