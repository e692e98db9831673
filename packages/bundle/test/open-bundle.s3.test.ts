import { Agent as HttpAgent, createServer, request as forward, type RequestListener, type Server } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';

import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';

import { openBundle, type BundleRef, type OpenBundleOptions } from '../src/index.js';
import { bytesOf, failure, junkIn, makeBundle, sha256, temporaryFolders, holds } from './bundles.js';
import { stallAfter, status } from './file-server.js';
import { useFakeIdleTime } from './idle-time.js';
import { until } from './until.js';

/** A real S3 server, behind a proxy that can misbehave as networks and stores do. */
const temporaryFolder = temporaryFolders();
const bundle = makeBundle();
const embedder = bytesOf(bundle, 'embedder.onnx');
const environment = process.env;
let store: S3rver;
let proxy: Server;
let endpoint: string;
let seen: { path: string; range: string | undefined; ifMatch: string | undefined }[] = [];
let misbehave: ((path: string, ...rest: Parameters<RequestListener>) => boolean)[] = [];

beforeAll(async () => {
  process.env = {
    ...environment,
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
    AWS_REGION: 'eu-west-1',
  };
  store = new S3rver({
    address: '127.0.0.1',
    port: 0,
    directory: await temporaryFolder(),
    silent: true,
    configureBuckets: [{ name: 'models' }],
  });
  const { port } = await store.run();
  proxy = createServer((request, response) => {
    const path = request.url?.replace(/\?.*/, '') ?? '';
    const { range, 'if-match': ifMatch } = request.headers;
    if (request.method === 'GET') {
      seen.push({ path, range, ifMatch: typeof ifMatch === 'string' ? ifMatch : undefined });
      if (misbehave[0]?.(path, request, response) === true) {
        misbehave.shift();
        return;
      }
    }
    const { method, headers, url } = request;
    const onward = forward({ host: '127.0.0.1', port, method, headers, path: url }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  const client = new S3Client({ endpoint, forcePathStyle: true });
  for (const [path, Body] of bundle.contents) {
    await client.send(new PutObjectCommand({ Bucket: 'models', Key: `a/2.0.0/${path}`, Body }));
  }
  client.destroy();
});
beforeEach(() => {
  seen = [];
  misbehave = [];
});
afterEach(() => jest.useRealTimers());
afterAll(async () => {
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await store.close();
  process.env = environment;
});

const ref: BundleRef = { manifest: 's3://models/a/2.0.0/manifest.json', sha256: bundle.manifestSha256 };
const options = async (): Promise<OpenBundleOptions> => ({
  cacheDir: await temporaryFolder(),
  s3: { endpoint },
  // Nobody is given up for being slow.
  timeouts: { retryBaseMs: 1, idleMs: 3_600_000, staleLockMs: 3_600_000 },
});
const forEmbedder = () => seen.filter(({ path }) => path.endsWith('embedder.onnx'));

/** The first answer for the embedder is this. */
const once = (answer: RequestListener): (typeof misbehave)[number] => {
  return (path, request, response) => {
    if (!path.endsWith('embedder.onnx')) {
      return false;
    }
    answer(request, response);
    return true;
  };
};
const cut = once((_, response) => {
  response.writeHead(200, { 'content-length': embedder.length, etag: '"one"' });
  response.write(embedder.subarray(0, 150_000), () => response.socket?.destroy());
});

describe('a bundle in S3', () => {
  it('is fetched into the cache, and opens from there', async () => {
    const where = await options();
    const opened = await openBundle(ref, where);
    expect(opened.manifest).toEqual(bundle.manifest);
    for (const { path } of bundle.manifest.files) {
      expect(await holds(opened.pathOf(path), bytesOf(bundle, path))).toBe(true);
    }
    expect(await junkIn(where.cacheDir)).toEqual([]);
    seen = [];
    await openBundle(ref, where);
    expect(seen).toEqual([]);
  });

  it('is read by the agents that are given', async () => {
    const where = await options();
    let connections = 0;
    class CountingAgent extends HttpAgent {
      override createConnection(
        ...args: Parameters<HttpAgent['createConnection']>
      ): ReturnType<HttpAgent['createConnection']> {
        connections += 1;
        return super.createConnection(...args);
      }
    }
    const agents = () => ({ httpAgent: new CountingAgent(), httpsAgent: new HttpsAgent() });
    await openBundle(ref, { ...where, s3: { endpoint, agents } });
    expect(connections).toBeGreaterThan(0);
  });

  it('takes the endpoint from the environment, as the AWS SDK does', async () => {
    process.env['AWS_ENDPOINT_URL_S3'] = endpoint;
    await openBundle(ref, { cacheDir: await temporaryFolder() });
    delete process.env['AWS_ENDPOINT_URL_S3'];
    expect(seen).not.toEqual([]);
  });

  it('goes on where a cut connection ended, if it is still the same object', async () => {
    misbehave = [cut];
    const opened = await openBundle(ref, await options());
    // Node drops what it had buffered when the connection broke, so the place is not quite where it was cut.
    const somewhere: unknown = expect.stringMatching(/^bytes=[1-9]\d*-$/);
    expect(forEmbedder()).toMatchObject([{ range: undefined }, { range: somewhere, ifMatch: '"one"' }]);
    expect(await holds(opened.pathOf('embedder.onnx'), embedder)).toBe(true);
  });

  it.each([412, 416])('starts over when the answer to a range is %d', async (code) => {
    misbehave = [cut, once((request, response) => status(code)(request, response, embedder))];
    const opened = await openBundle(ref, await options());
    expect(forEmbedder().map(({ range }) => range !== undefined)).toEqual([false, true, false]);
    expect(await holds(opened.pathOf('embedder.onnx'), embedder)).toBe(true);
  });

  it('gives an answer up that has come to a stop, and asks again', async () => {
    misbehave = [once((request, response) => stallAfter(100_000)(request, response, embedder))];
    useFakeIdleTime();
    const where = await options();
    let doneBytes = 0;
    const opening = openBundle(ref, {
      ...where,
      timeouts: { ...where.timeouts, idleMs: 100 },
      onProgress: (progress) => (doneBytes = progress.doneBytes),
    });
    await until('all has come but the rest of one file', () => doneBytes === bundle.totalBytes - 100_000);
    jest.advanceTimersByTime(100);
    const opened = await opening;
    expect(forEmbedder().map(({ range }) => range)).toEqual([undefined, 'bytes=100000-']);
    expect(await holds(opened.pathOf('embedder.onnx'), embedder)).toBe(true);
  });

  it('asks again after 503 SlowDown', async () => {
    misbehave = [once((request, response) => status(503)(request, response, embedder))];
    await openBundle(ref, await options());
    expect(forEmbedder()).toHaveLength(2);
  });

  it('refuses other bytes', async () => {
    const other = Buffer.alloc(embedder.length);
    misbehave = [once((_, response) => response.writeHead(200, { 'content-length': other.length }).end(other))];
    const error = await failure(openBundle(ref, await options()));
    expect(error.code).toBe('file_digest_mismatch');
    expect(error.message).toContain(`s3://models/a/2.0.0/embedder.onnx has sha256 ${sha256(other)}`);
  });

  it.each([
    ['an object that is not there', 's3://models/none/manifest.json', 'source_not_found'],
    ['a bucket that is not there', 's3://others/manifest.json', 'source_not_found'],
  ])('does not ask twice for %s', async (_, manifest, code) => {
    const error = await failure(openBundle({ manifest }, await options()));
    expect(error.code).toBe(code);
    expect(error.message).toContain(manifest);
    expect(seen).toHaveLength(1);
  });

  it('says when it may not read', async () => {
    misbehave = [once((request, response) => status(403)(request, response, embedder))];
    const error = await failure(openBundle(ref, await options()));
    expect(error.code).toBe('source_forbidden');
    expect(error.message).toContain('s3://models/a/2.0.0/embedder.onnx');
  });

  it('says when it has no credentials to read with', async () => {
    const keys = process.env;
    process.env = {
      AWS_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/none',
      AWS_SHARED_CREDENTIALS_FILE: '/none',
    };
    const error = await failure(openBundle(ref, await options()));
    process.env = keys;
    expect(error.code).toBe('source_forbidden');
    expect(error.message).toContain('credentials');
    expect(seen).toEqual([]);
  });

  it('stops when the caller gives up', async () => {
    const caller = new AbortController();
    misbehave = [
      once((request, response) => {
        stallAfter(100_000)(request, response, embedder);
        caller.abort();
      }),
    ];
    const error = await failure(openBundle(ref, { ...(await options()), signal: caller.signal }));
    expect(error.code).toBe('aborted');
  });

  it('says that S3 was not to be reached', async () => {
    const nobody = { endpoint: 'http://127.0.0.1:1' };
    const error = await failure(openBundle(ref, { ...(await options()), s3: nobody }));
    expect(error.code).toBe('source_unreachable');
    expect(error.message).toContain('ECONNREFUSED');
  });
});
