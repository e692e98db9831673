import type { FastifyRequest } from 'fastify';
import type { ServerConfig } from './config.js';
import { ByteBudget } from './http/byte-budget.js';
import type { Keys } from './http/clients.js';
import { ProblemError } from '@face-comparison/contract';
import { toProblemError } from './http/problem-error.js';
import { requestFacts, type RequestFacts } from './http/request-facts.js';
import type { ImageFetcher } from './image-source/fetch-image.js';
import type { Scheduler } from './lanes/scheduler.js';
import { Metrics } from './metrics.js';
import { ResultCache } from './result-cache.js';
import type { Registry } from './serving/registry.js';

/** The parts that routes work with, and the state of the process that they share. */
export class Service {
  readonly config: ServerConfig;
  readonly registry: Registry;
  readonly scheduler: Scheduler;
  readonly fetcher: ImageFetcher;
  readonly budget: ByteBudget;
  /** Undefined when answers are not kept. */
  readonly results: ResultCache | undefined;
  readonly metrics: Metrics;
  /** Undefined when no key is asked for. */
  keys: Keys | undefined;
  /** Set on SIGTERM: readiness is off, and connections end with their next answer. */
  draining = false;

  constructor(config: ServerConfig, registry: Registry, scheduler: Scheduler, fetcher: ImageFetcher) {
    this.config = config;
    this.registry = registry;
    this.scheduler = scheduler;
    this.fetcher = fetcher;
    this.budget = new ByteBudget(config.maxInFlightBytes);
    const { resultCacheBytes: maxBytes, resultCacheTtlMs: ttlMs } = config;
    this.results = maxBytes === 0 ? undefined : new ResultCache({ maxBytes, ttlMs });
    this.metrics = new Metrics(() => ({
      queued: scheduler.queued,
      running: scheduler.running,
      wideJobs: scheduler.wideJobs,
      inFlightBytes: this.budget.used,
      resultCacheBytes: this.results?.bytes ?? 0,
      generation: registry.plan?.generation ?? 0,
      lanes: registry.versions.map(({ version, lanes }) => ({ version, lanes: lanes?.size ?? 0 })),
    }));
  }

  factsOf(request: FastifyRequest): RequestFacts {
    return requestFacts(request, this.config, this.draining);
  }

  /** An error in the words of the contract. */
  problemOf(error: unknown, request: FastifyRequest): ProblemError {
    return toProblemError(error, this.factsOf(request));
  }

  /** The images in flight take all the memory that they may. */
  overBudget(): ProblemError {
    return new ProblemError(
      'overloaded',
      `the images in flight take all of the ${this.budget.limit} bytes they may; try again in 1 s`,
      {
        retryAfterSeconds: 1,
      },
    );
  }
}
