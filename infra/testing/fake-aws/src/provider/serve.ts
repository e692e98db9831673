import * as grpc from '@grpc/grpc-js';
import providergrpc from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import type { VirtualClock } from '../account/clock.js';

/** A provider that listens; attach the engine with `PULUMI_DEBUG_PROVIDERS=NAME:PORT`. */
export interface Served {
  readonly port: number;
  close(): void;
}

/**
 * One method of the protocol. The clock stands still while requests come and are answered.
 *
 * @param failure what the engine is told of an error, whose message is given, too
 */
export function unary<Request, Response>(
  clock: VirtualClock,
  work: (request: Request) => Response | Promise<Response>,
  failure: (error: unknown, message: string, request: Request) => grpc.ServerErrorResponse,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    clock.stir();
    Promise.resolve(call.request)
      .then(work)
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(failure(error, error instanceof Error ? error.message : String(error), call.request));
        },
      )
      .finally(() => {
        clock.stir();
      });
  };
}

/** Serves a resource provider on a free port of this machine. */
export async function serveProvider(implementation: grpc.UntypedServiceImplementation): Promise<Served> {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': 400 * 1024 * 1024 });
  server.addService(providergrpc.ResourceProviderService, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    port,
    close: () => {
      server.forceShutdown();
    },
  };
}
