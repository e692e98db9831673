import { createServer, type IncomingMessage } from 'node:http';
import type { Served } from '../provider/serve.js';
import type { World } from '../world/world.js';
import { answerRequest } from './request.js';

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

async function bytesOf(request: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of request) bytes += Buffer.isBuffer(chunk) ? chunk.byteLength : 0;
  return bytes;
}

/**
 * Serves what the addresses of the stages lead to, on a free port of this machine. A client sends there what is meant for
 * `https://API.execute-api.REGION.amazonaws.com/STAGE/...`, with that host in `x-forwarded-host` or `host`.
 *
 * A comparison is answered when the whole chain is in place (gateway, link, load balancer, nodes, Service, pods); otherwise with
 * what API Gateway says.
 */
export async function serveGateway(world: World): Promise<Served> {
  const server = createServer((request, response) => {
    void bytesOf(request).then((bytes) => {
      const host = header(request, 'x-forwarded-host') ?? header(request, 'host') ?? '';
      const answer = answerRequest(world, {
        verb: request.method ?? 'GET',
        api: host.split('.')[0] ?? '',
        path: request.url?.split('?')[0] ?? '/',
        key: header(request, 'x-api-key'),
        authorization: header(request, 'authorization'),
        bytes,
      });
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the gateway has no port');
  return {
    port: address.port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
