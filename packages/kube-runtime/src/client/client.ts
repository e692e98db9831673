import { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../clock.js';
import { isNotFound } from '../errors.js';
import type { RuntimeMetrics } from '../metrics.js';
import { keyOf, keyText, type KubeObject, type ObjectKey, type ObjectMeta } from '../objects.js';
import { apiVersionOf, resourceName, resourcePath, type Resource } from '../resource.js';
import { Transport, type ApiRequest } from './transport.js';
import { linesOf, parseWatchEvent, type WatchEvent } from './watch-stream.js';

export interface KubeClientOptions {
  /** Which cluster, and as whom: a KubeConfig of client-node. */
  readonly kubeConfig: KubeConfig;
  /** Who we are in `managedFields`. */
  readonly fieldManager: string;
  /** Default: the field manager. */
  readonly userAgent?: string;
  /** How long one call may take, its repetitions included. @default 30_000 */
  readonly requestTimeoutMs?: number;
  readonly clock?: Clock;
  readonly metrics?: RuntimeMetrics;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions extends CallOptions {
  /** Default: the client's. */
  readonly fieldManager?: string;
  /** Ask the server to check everything and change nothing. */
  readonly dryRun?: boolean;
}

export interface ApplyOptions extends WriteOptions {
  readonly subresource?: 'status' | 'scale';
  /** Take over fields that another manager owns. Without it such a field is a `conflict`. @default true */
  readonly force?: boolean;
  /** Apply only if the object still has this version; `conflict` if not. */
  readonly resourceVersion?: string | undefined;
}

export interface PatchOptions extends WriteOptions {
  readonly subresource?: 'status' | 'scale';
  /** Patch only if the object still has this version; `conflict` if not. Merge patches only. */
  readonly resourceVersion?: string | undefined;
}

export interface DeleteOptions extends CallOptions {
  /** Delete only this very object; `conflict` if another has its name now. */
  readonly uid?: string | undefined;
  /** Delete only this version of it; `conflict` if it has changed. */
  readonly resourceVersion?: string | undefined;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
}

export interface Selection {
  /** One namespace; all if left out. */
  readonly namespace?: string | undefined;
  /** As kubectl's `-l`. */
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ListOptions extends Selection, CallOptions {
  /** Objects a page. @default 500 */
  readonly limit?: number;
}

/** All objects of a selection at one moment. */
export interface List<T> {
  readonly items: T[];
  /** That moment: where a watch goes on. */
  readonly resourceVersion: string;
}

export interface WatchOptions extends Selection, CallOptions {
  readonly resourceVersion?: string | undefined;
  /** @default true */
  readonly allowWatchBookmarks?: boolean;
  /** When the server is to end the watch. */
  readonly timeoutSeconds?: number;
}

/** What may be applied or created: any part of the object that has its name. */
export type Named<T extends KubeObject> = Partial<T> & {
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** One operation of a JSON Patch (RFC 6902). A failed `test` is `invalid` (422), not `conflict`. */
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/**
 * Typed calls to the API server over one pool of connections. Objects are plain JSON (see {@link Wire}). Each method throws
 * {@link KubeError}, or the reason of `signal` if that aborted.
 */
export class KubeClient {
  /** Who we are in `managedFields`. */
  readonly fieldManager: string;
  readonly #transport: Transport;

  constructor(options: KubeClientOptions) {
    const { metrics } = options;
    this.fieldManager = options.fieldManager;
    this.#transport = new Transport({
      kubeConfig: options.kubeConfig,
      userAgent: options.userAgent ?? options.fieldManager,
      requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
      clock: options.clock,
      onAnswer: (method, host, status) => metrics?.answered(method, host, status),
    });
  }

  /**
   * The cluster that `KUBECONFIG`, `~/.kube/config` or the pod's service account names, tried in this order.
   * @throws Error if there is none of them
   */
  static fromEnvironment(options: Omit<KubeClientOptions, 'kubeConfig'>): KubeClient {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromDefault();
    // What client-node makes up when it finds nothing.
    if (kubeConfig.getCurrentCluster()?.server === 'http://localhost:8080') {
      throw new Error('no cluster: KUBECONFIG is not set, and there is neither ~/.kube/config nor a service account');
    }
    return new KubeClient({ ...options, kubeConfig });
  }

  /** Reads one object. `not_found` if there is none. */
  async get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey, options: CallOptions = {}): Promise<T> {
    const text = await this.#transport.send({
      method: 'GET',
      path: resourcePath(resource, key.namespace, key.name),
      action: actionOf('get', resource, key),
      idempotent: true,
      signal: options.signal,
    });
    return parse(resource, text);
  }

  /** Reads one object; undefined if there is none. */
  async find<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    options: CallOptions = {},
  ): Promise<T | undefined> {
    try {
      return await this.get(resource, key, options);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /**
   * Reads all objects of a selection, page by page, as of one moment. Reads what is committed and never an old cache: the
   * list after a write has the write in it. `gone` if reading the pages took longer than the server keeps that moment.
   */
  async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}): Promise<List<T>> {
    const query = selectionQuery(options);
    query.set('limit', String(options.limit ?? 500));
    const items: T[] = [];
    for (;;) {
      const text = await this.#transport.send({
        method: 'GET',
        path: resourcePath(resource, options.namespace),
        query,
        action: actionOf('list', resource, options),
        idempotent: true,
        signal: options.signal,
      });
      const page = parsePage(text);
      // Items of a list of a built-in type do not say what they are.
      for (const item of page.items ?? []) items.push(trusted(resource, typed(resource, item)));
      const { continue: next, resourceVersion = '' } = page.metadata ?? {};
      if (!next) return { items, resourceVersion };
      query.set('continue', next);
    }
  }

  /** Makes a new object; `already_exists` if there is one. Not repeated by itself: the first attempt may have made it. */
  async create<T extends KubeObject>(
    resource: Resource<T>,
    object: Partial<T> & { readonly metadata: ObjectMeta },
    options: WriteOptions = {},
  ): Promise<T> {
    const { namespace, name, generateName } = object.metadata;
    const text = await this.#transport.send({
      method: 'POST',
      path: resourcePath(resource, namespace),
      query: this.#writeQuery(options),
      body: typed(resource, object),
      action: actionOf('create', resource, { namespace, name: name ?? `${generateName ?? ''}*` }),
      idempotent: false,
      signal: options.signal,
    });
    return parse(resource, text);
  }

  /**
   * Server-side apply: the one way to write. Makes the object if there is none. Send only what is yours: a field that was
   * in the last apply and is not in this one is removed, and applying a whole object read from the server makes all its
   * fields yours. With `subresource: 'status'` the object must exist.
   */
  async apply<T extends KubeObject>(resource: Resource<T>, object: Named<T>, options: ApplyOptions = {}): Promise<T> {
    const query = this.#writeQuery(options);
    query.set('force', String(options.force ?? true));
    const metadata: ObjectMeta = { ...object.metadata };
    // Of an object that was read: the server refuses them.
    delete metadata.managedFields;
    if (options.resourceVersion === undefined) delete metadata.resourceVersion;
    else metadata.resourceVersion = options.resourceVersion;
    return this.#patch(resource, keyOf(object), {
      query,
      body: typed(resource, { ...object, metadata }),
      contentType: 'application/apply-patch+yaml',
      verb: 'apply',
      idempotent: true,
      options,
    });
  }

  /**
   * A JSON Merge Patch (an object; null removes a field), or a JSON Patch (a list of operations). For a single annotation
   * or finalizer; objects that are ours are applied.
   */
  async patch<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: object | readonly JsonPatchOperation[],
    options: PatchOptions = {},
  ): Promise<T> {
    const operations = Array.isArray(patch);
    const body =
      operations || options.resourceVersion === undefined ? patch : withVersion(patch, options.resourceVersion);
    return this.#patch(resource, key, {
      query: this.#writeQuery(options),
      body,
      contentType: operations ? 'application/json-patch+json' : 'application/merge-patch+json',
      verb: 'patch',
      idempotent: !operations,
      options,
    });
  }

  /** Deletes one object; `not_found` if there is none. It may live on until its finalizers are gone. */
  async delete(resource: Resource<KubeObject>, key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    const { uid, resourceVersion, propagationPolicy, gracePeriodSeconds } = options;
    await this.#transport.send({
      method: 'DELETE',
      path: resourcePath(resource, key.namespace, key.name),
      body: {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        preconditions: { uid, resourceVersion },
        propagationPolicy,
        gracePeriodSeconds,
      },
      action: actionOf('delete', resource, key),
      idempotent: true,
      signal: options.signal,
    });
  }

  /**
   * Events of a selection after `resourceVersion`. Ends when the server ends it; an ERROR event inside is thrown. For a
   * picture that stays true, use {@link Informer}.
   */
  async *watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const query = selectionQuery(options);
    query.set('watch', 'true');
    query.set('allowWatchBookmarks', String(options.allowWatchBookmarks ?? true));
    if (options.resourceVersion !== undefined) query.set('resourceVersion', options.resourceVersion);
    if (options.timeoutSeconds !== undefined) query.set('timeoutSeconds', String(options.timeoutSeconds));
    const action = actionOf('watch', resource, options);
    const request: ApiRequest = {
      method: 'GET',
      path: resourcePath(resource, options.namespace),
      query,
      action,
      idempotent: true,
      signal: options.signal,
    };
    for await (const line of linesOf(this.#transport.open(request))) {
      const { type, object } = parseWatchEvent(action, line);
      yield { type, object: trusted(resource, object) };
    }
  }

  /** Ends all connections, and the calls on them. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  async #patch<T extends KubeObject>(resource: Resource<T>, key: ObjectKey, patch: Patch): Promise<T> {
    const { subresource } = patch.options;
    const text = await this.#transport.send({
      method: 'PATCH',
      path: resourcePath(resource, key.namespace, key.name, subresource),
      query: patch.query,
      body: patch.body,
      contentType: patch.contentType,
      action: actionOf(patch.verb, resource, key, subresource),
      idempotent: patch.idempotent,
      signal: patch.options.signal,
    });
    return parse(resource, text);
  }

  #writeQuery(options: WriteOptions): URLSearchParams {
    const query = new URLSearchParams({ fieldManager: options.fieldManager ?? this.fieldManager });
    if (options.dryRun) query.set('dryRun', 'All');
    return query;
  }
}

interface Patch {
  readonly query: URLSearchParams;
  readonly body: object;
  readonly contentType: string;
  readonly verb: string;
  readonly idempotent: boolean;
  readonly options: PatchOptions;
}

interface ListPage {
  readonly items?: object[] | null;
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
}

function typed<O extends object>(resource: Resource<KubeObject>, object: O): O & { apiVersion: string; kind: string } {
  return { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
}

function withVersion(patch: object, resourceVersion: string): object {
  const metadata = 'metadata' in patch && typeof patch.metadata === 'object' ? patch.metadata : {};
  return { ...patch, metadata: { ...metadata, resourceVersion } };
}

function selectionQuery(selection: Selection): URLSearchParams {
  const query = new URLSearchParams();
  if (selection.labelSelector) query.set('labelSelector', selection.labelSelector);
  if (selection.fieldSelector) query.set('fieldSelector', selection.fieldSelector);
  return query;
}

function actionOf(
  verb: string,
  resource: Resource<KubeObject>,
  where: { readonly namespace?: string | undefined; readonly name?: string },
  subresource?: string,
): string {
  const { namespace, name } = where;
  const what = resourceName(resource) + (subresource ? `/${subresource}` : '');
  if (name !== undefined) return `${verb} ${what} ${keyText(namespace ? { namespace, name } : { name })}`;
  return namespace ? `${verb} ${what} in ${namespace}` : `${verb} ${what}`;
}

/** The one place where an answer becomes a type: the API server has checked it against the schema of its resource. */
function trusted<T extends KubeObject>(_resource: Resource<T>, value: unknown): T {
  return value as T;
}

function parse<T extends KubeObject>(resource: Resource<T>, text: string): T {
  return trusted(resource, JSON.parse(text));
}

function parsePage(text: string): ListPage {
  return JSON.parse(text) as ListPage;
}
