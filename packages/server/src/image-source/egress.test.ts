import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { PROXY_CERTIFICATE, TEST_CERTIFICATE, TEST_KEY } from '../../test/kit/certificate.js';
import { startConnectProxy, type ConnectProxy, type ConnectProxyOptions } from '../../test/kit/connect-proxy.js';
import { refusal } from '../../test/kit/refusal.js';
import { until } from '../../test/kit/until.js';
import { EgressProxy } from '../egress/egress-proxy.js';
import { createImageFetcher, type ImageFetcher, type ImageFetcherConfig } from './fetch-image.js';

const PHOTO = Buffer.from('not looked at here, so any bytes are a photo');
/** Public addresses; the proxies of these tests lead them to hosts on the loopback interface. */
const PUBLIC = '93.184.216.34';
const OTHER_PUBLIC = '93.184.216.35';
const NOT_ALLOWED =
  'the host of url, or one that it redirects to, is not allowed; only public hosts are, and those that the operator of the service allows';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener): Promise<number> => portOf(createHttpServer(listener));
const serveTls = (listener: RequestListener): Promise<number> =>
  portOf(createHttpsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, listener));
const sendPhoto: RequestListener = (_request, response) => void response.end(PHOTO);

async function proxyWith(options: ConnectProxyOptions): Promise<ConnectProxy> {
  const proxy = await startConnectProxy(options);
  cleanups.push(() => proxy.close());
  return proxy;
}

/** A fetcher behind a proxy, for which every name has the address PUBLIC, and what the operator reads of failures. */
function behind(
  proxy: Pick<ConnectProxy, 'host'>,
  config: ImageFetcherConfig = {},
  credentials = '',
): { readonly images: ImageFetcher; readonly log: string[] } {
  const log: string[] = [];
  const images = createImageFetcher({
    egressProxy: EgressProxy.parse(`http://${credentials}${proxy.host}`),
    onEgressFailure: ({ message }) => log.push(message),
    lookup: () => Promise.resolve([PUBLIC]),
    extraCa: [TEST_CERTIFICATE],
    ...config,
  });
  cleanups.push(() => images.close());
  return { images, log };
}

describe('fetching an image through a proxy', () => {
  it('asks the proxy for the address that was checked, and the host for itself', async () => {
    const hosts: unknown[] = [];
    const port = await serve((request, response) => {
      hosts.push([request.url, request.headers.host]);
      response.end(PHOTO);
    });
    const proxy = await proxyWith({ routes: { [`${PUBLIC}:80`]: port } });
    const { images } = behind(proxy);
    expect((await images.fetch('http://photos.example.com/a.jpg?b=c')).equals(PHOTO)).toBe(true);
    expect(proxy.asked).toEqual([`${PUBLIC}:80`]);
    expect(hosts).toEqual([['/a.jpg?b=c', 'photos.example.com']]);
  });

  it('verifies the certificate of a host behind the proxy by its name', async () => {
    const names: unknown[] = [];
    const port = await portOf(
      createHttpsServer(
        {
          key: TEST_KEY,
          cert: TEST_CERTIFICATE,
          SNICallback: (name, done) => {
            names.push(name);
            done(null);
          },
        },
        sendPhoto,
      ),
    );
    const proxy = await proxyWith({ routes: { [`${PUBLIC}:443`]: port } });
    const { images } = behind(proxy);
    expect((await images.fetch('https://photos.test/a.jpg')).equals(PHOTO)).toBe(true);
    expect(names).toEqual(['photos.test']);
    expect((await refusal(images, 'https://other.test/a.jpg')).detail).toBe(
      'the host of url failed (ERR_TLS_CERT_ALTNAME_INVALID)',
    );
    expect((await refusal(images, `https://${PUBLIC}/a.jpg`)).detail).toBe(
      'the host of url failed (ERR_TLS_CERT_ALTNAME_INVALID)',
    );
    const { images: distrustful } = behind(proxy, { extraCa: [] });
    expect((await refusal(distrustful, 'https://photos.test/a.jpg')).detail).toBe(
      'the host of url failed (DEPTH_ZERO_SELF_SIGNED_CERT)',
    );
    expect(new Set(proxy.asked)).toEqual(new Set([`${PUBLIC}:443`]));
  });

  it('uses connections again for image after image from one host', async () => {
    const port = await serve(sendPhoto);
    const proxy = await proxyWith({ routes: { [`${PUBLIC}:80`]: port } });
    const { images } = behind(proxy);
    for (let round = 0; round < 10; round += 1) await images.fetch('http://photos.example.com/');
    expect(proxy.asked.length).toBeLessThan(5);
  });

  it('sends the proxy its credentials, and the host none of them', async () => {
    const seen: unknown[] = [];
    const port = await serve(({ headers }, response) => {
      seen.push(headers['proxy-authorization'], headers.authorization);
      response.end(PHOTO);
    });
    const proxy = await proxyWith({ routes: { [`${PUBLIC}:80`]: port }, credentials: 'me:p@ss' });
    const { images } = behind(proxy, {}, 'me:p%40ss@');
    expect((await images.fetch('http://photos.example.com/')).equals(PHOTO)).toBe(true);
    expect(seen).toEqual([undefined, undefined]);
  });

  it('tries another address of the host when the proxy cannot connect to the first', async () => {
    const port = await serve(sendPhoto);
    const proxy = await proxyWith({ routes: { [`${OTHER_PUBLIC}:80`]: port } });
    const { images, log } = behind(proxy, { lookup: () => Promise.resolve([PUBLIC, OTHER_PUBLIC]) });
    expect((await images.fetch('http://photos.example.com/')).equals(PHOTO)).toBe(true);
    expect(proxy.asked).toEqual([`${PUBLIC}:80`, `${OTHER_PUBLIC}:80`]);
    expect(log).toEqual([]);
  });

  it('asks for an IPv6 address in brackets', async () => {
    const proxy = await proxyWith({});
    const { images } = behind(proxy, { lookup: () => Promise.resolve(['2606:2800:220:1::1']) });
    await refusal(images, 'http://photos.example.com/');
    await refusal(images, 'http://[2606:2800:220:1::2]/');
    expect(proxy.asked).toEqual(['[2606:2800:220:1::1]:80', '[2606:2800:220:1::2]:80']);
  });

  it('gives the proxy the name of a host that the operator trusts by name', async () => {
    const port = await serve(sendPhoto);
    const proxy = await proxyWith({ routes: { 'minio.models.svc:9000': port } });
    const { images } = behind(proxy, {
      allowHosts: ['minio.models.svc:9000'],
      lookup: () => Promise.resolve(['10.0.0.7']),
    });
    expect((await images.fetch('http://minio.models.svc:9000/')).equals(PHOTO)).toBe(true);
    expect((await refusal(images, 'http://minio.models.svc/')).code).toBe('url_not_allowed');
  });
});

describe('an address that is not public, behind a proxy that would reach it', () => {
  const PRIVATE = '10.0.0.1';

  it('is not asked for, however it is written', async () => {
    const port = await serve(sendPhoto);
    const everywhere = [PRIVATE, '127.0.0.1', '169.254.169.254', '[::1]'].map((host) => [`${host}:80`, port] as const);
    const proxy = await proxyWith({ routes: Object.fromEntries(everywhere) });
    const { images } = behind(proxy);
    for (const host of [PRIVATE, '0x0a000001', '167772161', '012.0.0.1', '[::ffff:10.0.0.1]', '127.1', '[::1]']) {
      const error = await refusal(images, `http://${host}/`);
      expect([host, error.code, error.detail]).toEqual([host, 'url_not_allowed', NOT_ALLOWED]);
    }
    expect(proxy.asked).toEqual([]);
  });

  it.each([
    ['alone', [PRIVATE]],
    ['beside a public one', [PUBLIC, PRIVATE]],
  ])('is not asked for when a name resolves to it %s', async (_how, addresses) => {
    const port = await serve(sendPhoto);
    const proxy = await proxyWith({ routes: { [`${PRIVATE}:80`]: port, [`${PUBLIC}:80`]: port } });
    const { images, log } = behind(proxy, { lookup: () => Promise.resolve(addresses) });
    const error = await refusal(images, 'http://photos.example.com/');
    expect([error.code, error.detail]).toEqual(['url_not_allowed', NOT_ALLOWED]);
    expect(proxy.asked).toEqual([]);
    expect(log).toEqual([]);
  });

  it('is not asked for after a redirect, by address or by name', async () => {
    const targets = [`http://${PRIVATE}/`, 'http://inside.example.com/'];
    const port = await serve((request, response) => {
      response.writeHead(302, { location: targets[Number(request.url?.slice(1))] }).end();
    });
    const proxy = await proxyWith({ routes: { [`${PUBLIC}:80`]: port, [`${PRIVATE}:80`]: port } });
    const { images } = behind(proxy, {
      lookup: (name) => Promise.resolve([name === 'inside.example.com' ? PRIVATE : PUBLIC]),
    });
    for (const [index] of targets.entries()) {
      const error = await refusal(images, `http://photos.example.com/${index}`);
      expect([error.code, error.detail]).toEqual(['url_not_allowed', NOT_ALLOWED]);
    }
    expect(new Set(proxy.asked)).toEqual(new Set([`${PUBLIC}:80`]));
  });

  it('is not asked for when a name resolves to it the second time', async () => {
    const proxy = await proxyWith({});
    let lookups = 0;
    const { images } = behind(proxy, { lookup: () => Promise.resolve([(lookups += 1) === 1 ? PUBLIC : PRIVATE]) });
    expect((await refusal(images, 'http://rebinding.example.com/')).code).toBe('url_unreachable');
    expect(lookups).toBe(1);
    expect((await refusal(images, 'http://rebinding.example.com/')).code).toBe('url_not_allowed');
    expect(proxy.asked).toEqual([`${PUBLIC}:80`]);
  });

  it('is asked for where the operator allows it, and not where the operator denies it', async () => {
    const port = await serve(sendPhoto);
    const proxy = await proxyWith({ routes: { [`${PRIVATE}:80`]: port } });
    const { images: allowing } = behind(proxy, { allowHosts: ['10.0.0.0/8'] });
    expect((await allowing.fetch(`http://${PRIVATE}/`)).equals(PHOTO)).toBe(true);
    const { images: denying } = behind(proxy, { allowHosts: ['10.0.0.0/8'], denyHosts: [PRIVATE] });
    expect((await refusal(denying, `http://${PRIVATE}/`)).code).toBe('url_not_allowed');
    expect(proxy.asked).toEqual([`${PRIVATE}:80`]);
  });

  it('is not fetched from although it is that of the proxy', async () => {
    const proxy = await proxyWith({});
    const { images } = behind(proxy, { allowedPorts: [proxy.port] });
    expect((await refusal(images, `http://${proxy.host}/`)).code).toBe('url_not_allowed');
    expect(proxy.asked).toEqual([]);
  });
});

describe('a proxy that opens no tunnel', () => {
  const URL_OF_PHOTO = 'https://photos.test/a.jpg?token=abc';

  it.each([
    [407, 'could not be reached: the egress proxy of the service rejected its credentials'],
    [403, 'could not be reached: the egress proxy of the service answered 403'],
    [502, 'could not be reached: the egress proxy of the service answered 502'],
  ])('and answers %i: the client and the operator are told, each what is theirs', async (status, what) => {
    const proxy = await proxyWith({ answer: status });
    const { images, log } = behind(proxy, {}, 'me:secret@');
    const error = await refusal(images, URL_OF_PHOTO);
    expect([error.code, error.detail]).toEqual(['url_unreachable', `the host of url ${what}`]);
    expect(error.members).toEqual({ parameter: 'url' });
    expect(log).toEqual([`egress proxy http://${proxy.host} answered ${status} Not Here to CONNECT ${PUBLIC}:443`]);
  });

  it('and is not there: only the operator is told where it should be', async () => {
    const proxy = await startConnectProxy();
    await proxy.close();
    const { images, log } = behind(proxy, {}, 'me:secret@');
    const error = await refusal(images, URL_OF_PHOTO);
    expect(error.code).toBe('url_unreachable');
    expect(error.detail).toBe('the host of url could not be reached: the egress proxy of the service does not answer');
    expect(log).toEqual([`egress proxy http://${proxy.host} cannot be reached: connect ECONNREFUSED ${proxy.host}`]);
  });

  it('and never answers is given up', async () => {
    const proxy = await proxyWith({ answer: 'silent' });
    const { images, log } = behind(proxy, { connectTimeoutMs: 300 });
    const error = await refusal(images, URL_OF_PHOTO);
    expect([error.code, error.detail]).toEqual([
      'url_unreachable',
      'the host of url did not take a connection in time',
    ]);
    expect(log).toEqual([
      `egress proxy http://${proxy.host} did not answer CONNECT ${PUBLIC}:443: no connection to photos.test within 300 ms`,
    ]);
    await until('the proxy is left', () => proxy.open() === 0);
  });

  it('and never answers is left when the fetcher is closed', async () => {
    const proxy = await proxyWith({ answer: 'silent' });
    const { images, log } = behind(proxy, { connectTimeoutMs: 60_000 });
    const fetching = expect(images.fetch(URL_OF_PHOTO)).rejects.toThrow('the image fetcher was closed');
    await until('the proxy is asked', () => proxy.asked.length === 1);
    await images.close();
    await fetching;
    await until('the proxy is left', () => proxy.open() === 0);
    expect(log).toEqual([]);
  });

  it('and whose host never speaks TLS is given up', async () => {
    const silent = createTcpServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    cleanups.push(() => silent.close());
    const proxy = await proxyWith({ routes: { [`${PUBLIC}:443`]: (silent.address() as AddressInfo).port } });
    const { images } = behind(proxy, { connectTimeoutMs: 300 });
    expect((await refusal(images, URL_OF_PHOTO)).detail).toBe('the host of url did not take a connection in time');
    await until('the proxy is left', () => proxy.open() === 0);
  });

  it('and name servers that never answer are given up', async () => {
    const proxy = await proxyWith({});
    const { images } = behind(proxy, { connectTimeoutMs: 300, lookup: () => new Promise(() => undefined) });
    expect((await refusal(images, URL_OF_PHOTO)).detail).toBe('the host of url did not take a connection in time');
    expect(proxy.asked).toEqual([]);
  });

  it('keeps the limits of a tunnel that it opened', async () => {
    const port = await serveTls((_request, response) => void response.write('never the end'));
    const proxy = await proxyWith({ routes: { [`${PUBLIC}:443`]: port } });
    const { images } = behind(proxy, { bodyIdleTimeoutMs: 200 });
    expect((await refusal(images, URL_OF_PHOTO)).detail).toBe('the host of url stopped sending before the end');
    await until('the tunnel is closed', () => proxy.open() === 0);
  });
});

it('speaks TLS to a proxy, and TLS to the host within it', async () => {
  const port = await serveTls(sendPhoto);
  const proxy = await proxyWith({ isTls: true, routes: { [`${PUBLIC}:443`]: port } });
  const { images } = behind(proxy, {
    egressProxy: EgressProxy.parse(`https://${proxy.host}`),
    extraCa: [TEST_CERTIFICATE, PROXY_CERTIFICATE],
  });
  expect((await images.fetch('https://photos.test/a.jpg')).equals(PHOTO)).toBe(true);
  expect(proxy.asked).toEqual([`${PUBLIC}:443`]);
});
