import type { IncomingMessage } from 'node:http';

/**
 * Takes a prefix off the paths that have it, before they are routed: gateways and ingresses differ in whether they leave in the
 * part of the path by which they chose the service. Paths without it are left as they are, so that probes need not know it.
 *
 * @param prefix such as `/api`, without a slash at its end
 */
export function withoutPrefix(prefix: string): (request: Pick<IncomingMessage, 'url'>) => string {
  return ({ url = '/' }) => {
    if (!url.startsWith(prefix)) return url;
    const rest = url.slice(prefix.length);
    if (rest === '' || rest.startsWith('?')) return `/${rest}`;
    return rest.startsWith('/') ? rest : url;
  };
}
