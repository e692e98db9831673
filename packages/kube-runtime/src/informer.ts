import { systemClock, type Clock } from './clock.js';
import type { KubeClient, Selection } from './client/client.js';
import type { WatchEvent } from './client/watch-stream.js';
import { deferred } from './deferred.js';
import { KubeError, isGone } from './errors.js';
import { silentLogger, type Logger } from './logger.js';
import type { RuntimeMetrics } from './metrics.js';
import { compareResourceVersions, keyOf, keyText, type KubeObject, type ObjectKey } from './objects.js';
import { controllerOf } from './owners.js';
import { resourceName, type Resource } from './resource.js';

export interface InformerOptions<T extends KubeObject> {
  readonly client: KubeClient;
  readonly resource: Resource<T>;
  /** One namespace; all of them if left out. */
  readonly namespace?: string | undefined;
  /** Only objects with these labels, as kubectl's `-l`. */
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Drops from each object what need not be kept. Default: {@link dropManagedFields} */
  transform?(object: T): T;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly metrics?: RuntimeMetrics;
}

export interface InformerEvent<T> {
  readonly type: 'added' | 'updated' | 'deleted';
  /** As it is now; of a deleted object, as it was last. */
  readonly object: T;
  /** As it was before an update. */
  readonly previous?: T;
}

/** With a method, so that an informer of one type is an informer of any object. */
interface Listener<T> {
  notify(event: InformerEvent<T>): void;
}

/** Waits after failures double from the first to the second, in ms. */
const MIN_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 30_000;
/** A watch is asked to end after a random time between this and twice this, in seconds; as client-go does. */
const WATCH_SECONDS = 300;
/** The server sends a bookmark each minute. A watch silent for this long is dead, whatever TCP thinks, in ms. */
const SILENCE_MS = 150_000;
/** A watch that ends sooner, without an event, counts as a failure, in ms. */
const SHORTEST_WATCH_MS = 1_000;
/** How long an own write is waited for, in ms. */
const UNSEEN_EXPIRY_MS = 30_000;
/** So many lists in a row that are older than what is known, and history was rewound: etcd came back from a backup. */
const MAX_STALE_LISTS = 5;

/** Drops `metadata.managedFields`, often half of an object. */
export function dropManagedFields<T extends KubeObject>(object: T): T {
  if (object.metadata?.managedFields === undefined) return object;
  const metadata = { ...object.metadata };
  delete metadata.managedFields;
  return { ...object, metadata };
}

/**
 * A picture of all objects of a selection that follows the API server: it lists, watches from there, and lists again when it
 * must. It survives refusals, resets, expired versions and connections that are silently dead, and never shows an object
 * older than it did before.
 *
 * Objects are frozen: they are everybody's.
 */
export class Informer<T extends KubeObject> {
  readonly resource: Resource<T>;
  /** Resolves when the first list is in. */
  readonly synced: Promise<undefined>;
  readonly #options: InformerOptions<T>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #setSynced: () => void;
  readonly #objects = new Map<string, T>();
  readonly #byOwner = new Map<string, Map<string, T>>();
  readonly #listeners = new Set<Listener<T>>();
  readonly #unseen = new Map<string, { readonly object: T; readonly version: string; readonly expiresAt: number }>();
  /** Everything up to this version has been seen. */
  #version: string | undefined;
  #mustList = true;
  #staleLists = 0;
  #hasSynced = false;

  constructor(options: InformerOptions<T>) {
    const { promise, resolve } = deferred<undefined>();
    this.resource = options.resource;
    this.synced = promise;
    this.#setSynced = () => resolve(undefined);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Follows the API server until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    for (;;) {
      const watch = { heard: false };
      let error: unknown;
      let openedAt = Infinity;
      try {
        if (this.#mustList) await this.#list(signal);
        openedAt = this.#clock.monotonic();
        await this.#watch(signal, () => (watch.heard = true));
      } catch (caught) {
        error = caught;
      }
      if (signal.aborted) return;
      const endedInOrder = error === undefined && this.#clock.monotonic() - openedAt >= SHORTEST_WATCH_MS;
      // A list alone proves nothing: a watch that is refused after each list must not become a loop of lists.
      if (endedInOrder || (watch.heard && !isGone(error) && causeOf(error) !== 'other')) failures = 0;
      if (endedInOrder) {
        this.#options.metrics?.informerRestarted(resourceName(this.resource), 'ended');
        continue;
      }
      const delayMs = Math.max(backoffMs(failures++), error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0);
      this.#failed(error, delayMs);
      await this.#clock.sleep(delayMs, signal).catch(() => undefined);
    }
  }

  /** The object of a key as last seen. */
  get(key: ObjectKey): T | undefined {
    return this.#objects.get(keyText(key));
  }

  /** All objects as last seen. */
  list(filter: { readonly namespace?: string } = {}): T[] {
    const all = [...this.#objects.values()];
    const { namespace } = filter;
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata?.namespace === namespace);
  }

  /** The objects that the object with this uid controls. */
  byOwner(uid: string): T[] {
    return [...(this.#byOwner.get(uid)?.values() ?? [])];
  }

  /**
   * Calls `listener` for each change from now on, in the order of the changes. What is known already is in {@link list}.
   * @returns a function that ends it
   */
  onChange(listener: (event: InformerEvent<T>) => void): () => void {
    const added: Listener<T> = { notify: listener };
    this.#listeners.add(added);
    return () => this.#listeners.delete(added);
  }

  /**
   * Tells of an own write (what `apply` returned): until it comes back from the watch, the informer is behind for its key.
   * For 30 seconds at most. Only for objects that the informer's selectors select.
   */
  observe(written: T): void {
    const version = written.metadata?.resourceVersion;
    if (version === undefined || this.#hasSeen(version)) return;
    const expiresAt = this.#clock.monotonic() + UNSEEN_EXPIRY_MS;
    this.#unseen.set(keyText(keyOf(written)), { object: written, version, expiresAt });
  }

  /** Whether an own write of this object has not been seen yet. */
  isBehind(key: ObjectKey): boolean {
    return this.unseen().some(({ metadata }) => metadata?.name === key.name && metadata.namespace === key.namespace);
  }

  /** The own writes that have not been seen yet. */
  unseen(): T[] {
    if (this.#unseen.size === 0) return [];
    const now = this.#clock.monotonic();
    for (const [key, { object, expiresAt }] of this.#unseen) {
      if (expiresAt > now) continue;
      this.#unseen.delete(key);
      this.#log.warn(
        { resource: resourceName(this.resource), key, version: object.metadata?.resourceVersion },
        'own write not seen',
      );
    }
    return [...this.#unseen.values()].map(({ object }) => object);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client } = this.#options;
    const { items, resourceVersion } = await client.list(this.resource, { ...this.#selection(), signal });
    if (this.#version !== undefined && compareResourceVersions(resourceVersion, this.#version) < 0) {
      if (++this.#staleLists < MAX_STALE_LISTS) throw new StaleListError(resourceVersion, this.#version);
      this.#log.error(
        { resource: resourceName(this.resource), resourceVersion, known: this.#version },
        'history was rewound',
      );
    }
    this.#staleLists = 0;
    const gone = new Set(this.#objects.keys());
    for (const item of items) {
      gone.delete(keyText(keyOf(item)));
      this.#set(item);
    }
    for (const key of gone) this.#remove(key);
    this.#advance(resourceVersion);
    this.#mustList = false;
    this.#hasSynced = true;
    this.#setSynced();
  }

  async #watch(signal: AbortSignal, onHeard: () => void): Promise<void> {
    const { client } = this.#options;
    const stop = new AbortController();
    const onAbort = (): void => stop.abort(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const listen = (): (() => void) => this.#clock.schedule(SILENCE_MS, () => stop.abort(new SilentWatchError()));
    let cancel = listen();
    try {
      const events = client.watch(this.resource, {
        ...this.#selection(),
        resourceVersion: this.#version,
        timeoutSeconds: Math.round(WATCH_SECONDS * (1 + Math.random())),
        signal: stop.signal,
      });
      for await (const event of events) {
        cancel();
        cancel = listen();
        onHeard();
        this.#handle(event);
      }
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
    }
  }

  #selection(): Selection {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    return { namespace, labelSelector, fieldSelector };
  }

  #handle({ type, object }: WatchEvent<T>): void {
    const version = object.metadata?.resourceVersion;
    if (version === undefined)
      throw new TypeError(`a ${type} event of ${resourceName(this.resource)} has no resourceVersion`);
    // Events come in the order of their versions: this one is a repetition, or late.
    if (this.#hasSeen(version)) return;
    if (type === 'DELETED') this.#remove(keyText(keyOf(object)), object);
    else if (type !== 'BOOKMARK') this.#set(object);
    this.#advance(version);
  }

  #set(raw: T): void {
    const object = deepFreeze(this.#options.transform?.(raw) ?? dropManagedFields(raw));
    const key = keyText(keyOf(object));
    const previous = this.#objects.get(key);
    if (previous && previous.metadata?.resourceVersion === object.metadata?.resourceVersion) return;
    if (previous) this.#unindex(key, previous);
    this.#objects.set(key, object);
    this.#index(key, object);
    this.#emit(previous ? { type: 'updated', object, previous } : { type: 'added', object });
  }

  #remove(key: string, last?: T): void {
    const known = this.#objects.get(key);
    if (!known) return;
    this.#objects.delete(key);
    this.#unindex(key, known);
    this.#emit({ type: 'deleted', object: last ?? known });
  }

  #index(key: string, object: T): void {
    const owner = controllerOf(object)?.uid;
    if (owner === undefined) return;
    const children = this.#byOwner.get(owner) ?? new Map<string, T>();
    this.#byOwner.set(owner, children.set(key, object));
  }

  #unindex(key: string, object: T): void {
    const owner = controllerOf(object)?.uid;
    const children = owner === undefined ? undefined : this.#byOwner.get(owner);
    if (owner === undefined || !children) return;
    children.delete(key);
    if (children.size === 0) this.#byOwner.delete(owner);
  }

  #advance(version: string): void {
    this.#version = version;
    for (const [key, written] of this.#unseen) if (this.#hasSeen(written.version)) this.#unseen.delete(key);
  }

  #hasSeen(version: string): boolean {
    return this.#version !== undefined && compareResourceVersions(version, this.#version) <= 0;
  }

  #emit(event: InformerEvent<T>): void {
    for (const listener of this.#listeners) {
      try {
        listener.notify(event);
      } catch (err) {
        this.#log.error({ resource: resourceName(this.resource), err }, 'a listener of an informer failed');
      }
    }
  }

  /** Decides whether what is known is still a place to watch from. */
  #failed(err: unknown, retryInMs: number): void {
    const cause = causeOf(err);
    const resource = resourceName(this.resource);
    // The version has expired, or the server does not know it yet, or will not have the watch: only a list helps. After
    // everything else the watch can go on where it was.
    if (
      err instanceof KubeError &&
      err.status !== undefined &&
      !['too_many_requests', 'server_error'].includes(err.code)
    ) {
      this.#mustList = true;
    }
    this.#options.metrics?.informerRestarted(resource, cause);
    const fields = { resource, cause, retryInMs, ...(err === undefined ? {} : { err }) };
    if (isGone(err) || err === undefined) this.#log.debug(fields, 'watch ended early');
    else this.#log.warn(fields, 'list or watch failed');
  }
}

class SilentWatchError extends Error {
  override readonly name = 'SilentWatchError';
  constructor() {
    super(`no event and no bookmark for ${SILENCE_MS} ms`);
  }
}

class StaleListError extends Error {
  override readonly name = 'StaleListError';
  constructor(listed: string, known: string) {
    super(`the server listed version ${listed}, older than the ${known} already seen`);
  }
}

function causeOf(error: unknown): string {
  if (error instanceof KubeError) return error.code;
  if (error instanceof SilentWatchError) return 'silent';
  if (error instanceof StaleListError) return 'stale_list';
  return error === undefined ? 'ended_early' : 'other';
}

/** Exponential, with up to half as much again by chance, so that many clients do not come back as one. */
function backoffMs(failures: number): number {
  return Math.min(MIN_BACKOFF_MS * 2 ** failures, MAX_BACKOFF_MS) * (1 + Math.random() / 2);
}

function deepFreeze<V>(value: V): V {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
