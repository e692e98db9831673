import type { FastifyRequest } from 'fastify';
import type { ErrorCode, OperationId, ServerTimingMetric } from '@face-comparison/contract';
import type { ServedVersion } from '../serving/registry.js';
import type { Reservation } from './byte-budget.js';
import type { Client } from './clients.js';

/** What is known of a request while it is answered. */
export interface RequestContext {
  /** `performance.now()` when it came. */
  readonly received: number;
  operation: OperationId | undefined;
  client: Client | undefined;
  /** The version that answers it. */
  served: ServedVersion | undefined;
  /** Bytes taken out of the budget; given back when the answer has been sent. */
  readonly reservations: Reservation[];
  readonly timings: Partial<Record<ServerTimingMetric, number>>;
  faces: number | undefined;
  /** Whether it is answered from the cache of recent answers. */
  isFromCache: boolean;
  errorCode: ErrorCode | undefined;
  /** Whether the connection cannot be used for another request. */
  endConnection: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    context: RequestContext;
  }
}

export function newContext(): RequestContext {
  return {
    received: performance.now(),
    operation: undefined,
    client: undefined,
    served: undefined,
    reservations: [],
    timings: {},
    faces: undefined,
    isFromCache: false,
    errorCode: undefined,
    endConnection: false,
  };
}

/** What names the client of a request: its key's name, else its address. */
export function clientId(request: FastifyRequest): string {
  const { client } = request.context;
  return client === undefined ? `address:${request.ip}` : `client:${client.name}`;
}
