import type { Fetch } from '@face-comparison/bundle';
import { Agent, fetch } from 'undici';
import type { EgressProxy } from './egress-proxy.js';
import { connectThroughProxy } from './proxied-connection.js';

/**
 * A fetch whose connections go through a proxy. The proxy resolves names: use it for URLs that the operator of the service
 * chose, not for those of clients.
 *
 * @param connectTimeoutMs longest wait for a connection, TLS handshake included
 * @param ca certificate authorities to trust; Node's unless given
 */
export function proxiedFetch(proxy: EgressProxy, connectTimeoutMs: number, ca?: readonly string[]): Fetch {
  const dispatcher = new Agent({
    allowH2: false,
    connect: ({ hostname, protocol, port }, callback) => {
      const isTls = protocol === 'https:';
      connectThroughProxy(
        proxy,
        {
          host: hostname.replace(/^\[(.*)\]$/, '$1'),
          port: port === '' ? (isTls ? 443 : 80) : Number(port),
          isTls,
        },
        { signal: AbortSignal.timeout(connectTimeoutMs), ca },
      ).then(
        (socket) => callback(null, socket),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      );
    },
  });
  return (url, init) => fetch(url, { ...init, dispatcher });
}
