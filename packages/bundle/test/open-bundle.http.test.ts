import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { ManifestError, openBundle, type BundleRef, type OpenBundleOptions } from '../src/index.js';
import {
  blobPath,
  bytesOf,
  failure,
  junkIn,
  makeBundle,
  noise,
  sha256,
  temporaryFolders,
  type TestBundle,
  holds,
} from './bundles.js';
import {
  cutAfter,
  ignoresRange,
  redirectTo,
  stallAfter,
  startFileServer,
  status,
  wellBehaved,
  type FileServer,
} from './file-server.js';
import { useFakeIdleTime } from './idle-time.js';
import { until } from './until.js';

// Who opens no s3 bundle does not load the AWS SDK: here, loading it is a failure.
jest.mock('@aws-sdk/client-s3', () => {
  throw new Error('the AWS SDK was loaded');
});

const temporaryFolder = temporaryFolders();
let bundle: TestBundle;
let server: FileServer;
let cacheDir: string;

beforeEach(async () => {
  bundle = makeBundle();
  server = await startFileServer(bundle.contents);
  cacheDir = join(await temporaryFolder(), 'cache');
});
afterEach(async () => {
  jest.useRealTimers();
  await server.close();
});

const ref = (): BundleRef => ({ manifest: `${server.origin}/manifest.json`, sha256: bundle.manifestSha256 });
const options = (): OpenBundleOptions => ({
  cacheDir,
  allowHttp: true,
  // Nobody is given up for being slow.
  timeouts: { retryBaseMs: 1, idleMs: 3_600_000, staleLockMs: 3_600_000 },
});
const requestsFor = (path: string) => server.requests.filter((request) => request.path === path);

describe('a bundle behind a URL', () => {
  it('is asked for by the fetch that is given, all of it', async () => {
    const sent: string[] = [];
    await openBundle(ref(), {
      ...options(),
      fetch: (url, init) => {
        sent.push(url.pathname);
        return fetch(url, init);
      },
    });
    expect(sent.sort()).toEqual(server.requests.map(({ path }) => `/${path}`).sort());
    expect(sent.length).toBeGreaterThan(1);
  });

  it('is fetched into the cache, each file once by its digest, and told apart by nothing else', async () => {
    const opened = await openBundle(ref(), options());
    expect(opened.manifest).toEqual(bundle.manifest);
    expect(opened.manifestSha256).toBe(bundle.manifestSha256);
    expect(opened.space).toMatch(/^[0-9a-f]{16}$/);
    expect(opened.totalBytes).toBe(bundle.totalBytes);
    for (const { path, sha256: digest } of bundle.manifest.files) {
      expect(opened.pathOf(path)).toBe(blobPath(cacheDir, digest));
      expect(await holds(opened.pathOf(path), bytesOf(bundle, path))).toBe(true);
    }
    expect(await junkIn(cacheDir)).toEqual([]);
    expect(() => opened.pathOf('other.onnx')).toThrow(RangeError);
  });

  it('opens again from the cache when the source is gone', async () => {
    await openBundle(ref(), options());
    await server.close();
    const again = await openBundle(ref(), options());
    expect(await holds(again.pathOf('detector.onnx'), bytesOf(bundle, 'detector.onnx'))).toBe(true);
  });

  it('asks for the manifest again when nobody has said which it is', async () => {
    const { manifest } = ref();
    await openBundle({ manifest }, options());
    await openBundle({ manifest }, options());
    expect(requestsFor('manifest.json')).toHaveLength(2);
    expect(requestsFor('embedder.onnx')).toHaveLength(1);
  });

  it('does not fetch a file that another bundle has brought', async () => {
    await openBundle(ref(), options());
    const next = makeBundle(50_000);
    const second = await startFileServer(next.contents);
    await openBundle({ manifest: `${second.origin}/manifest.json` }, options());
    expect(second.requests.map(({ path }) => path)).toEqual(['manifest.json', 'embedder.onnx']);
    await second.close();
  });

  it('goes on where a cut connection ended, and says which file it means', async () => {
    server.answer('embedder.onnx', cutAfter(150_000));
    const opened = await openBundle(ref(), options());
    const [first, second, ...more] = requestsFor('embedder.onnx');
    expect(more).toEqual([]);
    expect(first?.headers.range).toBeUndefined();
    expect(second?.headers).toMatchObject({
      range: 'bytes=150000-',
      'if-range': `"${sha256(bytesOf(bundle, 'embedder.onnx'))}"`,
      'accept-encoding': 'identity',
    });
    expect(await holds(opened.pathOf('embedder.onnx'), bytesOf(bundle, 'embedder.onnx'))).toBe(true);
  });

  it('starts over at a server that knows no ranges', async () => {
    server.answer('embedder.onnx', cutAfter(150_000), ignoresRange);
    const opened = await openBundle(ref(), options());
    expect(await holds(opened.pathOf('embedder.onnx'), bytesOf(bundle, 'embedder.onnx'))).toBe(true);
  });

  it.each([
    ['416', status(416)],
    ['a part that was not asked for', status(206, { 'content-range': 'bytes 7-9/200000' })],
    ['a part without saying which', status(206)],
  ])('starts over when the answer to a range is %s', async (_, answer) => {
    server.answer('embedder.onnx', cutAfter(150_000), answer);
    const opened = await openBundle(ref(), options());
    expect(await holds(opened.pathOf('embedder.onnx'), bytesOf(bundle, 'embedder.onnx'))).toBe(true);
    expect(requestsFor('embedder.onnx').map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=150000-',
      undefined,
    ]);
  });

  it('starts over when the file was replaced between two pieces', async () => {
    const old = noise('old', 200_000);
    server.answer('embedder.onnx', (request, response) => cutAfter(150_000)(request, response, old));
    const opened = await openBundle(ref(), options());
    expect(await holds(opened.pathOf('embedder.onnx'), bytesOf(bundle, 'embedder.onnx'))).toBe(true);
  });

  it('goes on with what a crashed process left, and fetches all of it when that was wrong', async () => {
    const { sha256: digest } = bundle.manifest.files.find(({ path }) => path === 'embedder.onnx') ?? { sha256: '' };
    const leftover = `${blobPath(cacheDir, digest)}.0123456789ab.partial`;
    await mkdir(dirname(leftover), { recursive: true });

    await writeFile(leftover, bytesOf(bundle, 'embedder.onnx').subarray(0, 120_000));
    await writeFile(`${leftover}2.partial`, bytesOf(bundle, 'embedder.onnx').subarray(0, 7));
    const opened = await openBundle(ref(), options());
    expect(requestsFor('embedder.onnx').map(({ headers }) => headers.range)).toEqual(['bytes=120000-']);
    expect(await junkIn(cacheDir)).toEqual([]);

    await rm(opened.pathOf('embedder.onnx'));
    await writeFile(leftover, Buffer.alloc(120_000));
    await openBundle(ref(), options());
    expect(await holds(opened.pathOf('embedder.onnx'), bytesOf(bundle, 'embedder.onnx'))).toBe(true);
    expect(await junkIn(cacheDir)).toEqual([]);
  });

  it('needs no request for a file that a crashed process had got completely', async () => {
    const bytes = bytesOf(bundle, 'embedder.onnx');
    const leftover = `${blobPath(cacheDir, sha256(bytes))}.0123456789ab.partial`;
    await mkdir(dirname(leftover), { recursive: true });
    await writeFile(leftover, bytes);
    await openBundle(ref(), options());
    expect(requestsFor('embedder.onnx')).toEqual([]);
  });

  it('keeps what it has got when it gives up, for the next attempt', async () => {
    server.answer('embedder.onnx', cutAfter(150_000), ...Array.from({ length: 4 }, () => status(503)));
    const error = await failure(openBundle(ref(), options()));
    expect(error.code).toBe('source_unreachable');
    expect(error.message).toBe(
      `cannot read ${server.origin}/embedder.onnx (5 attempts): ${server.origin}/embedder.onnx answered 503 Service Unavailable`,
    );
    expect(await junkIn(cacheDir)).toHaveLength(1);
    await openBundle(ref(), options());
    expect(requestsFor('embedder.onnx').at(-1)?.headers.range).toBe('bytes=150000-');
    expect(await junkIn(cacheDir)).toEqual([]);
  });

  it.each([
    [
      'other bytes',
      'file_digest_mismatch',
      noise('other', 200_000),
      /embedder\.onnx has sha256 \w{64}, the manifest says/,
    ],
    ['a shorter file', 'file_digest_mismatch', noise('other', 199_999), /has 199999 bytes, the manifest says 200000/],
    ['a longer file', 'file_too_large', noise('other', 200_001), /longer than the 200000 bytes/],
  ])('refuses %s, without asking again and without leaving anything', async (_, code, bytes, message) => {
    server.answer('embedder.onnx', (request, response) => wellBehaved(request, response, bytes));
    const error = await failure(openBundle(ref(), options()));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(requestsFor('embedder.onnx')).toHaveLength(1);
    expect(await junkIn(cacheDir)).toEqual([]);
    await expect(stat(blobPath(cacheDir, sha256(bytesOf(bundle, 'embedder.onnx'))))).rejects.toThrow('ENOENT');
  });

  it('cuts off a body that does not end', async () => {
    let closed = false;
    server.answer('detector.onnx', (_, response) => {
      response.on('close', () => (closed = true));
      const more = (): void => {
        if (!closed) {
          response.write(Buffer.alloc(64 * 1024), more);
        }
      };
      more();
    });
    const error = await failure(openBundle(ref(), options()));
    expect(error.code).toBe('file_too_large');
    expect(await junkIn(cacheDir)).toEqual([]);
    await until('the connection is closed', () => closed);
  });

  it('hangs up on a body that says it is too long', async () => {
    let closed = false;
    server.answer('manifest.json', (_, response) => {
      response.on('close', () => (closed = true));
      response.writeHead(200, { 'content-length': 1e9 }).write('the beginning');
    });
    expect((await failure(openBundle(ref(), options()))).code).toBe('file_too_large');
    await until('the connection is closed', () => closed);
  });

  it('never puts a manifest together from two answers, which could be of two versions', async () => {
    server.answer('manifest.json', cutAfter(100));
    await openBundle(ref(), options());
    expect(requestsFor('manifest.json').map(({ headers }) => headers.range)).toEqual([undefined, undefined]);
  });

  it('stops the other files when one cannot be had', async () => {
    server.answer('embedder.onnx', stallAfter(100_000));
    server.answer('golden/1.png', status(404));
    expect((await failure(openBundle(ref(), options()))).code).toBe('file_missing');
    expect(requestsFor('embedder.onnx').length).toBeLessThanOrEqual(1);
  });

  it('gives a source up that sends nothing any more, and asks again', async () => {
    useFakeIdleTime();
    server.answer('embedder.onnx', stallAfter(100_000), () => undefined);
    let doneBytes = 0;
    const opening = openBundle(ref(), {
      ...options(),
      timeouts: { ...options().timeouts, idleMs: 100 },
      onProgress: (progress) => (doneBytes = progress.doneBytes),
    });
    await until('all has come but the rest of one file', () => doneBytes === bundle.totalBytes - 100_000);
    jest.advanceTimersByTime(100);
    await until('it is asked for again', () => requestsFor('embedder.onnx').length === 2);
    jest.advanceTimersByTime(100);
    const opened = await opening;
    expect(requestsFor('embedder.onnx').map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=100000-',
      'bytes=100000-',
    ]);
    expect(await holds(opened.pathOf('embedder.onnx'), bytesOf(bundle, 'embedder.onnx'))).toBe(true);
  });

  it('says that the source sent nothing', async () => {
    server.answer('manifest.json', ...Array.from({ length: 5 }, () => () => undefined));
    const error = await failure(openBundle(ref(), { ...options(), timeouts: { idleMs: 50, retryBaseMs: 1 } }));
    expect(error.code).toBe('source_unreachable');
    expect(error.message).toContain('sent nothing for 50 ms');
  });

  it.each([500, 502, 503, 429, 408])('asks again after %d', async (code) => {
    server.answer('manifest.json', status(code), status(code));
    await openBundle(ref(), options());
    expect(requestsFor('manifest.json')).toHaveLength(3);
  });

  it('waits as long as the source asks it to', async () => {
    server.answer('manifest.json', status(429, { 'retry-after': '1' }));
    const start = performance.now();
    await openBundle(ref(), options());
    expect(performance.now() - start).toBeGreaterThanOrEqual(990);
  });

  it.each([
    [404, 'source_not_found'],
    [410, 'source_not_found'],
    [401, 'source_forbidden'],
    [403, 'source_forbidden'],
    [400, 'source_unreachable'],
  ])('does not ask again after %d', async (code, expected) => {
    server.answer('manifest.json', status(code));
    const error = await failure(openBundle(ref(), options()));
    expect(error.code).toBe(expected);
    expect(error.message).toContain(`manifest.json answered ${code}`);
    expect(requestsFor('manifest.json')).toHaveLength(1);
  });

  it('says which file of the manifest is missing', async () => {
    server.answer('golden/1.png', status(404));
    const error = await failure(openBundle(ref(), options()));
    expect(error.code).toBe('file_missing');
    expect(error.message).toContain('/golden/1.png answered 404');
  });

  it('says why there was no connection', async () => {
    await server.close();
    const error = await failure(openBundle(ref(), options()));
    expect(error.code).toBe('source_unreachable');
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.cause).toBeDefined();
  });

  it('shows neither credentials nor query string, and sends both', async () => {
    const manifest = `${server.origin.replace('//', '//user:p%40ss@')}/manifest.json?token=hidden`;
    server.answer('golden/1.png', status(403));
    const error = await failure(openBundle({ manifest }, options()));
    expect(error.message).toBe(`${server.origin}/golden/1.png answered 403 Forbidden`);
    expect(error.stack).not.toMatch(/p%40ss|p@ss|hidden/);
    const [asked] = requestsFor('golden/1.png');
    expect(asked?.headers.authorization).toBe(`Basic ${btoa('user:p@ss')}`);
    expect(asked?.query).toBe('token=hidden');
  });

  it('follows redirects, and takes no credentials to another origin', async () => {
    const other = await startFileServer(bundle.contents);
    server.answer('detector.onnx', redirectTo('/hop'));
    server.answer('hop', redirectTo(`${other.origin}/detector.onnx`));
    const manifest = `${server.origin.replace('//', '//user:secret@')}/manifest.json`;
    await openBundle({ manifest }, options());
    expect(requestsFor('hop')[0]?.headers.authorization).toBeDefined();
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    await other.close();
  });

  it.each([
    ['more than 5 times', Array.from({ length: 6 }, () => '/manifest.json'), /redirects more than 5 times/],
    ['to another scheme', ['file:///etc/passwd'], /no http or https URL/],
  ])('refuses to be redirected %s', async (_, locations, message) => {
    server.answer('manifest.json', ...locations.map(redirectTo));
    const error = await failure(openBundle(ref(), options()));
    expect(error.code).toBe('source_unreachable');
    expect(error.message).toMatch(message);
  });

  it('refuses a manifest that is another than was asked for', async () => {
    const error = await failure(openBundle({ ...ref(), sha256: '0'.repeat(64) }, options()));
    expect(error.code).toBe('manifest_digest_mismatch');
    expect(error.message).toContain(bundle.manifestSha256);
    expect(server.requests).toHaveLength(1);
  });

  it('refuses a manifest that is not right', async () => {
    const broken = Buffer.from(JSON.stringify({ ...bundle.manifest, name: 'Not A Name' }));
    server.answer('manifest.json', (request, response) => wellBehaved(request, response, broken));
    const error = await failure(openBundle({ manifest: `${server.origin}/manifest.json?a=b` }, options()));
    expect(error).toBeInstanceOf(ManifestError);
    expect(error.message).toContain(`${server.origin}/manifest.json has a problem:\n  $.name`);
  });

  it('reads no more of a manifest than a manifest may have', async () => {
    server.answer('manifest.json', (_, response) => {
      response.write(Buffer.alloc(2 * 1024 * 1024, ' '));
    });
    const error = await failure(openBundle({ manifest: ref().manifest }, options()));
    expect(error.code).toBe('file_too_large');
  });

  it('refuses a bundle that is larger than allowed before it fetches any of it', async () => {
    const error = await failure(openBundle(ref(), { ...options(), maxBytes: bundle.totalBytes - 1 }));
    expect(error.code).toBe('file_too_large');
    expect(server.requests).toHaveLength(1);
    await openBundle(ref(), { ...options(), maxBytes: bundle.totalBytes });
  });

  it('refuses http unless it is allowed', async () => {
    const error = await failure(openBundle(ref(), { cacheDir }));
    expect(error.code).toBe('unsupported_scheme');
    expect(server.requests).toEqual([]);
  });

  it('tells how far it is, from nothing to everything', async () => {
    const seen: number[] = [];
    const onProgress: OpenBundleOptions['onProgress'] = ({ doneBytes, totalBytes }) => {
      expect(totalBytes).toBe(bundle.totalBytes);
      seen.push(doneBytes);
    };
    await openBundle(ref(), { ...options(), onProgress });
    expect(seen.at(-1)).toBe(bundle.totalBytes);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));

    seen.length = 0;
    await openBundle(ref(), { ...options(), onProgress });
    expect(seen.at(-1)).toBe(bundle.totalBytes);
  });

  describe('when the caller gives up', () => {
    it('stops at once and keeps what it has got', async () => {
      const caller = new AbortController();
      server.answer('embedder.onnx', stallAfter(100_000));
      const work = openBundle(ref(), {
        ...options(),
        signal: caller.signal,
        onProgress: ({ doneBytes }) => {
          if (doneBytes === bundle.totalBytes - 100_000) {
            caller.abort(new Error('shutting down'));
          }
        },
      });
      const error = await failure(work);
      expect(error.code).toBe('aborted');
      expect(error.cause).toBe(caller.signal.reason);
      const digest = sha256(bytesOf(bundle, 'embedder.onnx'));
      expect(await junkIn(cacheDir)).toContainEqual(expect.stringMatching(`^${digest}\\.\\w+\\.partial$`));
    });

    it('does nothing when it had given up before', async () => {
      const error = await failure(openBundle(ref(), { ...options(), signal: AbortSignal.abort() }));
      expect(error.code).toBe('aborted');
      expect(server.requests).toEqual([]);
    });

    it('does not wait for the next attempt', async () => {
      const caller = new AbortController();
      server.answer('manifest.json', (request, response, bytes) => {
        status(503, { 'retry-after': '60' })(request, response, bytes);
        response.on('finish', () => setImmediate(() => caller.abort()));
      });
      const error = await failure(openBundle(ref(), { ...options(), signal: caller.signal }));
      expect(error.code).toBe('aborted');
    });
  });
});
