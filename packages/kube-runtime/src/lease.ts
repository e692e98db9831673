import type { KubeClient } from './client/client.js';
import { systemClock, type Clock } from './clock.js';
import { isAlreadyExists, isConflict, isNotFound } from './errors.js';
import { silentLogger, type Logger } from './logger.js';
import type { RuntimeMetrics } from './metrics.js';
import { resources, type Lease } from './resources.js';
import { microTime } from './wire.js';

export interface LeaderElectionOptions {
  /** Where the Lease is. */
  readonly namespace: string;
  readonly name: string;
  /** Who we are: different for each process, a pod's name and something random for instance. */
  readonly identity: string;
  /** How long others wait after the last sign of a leader before they take its place. @default 15_000 */
  readonly leaseDurationMs?: number;
  /** How long a leader goes on without being able to renew. Must be shorter than the lease. @default 10_000 */
  readonly renewDeadlineMs?: number;
  /** Time between attempts. @default 2_000 */
  readonly retryPeriodMs?: number;
}

export interface LeaderElectorOptions extends LeaderElectionOptions {
  readonly client: KubeClient;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly metrics?: RuntimeMetrics;
}

/** The lease could not be renewed in time, or another process has it. What the leader did must have stopped. */
export class LeadershipLostError extends Error {
  override readonly name = 'LeadershipLostError';
}

/** A lease as it was when it last changed, and when we saw that by our own clock. */
interface Observation {
  readonly lease: Lease;
  readonly seenAt: number;
}

/**
 * Elects one leader among processes through a Lease, by the rules of client-go.
 *
 * Whether a lease has run out is judged by how long ago *we saw it change*, never by comparing its times with our clock:
 * clocks of machines differ. A leader that could not renew for `renewDeadlineMs` stops before others may start.
 */
export class LeaderElector {
  readonly #options: LeaderElectorOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #leaseDurationMs: number;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  #observed: Observation | undefined;
  /** When the last renewal that succeeded was sent. */
  #renewedAt: number | undefined;

  /** @throws RangeError if the times do not fit each other */
  constructor(options: LeaderElectorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
    this.#leaseDurationMs = options.leaseDurationMs ?? 15_000;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    this.#retryPeriodMs = options.retryPeriodMs ?? 2_000;
    if (this.#retryPeriodMs * 1.2 >= this.#renewDeadlineMs || this.#renewDeadlineMs >= this.#leaseDurationMs) {
      throw new RangeError(
        `1.2 x retryPeriodMs (${this.#retryPeriodMs}) < renewDeadlineMs (${this.#renewDeadlineMs}) < ` +
          `leaseDurationMs (${this.#leaseDurationMs}) is needed`,
      );
    }
    options.metrics?.leading(options.name, false);
  }

  /** Whether we have the lease. */
  get isLeader(): boolean {
    return this.#renewedAt !== undefined;
  }

  /** Who has the lease as far as we know. */
  get leader(): string | undefined {
    return this.#observed?.lease.spec?.holderIdentity;
  }

  /**
   * Waits for the lease, then runs `lead` and keeps the lease for as long. The signal given to `lead` aborts when `signal`
   * does, or when the lease is lost. After a stop in order the lease is released once `lead` has ended, so that another
   * process leads at once.
   *
   * @throws LeadershipLostError as soon as the lease is lost, without waiting for `lead`
   * @throws what `lead` throws
   */
  async run(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (!(await this.#acquire(signal))) return;
    const { name, identity, metrics } = this.#options;
    this.#log.info({ lease: name, identity }, 'became the leader');
    metrics?.leading(name, true);
    const term = new AbortController();
    const renewal = new AbortController();
    const onStop = (): void => term.abort(signal.reason);
    if (signal.aborted) onStop();
    signal.addEventListener('abort', onStop, { once: true });
    const work = (async () => lead(term.signal))();
    try {
      // Renewed until the work has ended, not until it is told to end: nobody else may start while it still writes.
      const lost = await Promise.race([work.then(() => false), this.#renew(renewal.signal)]);
      if (lost) {
        this.#log.error({ lease: name, identity, leader: this.leader }, 'lost the lease');
        const error = new LeadershipLostError(`${identity} lost the lease ${name} to ${this.leader ?? 'nobody known'}`);
        this.#renewedAt = undefined;
        term.abort(error);
        // Nobody waits for what the work still says.
        work.catch(() => undefined);
        throw error;
      }
    } finally {
      renewal.abort();
      signal.removeEventListener('abort', onStop);
      if (this.isLeader) await this.#release();
      this.#renewedAt = undefined;
      metrics?.leading(name, false);
    }
  }

  /** Tries until we have the lease; false if it was stopped first. */
  async #acquire(signal: AbortSignal): Promise<boolean> {
    const { name, namespace, identity } = this.#options;
    this.#log.info({ lease: name, namespace, identity }, 'waiting for the lease');
    for (;;) {
      const taken = await this.#tryAcquireOrRenew(signal).catch((err: unknown) => {
        if (!signal.aborted) this.#log.warn({ lease: name, err }, 'could not read or take the lease');
        return false;
      });
      if (taken) return true;
      if (signal.aborted) return false;
      // With some chance, so that candidates do not all come at once.
      await this.#clock.sleep(this.#retryPeriodMs * (1 + Math.random() * 0.2), signal).catch(() => undefined);
    }
  }

  /** Renews until the lease is lost (true), or until it is told to end (false). */
  async #renew(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const deadlineAt = (this.#renewedAt ?? 0) + this.#renewDeadlineMs;
      try {
        await this.#clock.sleep(Math.min(this.#retryPeriodMs, deadlineAt - this.#clock.monotonic()), signal);
      } catch {
        return false;
      }
      // The process may have stood still for longer than it meant to sleep.
      if (this.#clock.monotonic() >= deadlineAt) return true;
      const attempt = new AbortController();
      const onEnd = (): void => attempt.abort(signal.reason);
      signal.addEventListener('abort', onEnd, { once: true });
      const cancel = this.#clock.schedule(deadlineAt - this.#clock.monotonic(), () => attempt.abort());
      try {
        if (!(await this.#tryAcquireOrRenew(attempt.signal))) return true;
      } catch (err) {
        if (signal.aborted) return false;
        this.#log.warn({ lease: this.#options.name, err }, 'could not renew the lease');
      } finally {
        cancel();
        signal.removeEventListener('abort', onEnd);
      }
    }
  }

  /** Whether we have the lease after this attempt; throws if that is not known. */
  async #tryAcquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name, identity } = this.#options;
    // A leader knows the lease from its last renewal and need not read it, unless that turns out to be old.
    for (let known = this.isLeader ? this.#observed?.lease : undefined; ; known = undefined) {
      const sentAt = this.#clock.monotonic();
      const lease = known ?? (await client.find(resources.leases, { namespace, name }, { signal }));
      try {
        if (!lease) {
          const metadata = { namespace, name };
          this.#won(
            await client.create(resources.leases, { metadata, spec: this.#claim(undefined) }, { signal }),
            sentAt,
          );
          return true;
        }
        if (!known) this.#observe(lease);
        if (this.#isHeldByOther(lease)) return false;
        const { resourceVersion } = lease.metadata ?? {};
        const patch = { spec: this.#claim(lease) };
        this.#won(
          await client.patch(resources.leases, { namespace, name }, patch, { resourceVersion, signal }),
          sentAt,
        );
        return true;
      } catch (error) {
        if (!isConflict(error) && !isAlreadyExists(error) && !isNotFound(error)) throw error;
        // Another candidate was faster; a leader looks who it was.
        if (!known) {
          this.#log.debug({ lease: name, identity }, 'another process wrote the lease first');
          if (!this.isLeader) return false;
          throw error;
        }
      }
    }
  }

  #isHeldByOther(lease: Lease): boolean {
    const { holderIdentity, leaseDurationSeconds } = lease.spec ?? {};
    if (!holderIdentity || holderIdentity === this.#options.identity) return false;
    const durationMs = leaseDurationSeconds === undefined ? this.#leaseDurationMs : leaseDurationSeconds * 1000;
    const seenAt = this.#observed?.seenAt ?? this.#clock.monotonic();
    return this.#clock.monotonic() < seenAt + durationMs;
  }

  #observe(lease: Lease): void {
    if (this.#observed?.lease.metadata?.resourceVersion === lease.metadata?.resourceVersion) return;
    this.#observed = { lease, seenAt: this.#clock.monotonic() };
  }

  #won(lease: Lease, sentAt: number): void {
    this.#observe(lease);
    this.#renewedAt = sentAt;
  }

  /** The spec that says that we have the lease. */
  #claim(previous: Lease | undefined): NonNullable<Lease['spec']> {
    const now = microTime(this.#clock.now());
    const { holderIdentity, acquireTime, leaseTransitions = 0 } = previous?.spec ?? {};
    const same = holderIdentity === this.#options.identity;
    return {
      holderIdentity: this.#options.identity,
      leaseDurationSeconds: Math.ceil(this.#leaseDurationMs / 1000),
      acquireTime: same ? (acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: same || previous === undefined ? leaseTransitions : leaseTransitions + 1,
    };
  }

  /** Gives the lease away. If that fails, others wait until it has run out. */
  async #release(): Promise<void> {
    const { name, identity } = this.#options;
    const limit = new AbortController();
    const cancel = this.#clock.schedule(this.#retryPeriodMs, () => limit.abort());
    try {
      await this.#clearHolder(limit.signal);
      this.#log.info({ lease: name, identity }, 'released the lease');
    } catch (err) {
      this.#log.warn({ lease: name, identity, err }, 'could not release the lease');
    } finally {
      cancel();
    }
  }

  async #clearHolder(signal: AbortSignal): Promise<void> {
    const { client, namespace, name, identity } = this.#options;
    const now = microTime(this.#clock.now());
    const patch = { spec: { holderIdentity: null, leaseDurationSeconds: 1, renewTime: now, acquireTime: now } };
    let lease = this.#observed?.lease;
    for (let attempt = 1; lease?.spec?.holderIdentity === identity; attempt++) {
      try {
        const { resourceVersion } = lease.metadata ?? {};
        await client.patch(resources.leases, { namespace, name }, patch, { resourceVersion, signal });
        return;
      } catch (error) {
        // Our last renewal may have arrived though its answer did not, or somebody wrote a label.
        if (!isConflict(error) || attempt === 3) throw error;
        lease = await client.get(resources.leases, { namespace, name }, { signal });
      }
    }
  }
}
