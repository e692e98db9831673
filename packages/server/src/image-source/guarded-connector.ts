import { isIP, connect as connectTcp, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';
import { isErrorLike } from './error-like.js';
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
 */
export function createGuardedConnector(options: {
  readonly policy: HostPolicy;
  readonly resolver: HostResolver;
  readonly connectTimeoutMs: number;
  /** Certificate authorities to trust; Node's unless given. */
  readonly ca?: readonly string[];
}): GuardedConnector {
  const { policy, resolver, connectTimeoutMs } = options;
  const opening = new Set<Socket>();

  function connect(target: buildConnector.Options, callback: buildConnector.Callback): void {
    const isTls = target.protocol === 'https:';
    const host = withoutBrackets(target.hostname);
    const port = target.port === '' ? (isTls ? 443 : 80) : Number(target.port);
    if (policy.judgeHost(host, port) !== 'allowed') {
      callback(new AddressNotAllowedError(`${host} is not allowed`), null);
      return;
    }
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
          ALPNProtocols: ['http/1.1'],
          // RFC 6066: an address is no server name.
          ...(isIP(host) === 0 && { servername: host }),
          ...(options.ca !== undefined && { ca: [...options.ca] }),
          // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED in the environment does not switch it off.
          rejectUnauthorized: true,
        })
      : connectTcp(settings);
    const timer = setTimeout(
      () => socket.destroy(new ConnectTimeoutError(`no connection to ${host} within ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    );
    opening.add(socket);

    const onOpen = () => {
      settle();
      callback(null, socket.setNoDelay(true));
    };
    const onError = (error: Error) => {
      settle();
      callback(error, null);
    };
    const settle = () => {
      clearTimeout(timer);
      opening.delete(socket);
      socket.off(isTls ? 'secureConnect' : 'connect', onOpen).off('error', onError);
    };
    socket.once(isTls ? 'secureConnect' : 'connect', onOpen).once('error', onError);
  }

  function guardedLookup(port: number): LookupFunction {
    return (hostname, lookupOptions, callback) => {
      resolver
        .resolve(hostname, policy.isNamed(hostname, port))
        .then((addresses) => {
          if (!addresses.every((address) => policy.allowsAddress(hostname, port, address))) {
            throw new AddressNotAllowedError(`${hostname} resolves to an address that is not allowed`);
          }
          return addresses.map((address) => ({ address, family: isIP(address) }));
        })
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
      for (const socket of opening) {
        socket.destroy(new Error('the image fetcher was closed'));
      }
    },
  };
}
