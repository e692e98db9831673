import { execFile } from 'node:child_process';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createImageFetcher, type ImageFetcher, type ImageFetcherConfig } from './fetch-image.js';
import { TEST_CERTIFICATE, TEST_KEY } from '../../test/kit/certificate.js';
import { refusal } from '../../test/kit/refusal.js';
import { until } from '../../test/kit/until.js';

const PHOTO = Buffer.from('not looked at here, so any bytes are a photo');

interface Host {
  readonly port: number;
  /** `127.0.0.1:port`, as an operator would allow it. */
  readonly host: string;
  /** How many connections ever came. */
  readonly connections: () => number;
  /** How many are open now. */
  readonly open: () => number;
}

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) {
    await cleanup();
  }
});

async function listen(server: Server): Promise<Host> {
  let connections = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) {
      socket.destroy();
    }
    await closed;
  });
  const { port } = server.address() as AddressInfo;
  return { port, host: `127.0.0.1:${port}`, connections: () => connections, open: () => sockets.size };
}

const serve = (listener: RequestListener) => listen(createHttpServer(listener));
const servePhoto = () => serve((_request, response) => void response.end(PHOTO));
/** A host that takes connections and does with them what it likes. */
const serveTcp = (onSocket: (socket: Socket) => void) => listen(createTcpServer((socket) => onSocket(socket.resume())));
/** A host that answers with exactly this text and leaves the connection open. */
const serveText = (text: string) =>
  serveTcp((socket) => socket.once('data', () => void socket.write(text.replaceAll('\n', '\r\n'))));

/** No limit that a slow machine could exceed; a test of a limit lowers that one alone. */
const NO_LIMIT_MS = 3_600_000;
const NO_LIMITS = {
  connectTimeoutMs: NO_LIMIT_MS,
  headersTimeoutMs: NO_LIMIT_MS,
  bodyIdleTimeoutMs: NO_LIMIT_MS,
  totalTimeoutMs: NO_LIMIT_MS,
} satisfies ImageFetcherConfig;

function fetcher(config: ImageFetcherConfig): ImageFetcher {
  const created = createImageFetcher({ ...NO_LIMITS, ...config });
  cleanups.push(() => created.close());
  return created;
}

/** A fetcher that may reach these hosts on 127.0.0.1 and nothing else that is not public. */
function fetcherFor(hosts: readonly Host[], config: ImageFetcherConfig = {}): ImageFetcher {
  return fetcher({ ...config, allowHosts: [...hosts.map(({ host }) => host), ...(config.allowHosts ?? [])] });
}

/** Fetches in a process of its own: what Node reads of the environment, Jest's process.env cannot change. */
async function fetchInChild(urls: readonly string[], env: Readonly<Record<string, string>>): Promise<unknown> {
  const program = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve: (name, context, next) =>
        next(context.parentURL?.endsWith('.ts') && name.startsWith('.') ? name.replace(/\\.js$/, '.ts') : name, context),
    });
    const { createImageFetcher } = await import(process.argv[1]);
    const images = createImageFetcher({ allowHosts: ['127.0.0.1'], ...JSON.parse(process.env.LIMITS) });
    const outcomes = [];
    for (const url of process.argv.slice(2)) {
      outcomes.push(await images.fetch(url).then((bytes) => bytes.length + ' bytes', (error) => error.code));
    }
    await images.close();
    console.log(JSON.stringify(outcomes));
  `;
  const source = join(__dirname, 'fetch-image.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--no-warnings', '--eval', program, source, ...urls],
    { env: { ...process.env, LIMITS: JSON.stringify(NO_LIMITS), ...env } },
  );
  return JSON.parse(stdout) as unknown;
}

const NOT_ALLOWED =
  'the host of url, or one that it redirects to, is not allowed; only public hosts are, and those that the operator of the service allows';

describe('fetching an image over http', () => {
  it('gives the bytes of a host that the operator allows by address and port', async () => {
    const photos = await servePhoto();
    const bytes = await fetcherFor([photos]).fetch(`http://${photos.host}/a.jpg?size=large`);
    expect(bytes.equals(PHOTO)).toBe(true);
  });

  it('asks for the path and query, and for formats that the engine reads, without cookies or compression', async () => {
    let asked: { url: string | undefined; headers: Record<string, unknown> } | undefined;
    const photos = await serve((request, response) => {
      asked = { url: request.url, headers: request.headers };
      response.setHeader('set-cookie', 'a=b');
      response.end(PHOTO);
    });
    const images = fetcherFor([photos]);
    await images.fetch(`http://${photos.host}/a%20b/c.jpg?x=1&y=2#fragment`);
    await images.fetch(`http://${photos.host}/a%20b/c.jpg?x=1&y=2#fragment`);
    expect(asked).toEqual({
      url: '/a%20b/c.jpg?x=1&y=2',
      headers: {
        host: photos.host,
        connection: 'keep-alive',
        accept: 'image/jpeg, image/png, image/bmp, */*;q=0.1',
        'accept-encoding': 'identity',
        'user-agent': 'face-comparison',
      },
    });
  });

  it('gives the bytes of a name that the operator allows, as the machine resolves it', async () => {
    const photos = await servePhoto();
    const bytes = await fetcher({ allowHosts: ['localhost'] }).fetch(`http://localhost:${photos.port}/a.jpg`);
    expect(bytes.equals(PHOTO)).toBe(true);
  });

  it('uses connections again for image after image from one host', async () => {
    const photos = await servePhoto();
    const images = fetcherFor([photos]);
    for (let round = 0; round < 10; round += 1) {
      await images.fetch(`http://${photos.host}/`);
    }
    expect(photos.connections()).toBeLessThan(5);
  });

  it('tries once more when the host closed the connection that it had kept open', async () => {
    const answered = new WeakSet<Socket>();
    const photos = await serveTcp((socket) => {
      socket.on('data', () => {
        if (answered.has(socket)) {
          socket.destroy();
        } else {
          answered.add(socket);
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nphoto');
        }
      });
    });
    const images = fetcherFor([photos]);
    await images.fetch(`http://${photos.host}/`);
    expect((await images.fetch(`http://${photos.host}/`)).toString()).toBe('photo');
    expect(photos.connections()).toBe(2);
  });

  it('speaks TLS only to hosts with a certificate that it trusts', async () => {
    const photos = await listen(
      createHttpsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, (_request, response) => void response.end(PHOTO)),
    );
    const config = { allowHosts: ['*.test', 'photos.test', '127.0.0.1'], lookup: () => Promise.resolve(['127.0.0.1']) };
    const url = `https://photos.test:${photos.port}/`;

    const error = await refusal(fetcher(config), url);
    expect(error.code).toBe('url_unreachable');
    expect(error.detail).toBe('the host of url failed (DEPTH_ZERO_SELF_SIGNED_CERT)');

    const trusting = fetcher({ ...config, extraCa: [TEST_CERTIFICATE] });
    expect((await trusting.fetch(url)).equals(PHOTO)).toBe(true);
    expect((await refusal(trusting, `https://127.0.0.1:${photos.port}/`)).detail).toBe(
      'the host of url failed (ERR_TLS_CERT_ALTNAME_INVALID)',
    );
  });

  it('ignores the proxies that the environment names, and its wish not to verify certificates', async () => {
    const [photos, proxy] = [await servePhoto(), await servePhoto()];
    const untrusted = await listen(
      createHttpsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, (_request, response) => void response.end(PHOTO)),
    );
    const outcomes = await fetchInChild([`http://${photos.host}/`, `https://${untrusted.host}/`], {
      http_proxy: `http://${proxy.host}`,
      HTTP_PROXY: `http://${proxy.host}`,
      https_proxy: `http://${proxy.host}`,
      HTTPS_PROXY: `http://${proxy.host}`,
      NODE_USE_ENV_PROXY: '1',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    });
    expect(outcomes).toEqual([`${PHOTO.length} bytes`, 'url_unreachable']);
    expect(proxy.connections()).toBe(0);
  });
});

describe('addresses that are not public', () => {
  it('are not contacted when they stand in the URL', async () => {
    const secret = await servePhoto();
    const images = fetcher({ allowedPorts: [secret.port] });
    for (const host of [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '127.1',
      '[::ffff:127.0.0.1]',
      '127.0.0.1.',
    ]) {
      const error = await refusal(images, `http://${host}:${secret.port}/latest/meta-data`);
      expect(error.code).toBe('url_not_allowed');
      expect(error.detail).toBe(NOT_ALLOWED);
    }
    expect(secret.connections()).toBe(0);
  });

  it.each([
    ['a private address', ['127.0.0.1']],
    ['a public and a private address', ['93.184.216.34', '127.0.0.1']],
    ['a private and a public address', ['127.0.0.1', '93.184.216.34']],
    ['an IPv4 address in IPv6 clothes', ['::ffff:127.0.0.1']],
    ['the loopback address of IPv6', ['::1']],
    ['something that is no address', ['127.1']],
  ])('are not contacted when a name resolves to %s', async (_what, addresses) => {
    const secret = await servePhoto();
    const images = fetcher({ allowedPorts: [secret.port], lookup: () => Promise.resolve(addresses) });
    const error = await refusal(images, `http://photos.example.com:${secret.port}/`);
    expect(error.code).toBe('url_not_allowed');
    expect(error.detail).toBe(NOT_ALLOWED);
    expect(error.cause).toBeUndefined();
    expect(secret.connections()).toBe(0);
  });

  it('are not contacted when a name resolves differently the second time', async () => {
    const secret = await servePhoto();
    let lookups = 0;
    // 127.0.0.2 stands for a public address: the operator allows it, and nobody listens there.
    const images = fetcher({
      allowHosts: ['127.0.0.2'],
      connectTimeoutMs: 300,
      lookup: () => Promise.resolve([(lookups += 1) === 1 ? '127.0.0.2' : '127.0.0.1']),
    });
    const url = `http://rebinding.example.com:${secret.port}/`;

    expect((await refusal(images, url)).code).toBe('url_unreachable');
    expect(lookups).toBe(1);
    expect((await refusal(images, url)).code).toBe('url_not_allowed');
    expect(lookups).toBe(2);
    expect(secret.connections()).toBe(0);
  });

  it('are not contacted through a redirect, by address or by name', async () => {
    const secret = await servePhoto();
    const targets = [
      `http://127.0.0.1:${secret.port}/`,
      `//127.0.0.1:${secret.port}/`,
      `http://[::ffff:7f00:1]:${secret.port}/`,
      `http://inside.example.com:${secret.port}/`,
      `http://localhost:${secret.port}/`,
    ];
    const open = await serve((request, response) => {
      response.writeHead(302, { location: targets[Number(request.url?.slice(1))] }).end();
    });
    const images = fetcherFor([open], {
      allowedPorts: [80, secret.port],
      lookup: () => Promise.resolve(['127.0.0.1']),
    });
    for (const [index] of targets.entries()) {
      const error = await refusal(images, `http://${open.host}/${index}`);
      expect(error.code).toBe('url_not_allowed');
      expect(error.detail).toBe(NOT_ALLOWED);
    }
    expect(secret.connections()).toBe(0);
  });

  it('are refused in the same words whether something listens there or not', async () => {
    const secret = await servePhoto();
    const images = fetcher({ lookup: () => Promise.resolve(['127.0.0.1']), allowedPorts: [secret.port, 1] });
    const there = await refusal(images, `http://photos.example.com:${secret.port}/`);
    const notThere = await refusal(images, 'http://photos.example.com:1/');
    expect(there.detail).toBe(notThere.detail);
    expect(there.members).toEqual(notThere.members);
  });

  it('that the operator denies are not contacted although they are allowed', async () => {
    const photos = await servePhoto();
    const images = fetcher({
      allowHosts: ['127.0.0.0/8', 'photos.test'],
      denyHosts: ['127.0.0.1'],
      lookup: () => Promise.resolve(['127.0.0.1']),
    });
    expect((await refusal(images, `http://${photos.host}/`)).code).toBe('url_not_allowed');
    expect((await refusal(images, `http://photos.test:${photos.port}/`)).code).toBe('url_not_allowed');
    expect(photos.connections()).toBe(0);
  });

  it('are not even resolved where the name belongs inside', async () => {
    const asked: string[] = [];
    const images = fetcher({
      lookup: (name) => {
        asked.push(name);
        return Promise.resolve(['93.184.216.34']);
      },
    });
    for (const name of [
      'kubernetes',
      'kubernetes.default.svc',
      'metadata.google.internal',
      'printer.local',
      'localhost',
    ]) {
      expect((await refusal(images, `http://${name}/`)).code).toBe('url_not_allowed');
      expect((await refusal(images, `http://${name}./`)).code).toBe('url_not_allowed');
    }
    expect(asked).toEqual([]);
  });
});

describe('URLs that are refused without a connection', () => {
  it.each([
    ['no URL', 'photo.jpg', 'invalid_parameter', 'url must be an absolute http, https or s3 URL'],
    ['an empty text', '', 'invalid_parameter', 'url must be an absolute http, https or s3 URL'],
    [
      'a very long text',
      `https://photos.example.com/${'a'.repeat(9000)}`,
      'invalid_parameter',
      'url may have 8192 characters; it has 9027',
    ],
    [
      'a file',
      'file:///etc/passwd',
      'url_not_allowed',
      'the scheme of url must be http, https or s3; file: is not allowed',
    ],
    [
      'ftp',
      'ftp://photos.example.com/a.jpg',
      'url_not_allowed',
      'the scheme of url must be http, https or s3; ftp: is not allowed',
    ],
    [
      'gopher',
      'gopher://127.0.0.1:6379/_INFO',
      'url_not_allowed',
      'the scheme of url must be http, https or s3; gopher: is not allowed',
    ],
    [
      'a data: URL',
      'data:image/png;base64,aGk=',
      'url_not_allowed',
      'the scheme of url must be http, https or s3; data: is not allowed',
    ],
    [
      'credentials',
      'https://me:secret@photos.example.com/a.jpg',
      'url_not_allowed',
      'url must not carry a user name or a password',
    ],
    [
      'a port of a mail server',
      'http://photos.example.com:25/',
      'url_not_allowed',
      'the port of url is not allowed: 25',
    ],
    ['a port of a public address', 'http://93.184.216.34:25/', 'url_not_allowed', 'the port of url is not allowed: 25'],
    ['a port of a private address', 'http://10.0.0.1:25/', 'url_not_allowed', NOT_ALLOWED],
    ['a name of dots', 'http://../', 'url_not_allowed', NOT_ALLOWED],
  ])('%s', async (_what, url, code, detail) => {
    const images = fetcher({ lookup: () => Promise.reject(new Error('nothing is resolved here')) });
    const error = await refusal(images, url);
    expect({ code: error.code, detail: error.detail }).toEqual({ code, detail });
    expect(error.members).toEqual({ parameter: 'url' });
  });

  it('name the field that the URL came from', async () => {
    const error = await refusal(fetcher({}), 'ftp://x.example.com/', { parameter: 'source.url' });
    expect(error.detail).toMatch(/^the scheme of source\.url must be/);
    expect(error.members).toEqual({ parameter: 'source.url' });
  });

  it('a setting that is no host is named', () => {
    expect(() => createImageFetcher({ allowHosts: ['https://minio'] })).toThrow(/"https:\/\/minio" is not a host/);
  });
});

describe('redirects', () => {
  const redirecting = (location: (path: string) => string | undefined) =>
    serve((request, response) => {
      const target = location(request.url ?? '');
      if (target === undefined) {
        response.end(PHOTO);
      } else {
        response.writeHead(301, { location: target }).end('moved');
      }
    });

  it('are followed as often as allowed', async () => {
    const host = await redirecting((path) => (path === '/3' ? undefined : `/${Number(path.slice(1)) + 1}`));
    expect((await fetcherFor([host]).fetch(`http://${host.host}/0`)).equals(PHOTO)).toBe(true);
    const error = await refusal(fetcherFor([host], { maxRedirects: 2 }), `http://${host.host}/0`);
    expect(error.code).toBe('url_unreachable');
    expect(error.detail).toBe('the host of url redirected more than 2 times');
  });

  it('that go round in a circle end', async () => {
    let requests = 0;
    const host = await redirecting(() => {
      requests += 1;
      return '/again';
    });
    expect((await refusal(fetcherFor([host]), `http://${host.host}/`)).code).toBe('url_unreachable');
    expect(requests).toBe(4);
  });

  it.each([
    ['a file', 'file:///etc/passwd'],
    ['S3', 's3://models/secret'],
    ['ftp', 'ftp://photos.example.com/a.jpg'],
    ['a data: URL', 'data:image/png;base64,aGk='],
    ['a script', 'javascript:alert(1)'],
  ])('to %s are not followed', async (_what, location) => {
    const host = await redirecting(() => location);
    const error = await refusal(fetcherFor([host], { s3: { buckets: ['models'] } }), `http://${host.host}/`);
    expect(error.code).toBe('url_not_allowed');
    expect(error.detail).toBe('a redirect of url must lead to http or https; another is not allowed');
  });

  it('that carry credentials are not followed', async () => {
    const host = await redirecting(() => 'https://me:secret@photos.example.com/');
    const error = await refusal(fetcherFor([host]), `http://${host.host}/`);
    expect(error.code).toBe('url_not_allowed');
    expect(error.detail).not.toContain('secret');
  });

  it('from https to http are not followed', async () => {
    const plain = await servePhoto();
    const host = await listen(
      createHttpsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, (_request, response) => {
        response.writeHead(302, { location: `http://${plain.host}/` }).end();
      }),
    );
    const images = fetcherFor([plain], {
      allowHosts: ['photos.test'],
      extraCa: [TEST_CERTIFICATE],
      lookup: () => Promise.resolve(['127.0.0.1']),
    });
    const error = await refusal(images, `https://photos.test:${host.port}/`);
    expect(error.code).toBe('url_not_allowed');
    expect(error.detail).toBe('url redirects from https to http, which is not followed');
    expect(plain.connections()).toBe(0);
  });

  it('that say nothing of use are errors of the host', async () => {
    const silent = await serve((_request, response) => void response.writeHead(302).end());
    expect((await refusal(fetcherFor([silent]), `http://${silent.host}/`)).members).toEqual({
      parameter: 'url',
      upstreamStatus: 302,
    });
    const broken = await redirecting(() => 'http://[broken');
    expect((await refusal(fetcherFor([broken]), `http://${broken.host}/`)).detail).toBe(
      'url redirects to something that is no URL',
    );
  });
});

describe('hosts that misbehave', () => {
  it.each([404, 403, 500, 304])('and answer %i are reported with that status', async (status) => {
    const host = await serve((_request, response) => void response.writeHead(status).end());
    const error = await refusal(fetcherFor([host]), `http://${host.host}/private?token=abc`);
    expect(error.code).toBe('url_unreachable');
    expect(error.detail).toBe(`the host of url answered ${status}`);
    expect(error.members).toEqual({ parameter: 'url', upstreamStatus: status });
  });

  it('and answer with an empty body are reported', async () => {
    const host = await serve((_request, response) => void response.end());
    expect((await refusal(fetcherFor([host]), `http://${host.host}/`)).detail).toBe(
      'the host of url answered with an empty body',
    );
  });

  it('and announce too many bytes are cut off before the body', async () => {
    const host = await serveText('HTTP/1.1 200 OK\ncontent-length: 5000\n\nabc');
    const error = await refusal(fetcherFor([host]), `http://${host.host}/`, { maxBytes: 1000 });
    expect(error.code).toBe('image_too_large');
    expect(error.detail).toBe('the image behind url may have 1000 bytes; 5000 were announced');
    expect(error.members).toEqual({ parameter: 'url', limitBytes: 1000, receivedBytes: 5000 });
    await until('the connection is closed', () => host.open() === 0);
  });

  it('and never stop sending are cut off at the limit', async () => {
    const host = await serve((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) {
          // As fast as the other side takes it.
        }
      };
      response.on('drain', more);
      more();
    });
    const error = await refusal(fetcherFor([host], { maxBytes: 1_000_000 }), `http://${host.host}/`);
    expect(error.code).toBe('image_too_large');
    expect(error.members).toEqual({ parameter: 'url', limitBytes: 1_000_000 });
    await until('the connection is closed', () => host.open() === 0);
  });

  it('may send exactly the limit, announced or not', async () => {
    const announced = await serve((_request, response) => void response.end(PHOTO));
    const unannounced = await serve((_request, response) => {
      response.write(PHOTO.subarray(0, 7));
      response.end(PHOTO.subarray(7));
    });
    for (const host of [announced, unannounced]) {
      const images = fetcherFor([host]);
      const url = `http://${host.host}/`;
      expect((await images.fetch(url, { maxBytes: PHOTO.length })).equals(PHOTO)).toBe(true);
      expect((await refusal(images, url, { maxBytes: PHOTO.length - 1 })).code).toBe('image_too_large');
    }
  });

  it('and send a body byte by byte are read in full', async () => {
    const size = 20_000;
    const host = await serveText(`HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n${'1\nx\n'.repeat(size)}0\n\n`);
    expect((await fetcherFor([host]).fetch(`http://${host.host}/`)).toString()).toBe('x'.repeat(size));
  });

  it('and close before all announced bytes came are reported', async () => {
    const host = await serveTcp((socket) =>
      socket.once('data', () => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc')),
    );
    const error = await refusal(fetcherFor([host]), `http://${host.host}/`);
    expect(error.code).toBe('url_unreachable');
    expect(error.detail).toMatch(/^the host of url failed \(UND_ERR_/);
  });

  it('and send more than they announced give what they announced', async () => {
    const host = await serveText('HTTP/1.1 200 OK\ncontent-length: 3\n\nabcdefgh');
    expect((await fetcherFor([host]).fetch(`http://${host.host}/`)).toString()).toBe('abc');
  });

  it.each(['gzip', 'br', 'deflate, gzip'])('and compress with %s are refused', async (encoding) => {
    const host = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(gzipSync(Buffer.alloc(1_000_000)));
    });
    const error = await refusal(fetcherFor([host]), `http://${host.host}/`);
    expect(error.code).toBe('url_unreachable');
    expect(error.detail).toBe('the host of url answered with a Content-Encoding although none was asked for');
  });

  it('and answer with something that is not HTTP are reported', async () => {
    const host = await serveText('220 mail.example.com ESMTP\n');
    const error = await refusal(fetcherFor([host]), `http://${host.host}/`);
    expect(error.code).toBe('url_unreachable');
    expect(error.detail).not.toContain('ESMTP');
  });

  it('and send endless headers are cut off', async () => {
    const host = await serveText(`HTTP/1.1 200 OK\n${'x-filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n'.repeat(2000)}`);
    expect((await refusal(fetcherFor([host]), `http://${host.host}/`)).detail).toBe(
      'the host of url failed (UND_ERR_HEADERS_OVERFLOW)',
    );
  });

  it('and take a connection but never answer are given up', async () => {
    const host = await serveTcp(() => undefined);
    const error = await refusal(fetcherFor([host], { headersTimeoutMs: 150 }), `http://${host.host}/`);
    expect(error.code).toBe('url_unreachable');
    expect(error.detail).toBe('the host of url did not answer in time');
    await until('the connection is closed', () => host.open() === 0);
  });

  it('and send their headers one byte at a time are given up', async () => {
    const host = await serveTcp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      const timer = setInterval(() => socket.write('a'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const error = await refusal(fetcherFor([host], { headersTimeoutMs: 150 }), `http://${host.host}/`);
    expect(error.detail).toBe('the host of url did not answer in time');
    await until('the connection is closed', () => host.open() === 0);
  });

  it('and stop in the middle of the body are given up', async () => {
    const host = await serveText('HTTP/1.1 200 OK\ncontent-length: 100\n\nabc');
    const error = await refusal(fetcherFor([host], { bodyIdleTimeoutMs: 150 }), `http://${host.host}/`);
    expect(error.detail).toBe('the host of url stopped sending before the end');
    await until('the connection is closed', () => host.open() === 0);
  });

  it('and send their body one byte at a time are given up when the time for all is over', async () => {
    const host = await serveTcp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
      const timer = setInterval(() => socket.write('a'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const error = await refusal(fetcherFor([host], { totalTimeoutMs: 500 }), `http://${host.host}/`);
    expect(error.code).toBe('url_unreachable');
    expect(error.detail).toBe('the host of url did not send the image within 500 ms');
    await until('the connection is closed', () => host.open() === 0);
  });

  it('and take a connection but no TLS are given up', async () => {
    const host = await serveTcp(() => undefined);
    const error = await refusal(fetcherFor([host], { connectTimeoutMs: 400 }), `https://${host.host}/`);
    expect(error.detail).toBe('the host of url did not take a connection in time');
    await until('the connection is closed', () => host.open() === 0);
  });

  it('and whose name servers never answer are given up', async () => {
    const images = fetcher({ connectTimeoutMs: 400, lookup: () => new Promise(() => undefined) });
    expect((await refusal(images, 'http://photos.example.com/')).detail).toBe(
      'the host of url did not take a connection in time',
    );
  });

  it('and that do not exist are reported without more', async () => {
    const error = Object.assign(new Error('queryA ENOTFOUND nowhere.example.com'), { code: 'ENOTFOUND' });
    const images = fetcher({ lookup: () => Promise.reject(error) });
    const reported = await refusal(images, 'http://nowhere.example.com/');
    expect(reported.detail).toBe('the host of url could not be found (ENOTFOUND)');
    expect(reported.cause).toBe(error);
  });

  it('and refuse connections are reported without their address', async () => {
    const host = await servePhoto();
    const images = fetcher({ allowHosts: ['photos.test'], lookup: () => Promise.resolve(['127.0.0.1']) });
    await cleanups.shift()?.();
    const error = await refusal(images, `http://photos.test:${host.port}/`);
    expect(error.detail).toBe('the host of url refused the connection');
  });
});

describe('ending a fetch', () => {
  it('by the caller closes the socket and rejects with the reason of the caller', async () => {
    const host = await serveText('HTTP/1.1 200 OK\ncontent-length: 100\n\nabc');
    const controller = new AbortController();
    const reason = new Error('the client went away');
    const fetching = fetcherFor([host]).fetch(`http://${host.host}/`, { signal: controller.signal });
    await until('the connection is open', () => host.open() === 1);
    controller.abort(reason);
    await expect(fetching).rejects.toBe(reason);
    await until('the connection is closed', () => host.open() === 0);
  });

  it('before it began opens nothing', async () => {
    const host = await servePhoto();
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(fetcherFor([host]).fetch(`http://${host.host}/`, { signal })).rejects.toThrow('too late');
    expect(host.connections()).toBe(0);
  });

  it('by the deadline of the request is told as such, with the limit of the request', async () => {
    const host = await serveTcp(() => undefined);
    const error = await refusal(fetcherFor([host]), `http://${host.host}/`, {
      deadline: { limitMs: 10_000, remainingMs: 50 },
    });
    expect(error.code).toBe('deadline_exceeded');
    expect(error.members).toEqual({ deadlineMs: 10_000, parameter: 'url' });
    await until('the connection is closed', () => host.open() === 0);

    const other = await servePhoto();
    const late = await refusal(fetcherFor([other]), `http://${other.host}/`, {
      deadline: { limitMs: 10_000, remainingMs: -1 },
    });
    expect(late.code).toBe('deadline_exceeded');
    expect(other.connections()).toBe(0);
  });

  it('leaves no listener on the signal of the caller', async () => {
    const host = await servePhoto();
    const { signal } = new AbortController();
    const images = fetcherFor([host]);
    let listeners = 0;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    await images.fetch(`http://${host.host}/`, { signal });
    await refusal(images, 'ftp://x/', { signal });
    expect(listeners).toBe(0);
  });

  it('by closing the fetcher ends what is under way, closes idle connections and refuses what comes later', async () => {
    const [slow, idle] = [await serveTcp(() => undefined), await servePhoto()];
    const images = fetcherFor([slow, idle]);
    const fetching = images.fetch(`http://${slow.host}/`);
    const opening = images.fetch(`https://${slow.host}/`);
    await until('both are under way', () => slow.open() === 2);
    await images.fetch(`http://${idle.host}/`);
    expect(idle.open()).toBe(1);
    const ended = Promise.allSettled([fetching, opening]);
    await images.close();
    await expect(fetching).rejects.toThrow('the image fetcher was closed');
    await expect(opening).rejects.toThrow('the image fetcher was closed');
    await ended;
    await until('all connections are closed', () => slow.open() === 0 && idle.open() === 0);
    await expect(images.fetch(`http://${idle.host}/`)).rejects.toThrow('the image fetcher was closed');
  });

  it('gives its turn to the next, and no more run at once than allowed', async () => {
    const waiting: (() => void)[] = [];
    const host = await serve((_request, response) => void waiting.push(() => response.end(PHOTO)));
    const images = fetcherFor([host], { maxConcurrent: 2 });
    const first = Array.from({ length: 4 }, () => images.fetch(`http://${host.host}/`));
    const given = new AbortController();
    const givesUp = images.fetch(`http://${host.host}/`, { signal: given.signal });
    await until('two are asked for', () => waiting.length === 2);
    given.abort(new Error('gave up waiting'));
    await expect(givesUp).rejects.toThrow('gave up waiting');
    expect(host.connections()).toBe(2);
    let answered = 0;
    while (answered < 4) {
      await until('the next is asked for', () => waiting.length > 0);
      expect(waiting.length).toBeLessThanOrEqual(2);
      answered += waiting.length;
      waiting.splice(0).forEach((answer) => answer());
    }
    await Promise.all(first);
  });

  it('holds no more connections to one host than allowed', async () => {
    const waiting: (() => void)[] = [];
    const host = await serve((_request, response) => void waiting.push(() => response.end(PHOTO)));
    const images = fetcherFor([host], { maxConnectionsPerHost: 3 });
    const fetching = Array.from({ length: 9 }, () => images.fetch(`http://${host.host}/`));
    let answered = 0;
    while (answered < 9) {
      await until('the next is asked for', () => waiting.length > 0);
      answered += waiting.length;
      waiting.splice(0).forEach((answer) => answer());
    }
    await Promise.all(fetching);
    expect(host.connections()).toBe(3);
  });
});
