import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EgressProxy } from './egress-proxy.js';
import { connectThroughProxy } from './proxied-connection.js';

type OnSocket = (error: Error | null, socket: Duplex) => void;

/** Agents of Node's http and https, for clients such as the AWS SDK. */
export interface ProxiedAgents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** As the AWS SDK sets them for its own agents. */
const POOL = { keepAlive: true, maxSockets: 50 };

/**
 * Agents whose connections go through a proxy. The proxy resolves names: use them for hosts that the operator of the
 * service chose, not for those of clients.
 *
 * @param connectTimeoutMs longest wait for a connection, TLS handshake included
 */
export function proxiedAgents(proxy: EgressProxy, connectTimeoutMs: number): ProxiedAgents {
  const open = (isTls: boolean, { host, port }: ClientRequestArgs, onSocket: OnSocket | undefined): void => {
    connectThroughProxy(
      proxy,
      { host: host ?? 'localhost', port: Number(port ?? (isTls ? 443 : 80)), isTls },
      { signal: AbortSignal.timeout(connectTimeoutMs) },
    ).then(
      (socket) => onSocket?.(null, socket),
      // The type wants a socket with an error as well; Node does not look at it.
      (error: unknown) => onSocket?.(error instanceof Error ? error : new Error(String(error)), new Socket()),
    );
  };

  class ProxiedHttpAgent extends HttpAgent {
    override createConnection(options: ClientRequestArgs, onSocket?: OnSocket): undefined {
      open(false, options, onSocket);
    }
  }

  class ProxiedHttpsAgent extends HttpsAgent {
    override createConnection(options: ClientRequestArgs, onSocket?: OnSocket): undefined {
      open(true, options, onSocket);
    }
  }

  return { httpAgent: new ProxiedHttpAgent(POOL), httpsAgent: new ProxiedHttpsAgent(POOL) };
}
