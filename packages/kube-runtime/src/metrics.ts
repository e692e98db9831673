import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Buckets of controller-runtime's reconcile time, in seconds. */
const RECONCILE_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2,
  2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];

/** Buckets of client-go's queue durations: powers of ten from 10 ns to 1000 s; those under a microsecond are of no use here. */
const QUEUE_BUCKETS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];

export type ReconcileOutcome = 'success' | 'error' | 'requeue_after';

/** What a queue tells of itself. */
export interface QueueObserver {
  added(): void;
  /** A key was taken, after it waited so long. */
  taken(waitedMs: number): void;
  /** The work on a key ended, after it took so long. */
  finished(workedMs: number): void;
  retried(): void;
  /** Asked when metrics are read. */
  watch(read: () => { readonly depth: number; readonly runningMs: readonly number[] }): void;
}

/**
 * What the runtime counts, under the names that controller-runtime and client-go use, so that dashboards and alerts made
 * for operators written in Go work as they are.
 */
export class RuntimeMetrics {
  readonly registry: Registry;
  readonly #reconciles;
  readonly #reconcileErrors;
  readonly #terminalErrors;
  readonly #reconcileSeconds;
  readonly #activeWorkers;
  readonly #maxWorkers;
  readonly #adds;
  readonly #queueSeconds;
  readonly #workSeconds;
  readonly #retries;
  readonly #leader;
  readonly #requests;
  readonly #restarts;
  readonly #queues = new Map<string, () => { readonly depth: number; readonly runningMs: readonly number[] }>();

  /** @param registry where the metrics go. Default: a new one, without Node's own metrics */
  constructor(registry: Registry = new Registry()) {
    this.registry = registry;
    const registers = [registry];
    const controller = ['controller'] as const;
    const queue = ['name', 'controller'] as const;
    this.#reconciles = new Counter({
      name: 'controller_runtime_reconcile_total',
      help: 'Total number of reconciliations per controller',
      labelNames: ['controller', 'result'] as const,
      registers,
    });
    this.#reconcileErrors = new Counter({
      name: 'controller_runtime_reconcile_errors_total',
      help: 'Total number of reconciliation errors per controller',
      labelNames: controller,
      registers,
    });
    this.#terminalErrors = new Counter({
      name: 'controller_runtime_terminal_reconcile_errors_total',
      help: 'Total number of terminal reconciliation errors per controller',
      labelNames: controller,
      registers,
    });
    this.#reconcileSeconds = new Histogram({
      name: 'controller_runtime_reconcile_time_seconds',
      help: 'Length of time per reconciliation per controller',
      labelNames: controller,
      buckets: RECONCILE_BUCKETS,
      registers,
    });
    this.#activeWorkers = new Gauge({
      name: 'controller_runtime_active_workers',
      help: 'Number of currently used workers per controller',
      labelNames: controller,
      registers,
    });
    this.#maxWorkers = new Gauge({
      name: 'controller_runtime_max_concurrent_reconciles',
      help: 'Maximum number of concurrent reconciles per controller',
      labelNames: controller,
      registers,
    });
    this.#adds = new Counter({
      name: 'workqueue_adds_total',
      help: 'Total number of adds handled by workqueue',
      labelNames: queue,
      registers,
    });
    this.#queueSeconds = new Histogram({
      name: 'workqueue_queue_duration_seconds',
      help: 'How long in seconds an item stays in workqueue before being requested',
      labelNames: queue,
      buckets: QUEUE_BUCKETS,
      registers,
    });
    this.#workSeconds = new Histogram({
      name: 'workqueue_work_duration_seconds',
      help: 'How long in seconds processing an item from workqueue takes',
      labelNames: queue,
      buckets: QUEUE_BUCKETS,
      registers,
    });
    this.#retries = new Counter({
      name: 'workqueue_retries_total',
      help: 'Total number of retries handled by workqueue',
      labelNames: queue,
      registers,
    });
    this.#leader = new Gauge({
      name: 'leader_election_master_status',
      help: 'Whether the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master',
      labelNames: ['name'] as const,
      registers,
    });
    this.#requests = new Counter({
      name: 'rest_client_requests_total',
      help: 'Number of HTTP requests, partitioned by status code, method, and host',
      labelNames: ['code', 'method', 'host'] as const,
      registers,
    });
    this.#restarts = new Counter({
      name: 'kube_runtime_informer_restarts_total',
      help: 'How often an informer listed again or opened a new watch, by cause',
      labelNames: ['resource', 'cause'] as const,
      registers,
    });
    this.#gaugeOfQueues('workqueue_depth', 'Current depth of workqueue', ({ depth }) => depth);
    this.#gaugeOfQueues(
      'workqueue_unfinished_work_seconds',
      'How many seconds of work has been done that is in progress and has not been observed by work_duration',
      ({ runningMs }) => runningMs.reduce((sum, ms) => sum + ms, 0) / 1000,
    );
    this.#gaugeOfQueues(
      'workqueue_longest_running_processor_seconds',
      'How many seconds has the longest running processor for workqueue been running',
      ({ runningMs }) => Math.max(0, ...runningMs) / 1000,
    );
  }

  /** What the queue of this name reports to. */
  queue(name: string): QueueObserver {
    const labels = { name, controller: name };
    return {
      added: () => this.#adds.inc(labels),
      taken: (waitedMs) => this.#queueSeconds.observe(labels, waitedMs / 1000),
      finished: (workedMs) => this.#workSeconds.observe(labels, workedMs / 1000),
      retried: () => this.#retries.inc(labels),
      watch: (read) => void this.#queues.set(name, read),
    };
  }

  controllerStarted(controller: string, workers: number): void {
    this.#maxWorkers.set({ controller }, workers);
    this.#activeWorkers.set({ controller }, 0);
    // So that rates can be taken from the first failure on.
    this.#reconcileErrors.inc({ controller }, 0);
    for (const result of ['success', 'error', 'requeue_after']) this.#reconciles.inc({ controller, result }, 0);
  }

  reconcileStarted(controller: string): void {
    this.#activeWorkers.inc({ controller });
  }

  reconcileEnded(controller: string, result: ReconcileOutcome, tookMs: number, terminal = false): void {
    this.#activeWorkers.dec({ controller });
    this.#reconciles.inc({ controller, result });
    this.#reconcileSeconds.observe({ controller }, tookMs / 1000);
    if (result === 'error') this.#reconcileErrors.inc({ controller });
    if (terminal) this.#terminalErrors.inc({ controller });
  }

  leading(lease: string, leader: boolean): void {
    this.#leader.set({ name: lease }, leader ? 1 : 0);
  }

  /** An answer of the API server; without a status there was none. */
  answered(method: string, host: string, status: number | undefined): void {
    this.#requests.inc({ code: status === undefined ? '<error>' : String(status), method, host });
  }

  informerRestarted(resource: string, cause: string): void {
    this.#restarts.inc({ resource, cause });
  }

  #gaugeOfQueues(
    name: string,
    help: string,
    value: (queue: { readonly depth: number; readonly runningMs: readonly number[] }) => number,
  ): void {
    const queues = this.#queues;
    new Gauge({
      name,
      help,
      labelNames: ['name', 'controller'] as const,
      registers: [this.registry],
      collect() {
        for (const [queue, read] of queues) this.set({ name: queue, controller: queue }, value(read()));
      },
    });
  }
}
