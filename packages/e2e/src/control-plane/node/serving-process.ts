import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readManifest } from '@face-comparison/bundle';
import type { Serving } from '@face-comparison/contract';
import { PlanError, Registry, describeServing, parsePlan } from '@face-comparison/server/serving';
import { fakeLanes } from './fake-lanes.js';
import type { ModelWorld } from './model-world.js';

/** Answer of a simulated process to a client. */
export interface SimulatedAnswer {
  readonly status: 200 | 409 | 500 | 503;
  readonly version?: string;
}

export interface ServingProcessOptions {
  /** A loopback address of its own, so that its ports are those of a pod. */
  readonly address: string;
  readonly pod: string;
  readonly lanes: number;
  readonly world: ModelWorld;
  /** Waits before a version that could not be loaded is tried again. */
  readonly retryDelaysMs: readonly number[];
  /** Told whenever a plan has been taken up. */
  readonly onPlan?: () => void;
}

/** The ports of the server in its pod. */
const HTTP_PORT = 8080;
const METRICS_PORT = 9090;

/**
 * A serving process without models: the server's own plan, registry, routing and /serving, on lanes that compute nothing.
 */
export class ServingProcess {
  readonly #options: ServingProcessOptions;
  readonly #registry: Registry;
  readonly #startedAt = Date.now();
  readonly #servers: readonly Server[];
  #draining = false;
  #plan: string | undefined;

  constructor(options: ServingProcessOptions) {
    const { world, pod, lanes, retryDelaysMs } = options;
    this.#options = options;
    this.#registry = new Registry({
      open: async (entry, onProgress, signal) => {
        world.noteOpened(entry.version);
        // No bundle comes over the network here, so that nothing is written to a cache.
        const { manifest, space, totalBytes } = await readManifest(entry, { cacheDir: '/nonexistent', signal });
        onProgress({ doneBytes: totalBytes, totalBytes });
        return { manifest, space, files: {} };
      },
      createLanes: ({ manifest }) => fakeLanes(world, manifest.version, pod, lanes),
      log: () => undefined,
      now: () => Date.now(),
      retryDelaysMs,
    });
    this.#servers = [
      createServer(({ url }, response) => {
        const ready = this.isReady;
        const known = url === '/v2/health/ready' || url === '/v2/health/live';
        const status = !known ? 404 : url === '/v2/health/live' || ready ? 200 : 503;
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ ready }));
      }),
      createServer(({ url }, response) => {
        if (url !== '/serving') {
          response.writeHead(404).end();
          return;
        }
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.serving()));
      }),
    ];
  }

  get pod(): string {
    return this.#options.pod;
  }

  /** @throws Error when something else listens there */
  async start(): Promise<void> {
    for (const [index, server] of this.#servers.entries()) {
      server.listen(index === 0 ? HTTP_PORT : METRICS_PORT, this.#options.address);
      await once(server, 'listening');
    }
  }

  /** Reads the plan's text; the same text again is nothing new. */
  readPlan(text: string): void {
    if (text === this.#plan) return;
    this.#plan = text;
    try {
      this.#registry.apply(parsePlan(text));
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      this.#registry.refuse({ generation: error.generation, reason: error.message });
    }
    this.#options.onPlan?.();
  }

  get isReady(): boolean {
    return !this.#draining && this.#registry.isReady;
  }

  /** GET /serving, without the way over a socket. */
  serving(): Serving {
    return describeServing(this.#registry, this.#startedAt, Date.now());
  }

  /** The version that answers this client now; undefined when none does. */
  versionFor(client: string, pin?: string): string | undefined {
    const chosen = this.#registry.route(pin, client);
    return chosen.kind === 'version' ? chosen.version : undefined;
  }

  /** A request of a client, answered as the world says. */
  async answer(client: string, pin?: string): Promise<SimulatedAnswer> {
    if (this.#draining) return { status: 503 };
    const chosen = this.#registry.route(pin, client);
    if (chosen.kind === 'unavailable') return { status: 409 };
    const served = chosen.kind === 'version' ? this.#registry.get(chosen.version) : undefined;
    if (served === undefined) return { status: 503 };
    const { latencyMs, errorRate } = this.#options.world.behaviourOf(served.version);
    served.inFlight++;
    await sleep(latencyMs, undefined, { ref: false });
    served.inFlight--;
    const failed = isDue(served.statistics.requests, errorRate);
    // As the world says, and not as measured: on a busy machine a good model would look slow beside another.
    served.statistics.record(latencyMs, failed);
    return { status: failed ? 500 : 200, version: served.version };
  }

  /** SIGTERM: readiness is off, and what comes now is refused. */
  drain(): void {
    this.#draining = true;
  }

  async stop(): Promise<void> {
    this.#draining = true;
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
    await this.#registry.stop();
  }
}

/** Spreads failures evenly, so that a rate is what it says also among few requests. */
export function isDue(requestsBefore: number, rate: number): boolean {
  return Math.floor((requestsBefore + 1) * rate) > Math.floor(requestsBefore * rate);
}
