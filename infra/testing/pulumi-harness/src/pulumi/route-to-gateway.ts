/**
 * Preloaded into the Node process of a program: what it fetches from API Gateway goes to the gateway of the fake cloud, at
 * the port of the variable below. All else goes where it always goes.
 */

/** Port on the loopback; given by the language host. */
export const GATEWAY_PORT = 'FACE_COMPARISON_FAKE_GATEWAY_PORT';

const API_GATEWAY = /\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;

/** Where a request goes, and the headers that say where it was meant to go; undefined if it is not for API Gateway. */
export function routed(url: URL, port: string): { readonly url: URL; readonly host: string } | undefined {
  if (!API_GATEWAY.test(url.hostname)) return undefined;
  return { url: new URL(`http://127.0.0.1:${port}${url.pathname}${url.search}`), host: url.hostname };
}

const port = process.env[GATEWAY_PORT];
if (port !== undefined) {
  const direct = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const route = routed(new URL(input instanceof Request ? input.url : input), port);
    if (!route) return direct(input, init);
    const request = new Request(input, init);
    const headers = new Headers(request.headers);
    headers.set('x-forwarded-host', route.host);
    return direct(new Request(route.url, new Request(request, { headers })));
  };
}
