import * as grpc from '@grpc/grpc-js';

/** A gRPC server on a free port of the loopback. */
export interface RunningServer {
  readonly port: number;
  /** Ends it and cuts what is still under way. */
  close(): void;
}

/** States are sent whole, and grpc-js refuses messages above 4 MiB unless told otherwise. Pulumi's own limit is 400 MiB. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Serves one service on a free port of 127.0.0.1. */
export async function serve(
  service: grpc.ServiceDefinition,
  implementation: grpc.UntypedServiceImplementation,
): Promise<RunningServer> {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES });
  server.addService(service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

/** One unary method as a function; what it throws becomes the status of the call. */
export function unary<Request, Response>(
  work: (request: Request) => Response | Promise<Response>,
  toStatus: (error: unknown) => Partial<grpc.StatusObject> = statusOf,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(work)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toStatus(error)),
      );
  };
}

/** The status of any error: UNKNOWN with its message. */
export function statusOf(error: unknown): Partial<grpc.StatusObject> {
  return { code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}
