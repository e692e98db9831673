import fastify, { type FastifyInstance } from 'fastify';
import type { Service } from './service.js';
import { describeServing } from './serving/describe-serving.js';

/** The private port: metrics for Prometheus, and for the operator what this process serves. */
export function buildAdmin(service: Service): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.get('/metrics', async (_request, reply) => {
    const { registry } = service.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  app.get('/serving', () => describeServing(service.registry, performance.timeOrigin, Date.now()));
  return app;
}
