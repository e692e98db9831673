import { isIP, connect as connectTcp, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';
import type { EgressProxy } from '../egress/egress-proxy.js';
import { connectThroughProxy, tlsOptions } from '../egress/proxied-connection.js';
import { isErrorLike } from '../error-like.js';
import type { HostPolicy } from './host-policy.js';
import { withoutBrackets } from './host-policy.js';
import type { HostResolver } from './host-resolver.js';

/** The policy does not let a socket be opened. Says nothing of the address: that must not reach the caller. */
export class AddressNotAllowedError extends Error {
  override readonly name = 'AddressNotAllowedError';
}

/** No connection, TLS handshake included, within the time. */
export class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';
}

/** Opens the sockets of undici's dispatchers. */
export interface GuardedConnector {
  readonly connect: buildConnector.connector;
  /** Destroys the sockets that are still being opened. */
  close(): void;
}

/**
 * A connector for undici that checks where a socket goes at the only place where that is known for certain: between the
 * name's resolution and the connection. A name is resolved once for each socket, all its addresses must be allowed, and
 * the socket goes to one of those: a name server that answers differently the next time gains nothing. Addresses written
 * in the URL, which Node does not resolve and so never shows to `lookup`, are checked here as well.
 *
 * With a proxy, names are resolved and checked here all the same, and the proxy is asked for a checked address and not for
 * the name, which it would resolve again, to another address perhaps. A name that the operator trusts whatever it
 * resolves to is given to the proxy as it is: proxies that allow hosts by name see it.
 */
export function createGuardedConnector(options: {
  readonly policy: HostPolicy;
  readonly resolver: HostResolver;
  readonly connectTimeoutMs: number;
  /** What every connection goes through; itself it may have any address. */
  readonly proxy?: EgressProxy | undefined;
  /** Certificate authorities to trust; Node's unless given. */
  readonly ca?: readonly string[];
}): GuardedConnector {
  const { policy, resolver, connectTimeoutMs, proxy, ca } = options;
  /** What ends the attempts that are under way. */
  const opening = new Set<(reason: Error) => void>();

  function connect(target: buildConnector.Options, callback: buildConnector.Callback): void {
    const isTls = target.protocol === 'https:';
    const host = withoutBrackets(target.hostname);
    const port = target.port === '' ? (isTls ? 443 : 80) : Number(target.port);
    if (policy.judgeHost(host, port) !== 'allowed') {
      callback(new AddressNotAllowedError(`${host} is not allowed`), null);
      return;
    }
    if (proxy === undefined) connectDirectly(host, port, isTls, callback);
    else connectThrough(proxy, host, port, isTls, callback);
  }

  function connectThrough(
    through: EgressProxy,
    host: string,
    port: number,
    isTls: boolean,
    callback: buildConnector.Callback,
  ): void {
    const ending = new AbortController();
    const { signal } = ending;
    const settle = whileOpening(host, (reason) => ending.abort(reason));
    const open = async (): Promise<Socket> => {
      const checked = isIP(host) === 0 ? await untilAborted(allowedAddresses(host, port), signal) : [host];
      const addresses = policy.isTrusted(host, port) ? [host] : checked;
      return connectThroughProxy(through, { host, port, isTls, addresses }, { signal, ca });
    };
    open().then(
      (socket) => {
        settle();
        callback(null, socket.setNoDelay(true));
      },
      (error: unknown) => {
        settle();
        callback(isErrorLike(error) ? error : new Error(String(error)), null);
      },
    );
  }

  function connectDirectly(host: string, port: number, isTls: boolean, callback: buildConnector.Callback): void {
    const settings = {
      host,
      port,
      lookup: guardedLookup(port),
      autoSelectFamily: true,
      // Node gives an address 250 ms before it tries the next, which a host on another continent may not meet.
      autoSelectFamilyAttemptTimeout: Math.ceil(connectTimeoutMs / 3),
    };
    const socket: Socket | TLSSocket = isTls
      ? connectTls({
          ...settings,
          ...tlsOptions(host, ca),
        })
      : connectTcp(settings);
    const undo = whileOpening(host, (reason) => socket.destroy(reason));

    const onOpen = () => {
      settle();
      callback(null, socket.setNoDelay(true));
    };
    const onError = (error: Error) => {
      settle();
      callback(error, null);
    };
    const settle = () => {
      undo();
      socket.off(isTls ? 'secureConnect' : 'connect', onOpen).off('error', onError);
    };
    socket.once(isTls ? 'secureConnect' : 'connect', onOpen).once('error', onError);
  }

  /** Calls `end` when the time for a connection is over or the connector is closed, until what it returns is called. */
  function whileOpening(host: string, end: (reason: Error) => void): () => void {
    const timer = setTimeout(
      () => end(new ConnectTimeoutError(`no connection to ${host} within ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    );
    opening.add(end);
    return () => {
      clearTimeout(timer);
      opening.delete(end);
    };
  }

  /** All addresses of a name, at least one; each may be connected to. */
  async function allowedAddresses(hostname: string, port: number): Promise<readonly string[]> {
    const addresses = await resolver.resolve(hostname, policy.isNamed(hostname, port));
    if (addresses.length === 0) {
      throw new Error(`${hostname} has no addresses`);
    }
    if (!addresses.every((address) => policy.allowsAddress(hostname, port, address))) {
      throw new AddressNotAllowedError(`${hostname} resolves to an address that is not allowed`);
    }
    return addresses;
  }

  function guardedLookup(port: number): LookupFunction {
    return (hostname, lookupOptions, callback) => {
      allowedAddresses(hostname, port)
        .then((addresses) => addresses.map((address) => ({ address, family: isIP(address) })))
        .then(
          (found) => {
            const [first] = found;
            if (first === undefined) {
              callback(new Error(`${hostname} has no addresses`), '');
            } else if (lookupOptions.all === true) {
              callback(null, found);
            } else {
              callback(null, first.address, first.family);
            }
          },
          (error: unknown) => callback(isErrorLike(error) ? error : new Error(String(error)), ''),
        );
    };
  }

  return {
    connect,
    close: () => {
      for (const end of opening) {
        end(new Error('the image fetcher was closed'));
      }
    },
  };
}

/** What some work gives, or the signal's reason where that comes first; the work itself goes on. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason))),
      { once: true },
    );
    work.then(resolve, reject);
  });
}
