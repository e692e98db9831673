import { systemClock, type Clock } from './clock.js';
import { deferred } from './deferred.js';
import { isConflict } from './errors.js';
import type { Informer } from './informer.js';
import { silentLogger, type Logger } from './logger.js';
import type { ReconcileOutcome, RuntimeMetrics } from './metrics.js';
import { keyText, parseKey, type KubeObject, type ObjectKey } from './objects.js';
import { RateLimitedQueue } from './queue.js';
import { resourceName } from './resource.js';

export interface ReconcileResult {
  /** Run again after this time even if nothing changes. */
  readonly requeueAfterMs?: number | undefined;
}

/** Thrown by a reconcile for what no retry will change: the key waits for the next event. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** Whose changes a controller follows, and which keys they concern. */
export interface Watch {
  readonly informer: Informer<KubeObject>;
  /** The keys to reconcile when this object changes: its own, or its owner's ({@link ownerKeys}). */
  keys(object: KubeObject): ObjectKey[];
}

export interface ControllerOptions {
  /** Names it in logs and metrics. */
  readonly name: string;
  /**
   * Makes the world as it should be for one key, whatever happened before. Never runs twice at once for a key. A rejection
   * is retried with growing waits; the signal aborts when the controller stops or the time is over.
   */
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- an async function that returns nothing is a Promise<void>
  reconcile(key: ObjectKey, signal: AbortSignal): Promise<ReconcileResult | undefined | void>;
  readonly watches: readonly Watch[];
  /** How many keys are worked on at once. @default 1 */
  readonly concurrency?: number;
  /** When to abort the signal of one reconcile. Default: never */
  readonly reconcileTimeoutMs?: number;
  /** How long the informers may take to have listed everything. @default 120_000 */
  readonly syncTimeoutMs?: number;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly metrics?: RuntimeMetrics;
}

/** How soon a key is looked at again whose last write has not come back from the watch yet. */
const BEHIND_DELAY_MS = 25;

/** Runs `reconcile` for each key whose objects changed. */
export class Controller {
  readonly name: string;
  readonly #options: ControllerOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #queue: RateLimitedQueue<string>;

  constructor(options: ControllerOptions) {
    this.name = options.name;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
    this.#queue = new RateLimitedQueue({
      clock: this.#clock,
      ...(options.metrics ? { observer: options.metrics.queue(options.name) } : {}),
    });
  }

  /** Asks for a reconcile of a key. */
  enqueue(key: ObjectKey): void {
    this.#queue.add(keyText(key));
  }

  /** Asks for a reconcile of a key after some time. */
  enqueueAfter(key: ObjectKey, ms: number): void {
    this.#queue.addAfter(keyText(key), ms);
  }

  /**
   * Waits until the informers know everything, reconciles every key there is, and then each that changes, until the signal
   * aborts and the reconciles that run then have ended. A controller runs once.
   *
   * @throws Error if the informers do not get to know everything in time
   */
  async run(signal: AbortSignal): Promise<void> {
    const { watches, concurrency = 1, metrics } = this.#options;
    if (signal.aborted) return;
    const stop = (): void => this.#queue.shutDown();
    signal.addEventListener('abort', stop, { once: true });
    const subscriptions = watches.map((watch) =>
      watch.informer.onChange(({ object, previous }) => {
        this.#enqueueAll(watch.keys(object));
        // Of an object that changed hands, the former owner wants to know too.
        if (previous) this.#enqueueAll(watch.keys(previous));
      }),
    );
    try {
      if (!(await this.#waitForSync(signal))) return;
      for (const watch of watches) for (const object of watch.informer.list()) this.#enqueueAll(watch.keys(object));
      metrics?.controllerStarted(this.name, concurrency);
      this.#log.info({ controller: this.name, workers: concurrency }, 'controller started');
      await Promise.all(Array.from({ length: concurrency }, () => this.#work(signal)));
      this.#log.info({ controller: this.name }, 'controller stopped');
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
      for (const unsubscribe of subscriptions) unsubscribe();
    }
  }

  #enqueueAll(keys: readonly ObjectKey[]): void {
    for (const key of keys) this.enqueue(key);
  }

  /** Whether all informers know everything; false if it was stopped first. */
  async #waitForSync(signal: AbortSignal): Promise<boolean> {
    const timeoutMs = this.#options.syncTimeoutMs ?? 120_000;
    const { promise: ended, resolve: end } = deferred<'stopped' | 'too late'>();
    const onAbort = (): void => end('stopped');
    signal.addEventListener('abort', onAbort, { once: true });
    const cancel = this.#clock.schedule(timeoutMs, () => end('too late'));
    try {
      const outcome = await Promise.race([
        ended,
        Promise.all(this.#options.watches.map(({ informer }) => informer.synced)),
      ]);
      if (outcome === 'too late') {
        const missing = this.#options.watches.filter(({ informer }) => !informer.hasSynced);
        const names = missing.map(({ informer }) => resourceName(informer.resource)).join(', ');
        throw new Error(`controller ${this.name}: no complete list of ${names} after ${timeoutMs} ms`);
      }
      return outcome !== 'stopped';
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let key = await this.#queue.take(); key !== undefined; key = await this.#queue.take()) {
      try {
        // What the cache shows may be older than what we wrote: deciding on it would write the same again, or worse.
        if (this.#isBehind(key)) this.#queue.addAfter(key, BEHIND_DELAY_MS);
        else await this.#reconcile(key, signal);
      } finally {
        this.#queue.done(key);
      }
    }
  }

  #isBehind(key: string): boolean {
    return this.#options.watches.some((watch) =>
      watch.informer.unseen().some((written) => watch.keys(written).some((owner) => keyText(owner) === key)),
    );
  }

  async #reconcile(key: string, signal: AbortSignal): Promise<void> {
    const { metrics, reconcileTimeoutMs } = this.#options;
    const run = new AbortController();
    const onStop = (): void => run.abort(signal.reason);
    if (signal.aborted) onStop();
    signal.addEventListener('abort', onStop, { once: true });
    const cancel =
      reconcileTimeoutMs === undefined
        ? undefined
        : this.#clock.schedule(reconcileTimeoutMs, () =>
            run.abort(new DOMException(`the reconcile took longer than ${reconcileTimeoutMs} ms`, 'TimeoutError')),
          );
    const startedAt = this.#clock.monotonic();
    metrics?.reconcileStarted(this.name);
    let outcome: ReconcileOutcome = 'error';
    let terminal = false;
    try {
      const result = await this.#options.reconcile(parseKey(key), run.signal);
      this.#queue.forget(key);
      outcome = 'success';
      if (result?.requeueAfterMs !== undefined) {
        outcome = 'requeue_after';
        this.#queue.addAfter(key, result.requeueAfterMs);
      }
    } catch (error) {
      terminal = error instanceof TerminalError;
      this.#failed(key, error, signal);
    } finally {
      cancel?.();
      signal.removeEventListener('abort', onStop);
      metrics?.reconcileEnded(this.name, outcome, this.#clock.monotonic() - startedAt, terminal);
    }
  }

  #failed(key: string, err: unknown, signal: AbortSignal): void {
    const fields = { controller: this.name, key, err };
    // A reconcile that was told to stop fails as it should.
    if (signal.aborted) this.#log.debug(fields, 'reconcile stopped');
    else if (err instanceof TerminalError) {
      this.#queue.forget(key);
      this.#log.error(fields, 'reconcile failed and will not be retried');
    } else {
      const retryInMs = this.#queue.addRateLimited(key);
      // Another writer was there first, which is everyday.
      if (isConflict(err)) this.#log.debug({ ...fields, retryInMs }, 'reconcile lost a race');
      else this.#log.warn({ ...fields, retryInMs }, 'reconcile failed');
    }
  }
}
