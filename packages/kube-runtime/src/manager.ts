import type { KubeClient } from './client/client.js';
import { systemClock, type Clock } from './clock.js';
import type { Controller } from './controller.js';
import { deferred } from './deferred.js';
import { Endpoint, answerHealth, type Address, type Answer, type HealthCheck } from './health.js';
import type { Informer } from './informer.js';
import { LeaderElector, type LeaderElectionOptions } from './lease.js';
import { silentLogger, type Logger } from './logger.js';
import type { RuntimeMetrics } from './metrics.js';
import type { KubeObject } from './objects.js';
import { resourceName } from './resource.js';

export interface ManagerOptions {
  readonly client: KubeClient;
  readonly informers: readonly Informer<KubeObject>[];
  readonly controllers: readonly Controller[];
  /** Only the leader runs controllers. Left out: this process always does. */
  readonly leaderElection?: LeaderElectionOptions | undefined;
  /** Where `/healthz` and `/readyz` are answered. Port 0 takes a free one. */
  readonly health?: Address | undefined;
  /** Where `/metrics` is answered; needs `metrics`. */
  readonly metricsServer?: Address | undefined;
  /** More checks of `/healthz`, by name. */
  readonly healthChecks?: Readonly<Record<string, HealthCheck>>;
  /** More checks of `/readyz`, by name; `informers` is there already. */
  readonly readyChecks?: Readonly<Record<string, HealthCheck>>;
  /** How long controllers may take to end after they were told to. @default 10_000 */
  readonly stopTimeoutMs?: number;
  /** Called when the controllers have ended, before the lease is released: to flush events, say. */
  onStop?(): Promise<void>;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly metrics?: RuntimeMetrics;
}

/**
 * Runs an operator: informers always, controllers while this process leads, health and metrics over HTTP.
 *
 * On SIGTERM or SIGINT the controllers stop, the lease is released, and `run` resolves.
 */
export class Manager {
  readonly #options: ManagerOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #elector: LeaderElector | undefined;
  #health: Endpoint | undefined;
  #metrics: Endpoint | undefined;
  #leading = false;

  constructor(options: ManagerOptions) {
    const { client, clock = systemClock, log = silentLogger, metrics, leaderElection } = options;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#elector =
      leaderElection && new LeaderElector({ ...leaderElection, client, clock, log, ...(metrics ? { metrics } : {}) });
  }

  /** Whether the controllers of this process run. */
  get isLeader(): boolean {
    return this.#leading;
  }

  /** Where health is answered, while it is. */
  get healthAddress(): Address | undefined {
    return this.#health?.address;
  }

  /** Where metrics are answered, while they are. */
  get metricsAddress(): Address | undefined {
    return this.#metrics?.address;
  }

  /**
   * Runs until the signal aborts; without one, until SIGTERM or SIGINT. Once it has ended, in whatever way, end the
   * process: after a lost lease something may still be under way.
   *
   * @throws LeadershipLostError when the lease is lost
   * @throws Error when a controller cannot start, an address cannot be listened on, or controllers do not stop in time
   */
  async run(signal?: AbortSignal): Promise<void> {
    const stopped = new AbortController();
    const onStop = (): void => {
      this.#log.info({}, 'stopping');
      stopped.abort(new Error('stopped'));
    };
    const informing = new AbortController();
    if (signal?.aborted) return;
    signal?.addEventListener('abort', onStop, { once: true });
    if (!signal) for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, onStop);
    try {
      await this.#openEndpoints();
      for (const informer of this.#options.informers) void informer.run(informing.signal);
      const lead = (term: AbortSignal): Promise<void> => this.#lead(term);
      const work = this.#elector ? this.#elector.run(stopped.signal, lead) : lead(stopped.signal);
      await this.#endInTime(work, stopped.signal);
    } finally {
      signal?.removeEventListener('abort', onStop);
      for (const name of ['SIGTERM', 'SIGINT'] as const) process.removeListener(name, onStop);
      stopped.abort(new Error('ended'));
      informing.abort();
      await Promise.all([this.#health?.close(), this.#metrics?.close()]);
    }
  }

  /** Runs all controllers; when one fails, stops the others. */
  async #lead(signal: AbortSignal): Promise<void> {
    const term = new AbortController();
    const onAbort = (): void => term.abort(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    this.#leading = true;
    try {
      const runs = this.#options.controllers.map((controller) =>
        controller.run(term.signal).catch((error: unknown) => {
          term.abort(error);
          throw error;
        }),
      );
      const ends = await Promise.allSettled(runs);
      await this.#options.onStop?.();
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
    } finally {
      this.#leading = false;
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The work, or an error if it goes on too long after the stop. */
  async #endInTime(work: Promise<void>, stopped: AbortSignal): Promise<void> {
    const timeoutMs = this.#options.stopTimeoutMs ?? 10_000;
    const { promise: tooLate, resolve } = deferred<'too late'>();
    let cancel: (() => void) | undefined;
    const startTimer = (): void => {
      cancel = this.#clock.schedule(timeoutMs, () => resolve('too late'));
    };
    stopped.addEventListener('abort', startTimer, { once: true });
    try {
      const outcome = await Promise.race([work, tooLate]);
      if (outcome === 'too late') {
        throw new Error(`the controllers did not stop within ${timeoutMs} ms; the lease was not released`);
      }
    } finally {
      stopped.removeEventListener('abort', startTimer);
      cancel?.();
    }
  }

  async #openEndpoints(): Promise<void> {
    const { health, metricsServer, metrics, healthChecks, readyChecks } = this.#options;
    const groups = {
      healthz: { ping: () => undefined, ...healthChecks },
      readyz: { informers: () => this.#checkInformers(), ...readyChecks },
    };
    if (health) this.#health = await Endpoint.open(health, (path, query) => answerHealth(groups, path, query));
    if (metricsServer && metrics) {
      const { registry } = metrics;
      this.#metrics = await Endpoint.open(metricsServer, async (path): Promise<Answer> => {
        if (path !== '/metrics') return { status: 404, body: 'metrics are at /metrics\n' };
        return { status: 200, body: await registry.metrics(), type: registry.contentType };
      });
    }
  }

  #checkInformers(): void {
    const missing = this.#options.informers.filter(({ hasSynced }) => !hasSynced);
    if (missing.length > 0) {
      throw new Error(`not listed yet: ${missing.map(({ resource }) => resourceName(resource)).join(', ')}`);
    }
  }
}
