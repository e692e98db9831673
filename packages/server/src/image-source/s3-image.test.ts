import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';
import { createImageFetcher, type ImageFetcher, type ImageFetcherConfig } from './fetch-image.js';
import { createS3ImageSource } from './s3-image.js';
import { startConnectProxy, type ConnectProxyOptions } from '../../test/kit/connect-proxy.js';
import { refusal } from '../../test/kit/refusal.js';
import { until } from '../../test/kit/until.js';
import { EgressProxy } from '../egress/egress-proxy.js';
import { proxiedAgents } from '../egress/proxied-agents.js';

const PHOTO = Buffer.from('not looked at here, so any bytes are a photo');
/** The one account that s3rver has. */
const CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
const before = { ...process.env };

let directory: string;
let s3: S3rver;
let endpoint: string;
const fetchers: ImageFetcher[] = [];

beforeAll(async () => {
  process.env['AWS_ACCESS_KEY_ID'] = CREDENTIALS.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = CREDENTIALS.secretAccessKey;
  directory = await mkdtemp(join(tmpdir(), 's3-image-'));
  s3 = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    resetOnClose: false,
    configureBuckets: [{ name: 'photos' }, { name: 'secrets' }],
  });
  const { port } = await s3.run();
  endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: CREDENTIALS });
  for (const [bucket, key, body] of [
    ['photos', 'a.jpg', PHOTO],
    ['photos', 'with space/50% & more?#+ü.jpg', PHOTO],
    ['photos', 'empty.jpg', Buffer.alloc(0)],
    ['secrets', 'a.jpg', PHOTO],
  ] as const) {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  }
  client.destroy();
});

afterEach(async () => {
  await Promise.all(fetchers.splice(0).map((images) => images.close()));
});

afterAll(async () => {
  await s3.close();
  await rm(directory, { recursive: true });
  process.env = before;
});

/** No limit that a slow machine could exceed; a test of a limit lowers that one alone. */
const NO_LIMIT_MS = 3_600_000;

function fetcher(buckets: readonly string[], config: ImageFetcherConfig & { readonly at?: string } = {}): ImageFetcher {
  const { at = endpoint, ...rest } = config;
  const images = createImageFetcher({
    connectTimeoutMs: NO_LIMIT_MS,
    headersTimeoutMs: NO_LIMIT_MS,
    bodyIdleTimeoutMs: NO_LIMIT_MS,
    totalTimeoutMs: NO_LIMIT_MS,
    ...rest,
    s3: { buckets, endpoint: at, region: 'us-east-1' },
  });
  fetchers.push(images);
  return images;
}

describe('the AWS SDK', () => {
  const loads = (buckets: readonly string[]): number => {
    let count = 0;
    createS3ImageSource({ buckets }, { connectTimeoutMs: 1000, headersTimeoutMs: 1000 }, () => {
      count += 1;
      return import('@aws-sdk/client-s3');
    }).close();
    return count;
  };

  it('is loaded before the first fetch where there is a bucket', () => expect(loads(['photos'])).toBe(1));

  it('is never loaded where there is none', () => expect(loads([])).toBe(0));
});

describe('fetching an image from S3', () => {
  it('gives the object of a bucket that is allowed', async () => {
    expect((await fetcher(['photos']).fetch('s3://photos/a.jpg')).equals(PHOTO)).toBe(true);
  });

  it('takes the key as it stands', async () => {
    const bytes = await fetcher(['photos']).fetch('s3://photos/with space/50% & more?#+ü.jpg');
    expect(bytes.equals(PHOTO)).toBe(true);
  });

  it.each([
    ['another bucket', ['photos'], 's3://secrets/a.jpg'],
    ['every bucket, without a list', [], 's3://photos/a.jpg'],
    ['a bucket that differs in case', ['photos'], 's3://Photos/a.jpg'],
    ['a bucket with credentials before it', ['photos'], 's3://me:secret@photos/a.jpg'],
  ])('refuses %s', async (_what, buckets, url) => {
    const error = await refusal(fetcher(buckets, { at: 'http://127.0.0.1:1' }), url);
    expect(error.code).toBe('url_not_allowed');
    expect(error.detail).toBe('the bucket of url is not among those that the operator of the service allows');
  });

  it.each([
    's3://photos/../secrets/a.jpg',
    's3://photos/x/../../secrets/a.jpg',
    's3://photos/./a.jpg',
    's3://photos/..\\secrets/a.jpg',
  ])('refuses the way out of a bucket %s', async (url) => {
    const error = await refusal(fetcher(['photos']), url);
    expect(error.code).toBe('url_not_allowed');
    expect(error.detail).toBe('the key of url must not have the segments "." or ".."');
  });

  it.each(['s3:', 's3://', 's3://photos', 's3://photos/', 's3:///a.jpg', 's3:photos/a.jpg'])(
    'refuses %s as no S3 URL',
    async (url) => {
      const error = await refusal(fetcher(['photos']), url);
      expect(error.code).toBe('invalid_parameter');
      expect(error.detail).toBe('url must be s3://bucket/key; the bucket or the key is missing');
    },
  );

  it('tells a missing key from a missing bucket', async () => {
    const images = fetcher(['photos', 'nowhere']);
    const key = await refusal(images, 's3://photos/missing.jpg', { parameter: 'source.url' });
    expect(key.code).toBe('url_unreachable');
    expect(key.detail).toBe('the host of source.url has no such object');
    expect(key.members).toEqual({ parameter: 'source.url' });
    expect((await refusal(images, 's3://nowhere/a.jpg')).detail).toBe('the host of url has no such bucket');
    expect((await refusal(images, 's3://photos/empty.jpg')).detail).toBe('the host of url has an empty object there');
  });

  it('refuses an object that is announced too large', async () => {
    const error = await refusal(fetcher(['photos']), 's3://photos/a.jpg', { maxBytes: PHOTO.length - 1 });
    expect(error.code).toBe('image_too_large');
    expect(error.members).toEqual({
      parameter: 'url',
      limitBytes: PHOTO.length - 1,
      receivedBytes: PHOTO.length,
    });
    const exactly = await fetcher(['photos']).fetch('s3://photos/a.jpg', { maxBytes: PHOTO.length });
    expect(exactly.equals(PHOTO)).toBe(true);
  });
});

describe('fetching an image from S3 through a proxy', () => {
  /** A fetcher whose S3 endpoint only a proxy knows. */
  async function behind(options: ConnectProxyOptions): Promise<{
    readonly images: ImageFetcher;
    readonly asked: readonly string[];
    readonly host: string;
    readonly log: readonly string[];
    readonly close: () => Promise<void>;
  }> {
    const server = await startConnectProxy(options);
    const proxy = EgressProxy.parse(`http://me:secret@${server.host}`);
    const log: string[] = [];
    const images = createImageFetcher({
      connectTimeoutMs: 500,
      onEgressFailure: ({ message }) => log.push(message),
      s3: {
        buckets: ['photos'],
        endpoint: 'http://s3.amazonaws.com',
        region: 'us-east-1',
        agents: (connectTimeoutMs) => proxiedAgents(proxy, connectTimeoutMs),
      },
    });
    fetchers.push(images);
    return { images, asked: server.asked, host: server.host, log, close: () => server.close() };
  }

  it('gives the proxy the name of the endpoint, and its credentials', async () => {
    const { images, asked, close } = await behind({
      credentials: 'me:secret',
      routes: { 's3.amazonaws.com:80': Number(new URL(endpoint).port) },
    });
    expect((await images.fetch('s3://photos/a.jpg')).equals(PHOTO)).toBe(true);
    expect((await images.fetch('s3://photos/a.jpg')).equals(PHOTO)).toBe(true);
    expect(asked).toEqual(['s3.amazonaws.com:80']);
    await close();
  });

  it.each<[ConnectProxyOptions, string, string]>([
    [
      { answer: 407 },
      'could not be reached: the egress proxy of the service rejected its credentials',
      'answered 407 Not Here to CONNECT s3.amazonaws.com:80',
    ],
    [
      { answer: 502 },
      'could not be reached: the egress proxy of the service answered 502',
      'answered 502 Not Here to CONNECT s3.amazonaws.com:80',
    ],
    [{ answer: 'silent' }, 'did not take a connection in time', 'did not answer CONNECT s3.amazonaws.com:80: '],
  ])('tells the client and the operator when the proxy opens no connection: %j', async (options, detail, reason) => {
    const { images, host, log, close } = await behind(options);
    const error = await refusal(images, 's3://photos/a.jpg');
    expect([error.code, error.detail]).toEqual(['url_unreachable', `the host of url ${detail}`]);
    expect(log).toEqual([expect.stringContaining(`egress proxy http://${host} ${reason}`)]);
    await close();
  });
});

describe('an S3 server that misbehaves', () => {
  const servers: { server: Server; sockets: Set<Socket> }[] = [];
  afterEach(async () => {
    for (const { server, sockets } of servers.splice(0)) {
      const closed = new Promise((resolve) => server.close(resolve));
      sockets.forEach((socket) => socket.destroy());
      await closed;
    }
  });

  async function serve(answer: string): Promise<{ at: string; open: () => number; connections: () => number }> {
    const sockets = new Set<Socket>();
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
      socket.on('data', () => void socket.write(answer.replaceAll('\n', '\r\n')));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push({ server, sockets });
    return {
      at: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      open: () => sockets.size,
      connections: () => connections,
    };
  }

  it('and denies access says so, without its own words', async () => {
    const body = '<Error><Code>AccessDenied</Code><Message>arn:aws:iam::123:role/r may not</Message></Error>';
    const { at } = await serve(
      `HTTP/1.1 403 Forbidden\ncontent-type: application/xml\ncontent-length: ${body.length}\n\n${body}`,
    );
    const error = await refusal(fetcher(['photos'], { at }), 's3://photos/a.jpg');
    expect(error.code).toBe('url_unreachable');
    expect(error.detail).toBe(
      'the host of url does not let the service read the object (or there is none: S3 says the same of both)',
    );
  });

  it('and sends more than allowed without announcing it is cut off', async () => {
    const { at, open } = await serve(`HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n${`5\nabcde\n`.repeat(1000)}`);
    const error = await refusal(fetcher(['photos'], { at, maxBytes: 1000 }), 's3://photos/a.jpg');
    expect(error.code).toBe('image_too_large');
    expect(error.members).toEqual({ parameter: 'url', limitBytes: 1000 });
    await until('the connection is closed', () => open() === 0);
  });

  it('and stops in the middle of an object is given up', async () => {
    const { at, open } = await serve('HTTP/1.1 200 OK\ncontent-length: 100\n\nabc');
    const error = await refusal(fetcher(['photos'], { at, bodyIdleTimeoutMs: 100 }), 's3://photos/a.jpg');
    expect(error.detail).toBe('the host of url stopped sending before the end');
    await until('the connection is closed', () => open() === 0);
  });

  it('and never answers is given up', async () => {
    const { at, open } = await serve('');
    const error = await refusal(fetcher(['photos'], { at, headersTimeoutMs: 100 }), 's3://photos/a.jpg');
    expect(error.code).toBe('url_unreachable');
    expect(error.detail).toBe('the host of url failed (TimeoutError)');
    await until('the connection is closed', () => open() === 0);
  });

  it('is left when the caller gives up, before the head of the answer and within the body', async () => {
    for (const answer of ['', 'HTTP/1.1 200 OK\ncontent-length: 100\n\nabc']) {
      const { at, open, connections } = await serve(answer);
      const controller = new AbortController();
      const reason = new Error('the client went away');
      const fetching = fetcher(['photos'], { at }).fetch('s3://photos/a.jpg', { signal: controller.signal });
      await until('it is asked', () => connections() === 1);
      controller.abort(reason);
      await expect(fetching).rejects.toBe(reason);
      await until('the connection is closed', () => open() === 0);
    }
  });

  it('is left when the deadline of the request is over', async () => {
    const { at, open } = await serve('');
    const error = await refusal(fetcher(['photos'], { at }), 's3://photos/a.jpg', {
      deadline: { limitMs: 5000, remainingMs: 100 },
    });
    expect(error.code).toBe('deadline_exceeded');
    expect(error.members).toEqual({ deadlineMs: 5000, parameter: 'url' });
    await until('the connection is closed', () => open() === 0);
  });
});
