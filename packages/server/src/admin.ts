import fastify, { type FastifyInstance } from 'fastify';
import { vectorLength, type Manifest } from '@face-comparison/bundle';
import type { ServedVersion, Serving } from '@face-comparison/contract';
import type { Service } from './service.js';
import { defaultVersion } from './serving/routing.js';

/** The private port: metrics for Prometheus, and for the operator what this process serves. */
export function buildAdmin(service: Service): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.get('/metrics', async (_request, reply) => {
    const { registry } = service.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  app.get('/serving', () => serving(service));
  return app;
}

function serving({ registry }: Service): Serving {
  const { plan, refused } = registry;
  const standard = plan === undefined ? null : defaultVersion(plan, Date.now());
  return {
    startedAt: new Date(performance.timeOrigin).toISOString(),
    now: new Date().toISOString(),
    generation: plan?.generation ?? 0,
    default: standard,
    versions: registry.versions.map((served) => ({
      version: served.version,
      state: served.state,
      ...(served.reason === undefined ? {} : { reason: served.reason }),
      ...(served.progress.totalBytes === 0 ? {} : { progress: served.progress }),
      embeddingSpace: served.model?.space ?? null,
      ...(served.model === undefined ? {} : { model: describe(served.model.manifest) }),
      parity:
        served.version === standard
          ? served.selfParity
          : served.parity?.against === standard
            ? served.parity.cosine
            : null,
      comparable:
        standard !== null && (served.version === standard || registry.comparable(served.version, standard) === true),
      lanes: served.lanes?.size ?? 0,
      requests: served.statistics.requests,
      errors: served.statistics.errors,
      latency: {
        count: served.statistics.requests,
        sumMs: served.statistics.latencySumMs,
        p50Ms: served.statistics.percentileMs(0.5),
        p95Ms: served.statistics.percentileMs(0.95),
        p99Ms: served.statistics.percentileMs(0.99),
      },
    })),
    ...(plan?.canary === undefined ? {} : { canary: plan.canary }),
    ...(plan?.switch === undefined ? {} : { switch: plan.switch }),
    ...(refused === undefined ? {} : { rejected: refused }),
  };
}

function describe(manifest: Manifest): NonNullable<ServedVersion['model']> {
  const { name, files, comparableWith = [], resources } = manifest;
  return {
    name,
    sizeBytes: files.reduce((sum, { size }) => sum + size, 0),
    vectorLength: vectorLength(manifest),
    comparableWith: comparableWith.map(({ space }) => space),
    ...(resources === undefined ? {} : { resources }),
  };
}
