import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { type EgressProxy, EgressProxyError, type TunnelTarget } from './egress-proxy.js';

/** How a connection is opened. */
export interface ConnectionLimits {
  /** Ends the attempt. */
  readonly signal: AbortSignal;
  /** Certificate authorities to trust; Node's unless given. */
  readonly ca?: readonly string[] | undefined;
}

/** Where a connection leads. */
export interface ConnectionTarget extends TunnelTarget {
  readonly isTls: boolean;
  /**
   * What the proxy is asked for instead of the host, one after the other: the addresses of the host that were checked. The
   * certificate is still that of the host.
   */
  readonly addresses?: readonly string[];
}

/** A host with hundreds of addresses must not cost hundreds of requests to the proxy. */
const MAX_ADDRESSES = 3;

/**
 * Opens a connection through a proxy, with TLS where it is asked for.
 *
 * @throws EgressProxyError where the proxy opens no tunnel; errors of TLS; the signal's reason during the TLS handshake
 */
export async function connectThroughProxy(
  proxy: EgressProxy,
  target: ConnectionTarget,
  limits: ConnectionLimits,
): Promise<Socket> {
  const { host, port, isTls, addresses = [host] } = target;
  const tunnel = await openFirstTunnel(proxy, addresses.slice(0, MAX_ADDRESSES), port, limits);
  return isTls ? secured(tunnel, host, limits) : tunnel;
}

async function openFirstTunnel(
  proxy: EgressProxy,
  [host = '', ...others]: readonly string[],
  port: number,
  limits: ConnectionLimits,
): Promise<Socket> {
  try {
    return await proxy.openTunnel({ host, port }, limits);
  } catch (error) {
    // 5xx: the proxy could not connect to this address; another one of the host may answer.
    const isOfAddress =
      error instanceof EgressProxyError && error.failure.kind === 'refused' && error.failure.status >= 500;
    if (!isOfAddress || others.length === 0) throw error;
    return openFirstTunnel(proxy, others, port, limits);
  }
}

function secured(tunnel: Socket, host: string, { signal, ca }: ConnectionLimits): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ ...tlsOptions(host, ca), host, socket: tunnel });
    const end = (): void => void socket.destroy(signal.reason instanceof Error ? signal.reason : undefined);
    const settle = (): void => {
      signal.removeEventListener('abort', end);
      socket.off('secureConnect', onOpen).off('error', onError);
    };
    const onOpen = (): void => {
      settle();
      resolve(socket);
    };
    const onError = (error: Error): void => {
      settle();
      reject(error);
    };
    socket.once('secureConnect', onOpen).once('error', onError);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

/** How TLS is spoken to a host, directly or through a proxy. */
export function tlsOptions(host: string, ca: readonly string[] | undefined): ConnectionOptions {
  return {
    ALPNProtocols: ['http/1.1'],
    // RFC 6066: an address is no server name.
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca: [...ca] }),
    // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED in the environment does not switch it off.
    rejectUnauthorized: true,
  };
}
