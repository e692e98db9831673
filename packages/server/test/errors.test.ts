import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, ERRORS, HEADERS, type ErrorCode } from '@face-comparison/contract';
import { problemOf, provoked } from './kit/answers.js';
import { startImageHost, type ImageHost } from './kit/image-host.js';
import { DEFAULT, LITE } from './kit/models.js';
import { bmpBomb, greyPng, photo, pngBomb, SVG } from './kit/pictures.js';
import { PlanFile, removeTemporaryFolders, temporaryFolder } from './kit/plan-file.js';
import { RawConnection } from './kit/raw-connection.js';
import { withOverwritten } from './kit/damage.js';
import { stopServers, TestServer } from './kit/server.js';
import { until } from './kit/until.js';

const MAX_IMAGE_BYTES = 2 * 1024 * 1024;

let host: ImageHost;
/** Two versions of two spaces, and one host whose photos may be fetched. */
let server: TestServer;

beforeAll(async () => {
  host = await startImageHost();
  const plan = new PlanFile({ generation: 1, default: DEFAULT.version, models: [DEFAULT.entry, LITE.entry] });
  server = await TestServer.ready([
    ...['--plan', plan.path, '--lanes', '1', '--allow-host', host.host],
    ...['--max-image-size', `${MAX_IMAGE_BYTES}B`],
  ]);
  await server.untilVersionReady(LITE.version);
});

afterAll(async () => {
  await stopServers();
  await host.close();
  removeTemporaryFolders();
});

describe('a body that cannot be used', () => {
  it('is invalid_json when it is not JSON, and nothing of it is repeated', async () => {
    const problem = await problemOf(await server.postJson('/face_comparison', '{"img": "c2VjcmV0'), 'invalid_json');
    expect(problem.detail).not.toContain('c2VjcmV0');
  });

  it('is read behind a byte order mark, and is invalid_json that names its encoding when it is not UTF-8', async () => {
    const json = JSON.stringify({ img: 'not base64!' });
    await problemOf(await server.postJson('/face_comparison', `\ufeff${json}`), 'invalid_base64');
    const utf16 = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from(json, 'utf16le'),
    };
    const problem = await problemOf(await server.fetch('/face_comparison', utf16), 'invalid_json');
    expect(problem.detail).toBe('the body must be JSON; expected JSON in UTF-8, got UTF-16LE');
    const part = (bytes: Buffer): Blob => new Blob([new Uint8Array(bytes)], { type: 'application/json' });
    const form = new FormData();
    form.append('source', part(Buffer.from(`\ufeff${json}`)));
    form.append('target', part(Buffer.from(json, 'utf16le').swap16()));
    const inForm = await problemOf(await server.fetch('/compare', { method: 'POST', body: form }), 'invalid_json');
    expect(inForm.detail).toBe('target must be JSON; expected JSON in UTF-8, got UTF-16BE');
  });

  it.each([
    ['nothing at all', undefined, undefined],
    ['no bytes of JSON', 'application/json', ''],
    ['no bytes of a photo', 'image/jpeg', ''],
    ['JSON with neither url nor img', 'application/json', '{}'],
    ['JSON that is null', 'application/json', 'null'],
  ])('is image_source_missing when it has %s', async (_what, type, body) => {
    const response = await server.fetch('/face_comparison', {
      method: 'POST',
      ...(type === undefined ? {} : { headers: { 'Content-Type': type } }),
      ...(body === undefined ? {} : { body }),
    });
    await problemOf(response, 'image_source_missing');
  });

  it('is image_source_missing when a side of a comparison is missing, and says which', async () => {
    const img = photo().toString('base64');
    const missing = await problemOf(await server.postJson('/compare', { source: { img } }), 'image_source_missing');
    expect(missing.parameter).toBe('target');
    const empty = await problemOf(
      await server.postJson('/compare', { source: {}, target: { img } }),
      'image_source_missing',
    );
    expect(empty.parameter).toBe('source');
  });

  it('is image_source_ambiguous when it has two photos', async () => {
    const both = { url: 'http://example.com/a.jpg', img: 'AAAA' };
    await problemOf(await server.postJson('/face_comparison', both), 'image_source_ambiguous');
    const problem = await problemOf(
      await server.postJson('/compare', {
        source: { img: 'AAAA', face_hash: [1], FaceModelVersion: '1' },
        target: { img: 'AAAA' },
      }),
      'image_source_ambiguous',
    );
    expect(problem.parameter).toBe('source');
  });

  it.each(['not base64!', 'AAAAA', 'data:image/png,AAAA', ''])('is invalid_base64 when img is %j', async (img) => {
    const problem = await problemOf(await server.postJson('/face_comparison', { img }), 'invalid_base64');
    expect(problem.parameter).toBe('img');
  });

  it('is invalid_base64 when the plus signs of img have become spaces, however large it is', async () => {
    for (const bytes of [Buffer.alloc(300, 0xfb), photo()]) {
      const img = bytes.toString('base64').replaceAll('+', ' ').replaceAll('  ', ' ');
      const inJson = await problemOf(await server.postJson('/face_comparison', { img }), 'invalid_base64');
      expect(inJson.detail).toMatch(/character \d+ is a space: "\+" was probably decoded as a space/);
      const part = new Blob([JSON.stringify({ img: `data:image/jpeg;base64,${img}` })], { type: 'application/json' });
      const inForm = await problemOf(
        await server.postForm('/compare', { source: part, target: part }),
        'invalid_base64',
      );
      expect(inForm.detail).toMatch(/^(source|target)\.img .* is a space: "\+" was probably/);
    }
  });

  it.each([
    ['an unknown query parameter', '/face_comparison?max_face=1', { img: 'AAAA' }, 'max_face'],
    ['max_faces=0', '/face_comparison?max_faces=0', { img: 'AAAA' }, 'max_faces'],
    ['max_faces=101', '/face_comparison?max_faces=101', { img: 'AAAA' }, 'max_faces'],
    ['landmarks=perhaps', '/face_comparison?landmarks=perhaps', { img: 'AAAA' }, 'landmarks'],
    ['detail=low', '/face_comparison?detail=low', { img: 'AAAA' }, 'detail'],
    ['an unknown field', '/face_comparison', { image: 'AAAA' }, 'image'],
    ['a url that is no text', '/face_comparison', { url: 7 }, 'url'],
    ['a url that is none', '/face_comparison', { url: 'not a url' }, 'url'],
    ['a list', '/face_comparison', [], 'body'],
    [
      'a threshold beyond 100',
      '/compare',
      { source: { img: 'A' }, target: { img: 'A' }, SimilarityThreshold: 101 },
      'SimilarityThreshold',
    ],
    [
      'a vector without its version',
      '/compare',
      { source: { face_hash: [1] }, target: { img: 'A' } },
      'source.FaceModelVersion',
    ],
    [
      'a vector of zeros',
      '/compare',
      { source: { face_hash: [0, 0], FaceModelVersion: '2.0.0' }, target: { img: 'A' } },
      'source.face_hash',
    ],
  ])('is invalid_parameter with %s', async (_what, path, body, parameter) => {
    const problem = await problemOf(await server.postJson(path, body), 'invalid_parameter');
    expect(problem.parameter).toBe(parameter);
  });

  it('is invalid_parameter when a vector has another length than the model makes', async () => {
    const vector = { face_hash: [0.6, 0.8], FaceModelVersion: DEFAULT.version };
    const problem = await problemOf(
      await server.postJson('/compare', { source: vector, target: vector }),
      'invalid_parameter',
    );
    expect(problem.parameter).toBe('source.face_hash');
    expect(problem.detail).toMatch(/768.*\b2\b/);
  });

  it.each(['text/plain', 'text/html', 'application/x-www-form-urlencoded'])(
    'is unsupported_media_type when it is %s',
    async (type) => {
      const problem = await problemOf(
        await server.fetch('/face_comparison', { method: 'POST', headers: { 'Content-Type': type }, body: 'x' }),
        'unsupported_media_type',
      );
      expect(problem.acceptedMediaTypes).toEqual(expect.arrayContaining(['application/json', 'image/jpeg']));
      expect(problem.detail).toContain(type);
    },
  );

  it('is unsupported_media_type when it has no type, or is a photo where two are compared', async () => {
    const untyped = await RawConnection.open(server.port);
    untyped.send('POST /face_comparison HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nAAAA');
    await problemOf(await untyped.answer(), 'unsupported_media_type');
    const photoResponse = await server.fetch('/compare', {
      method: 'POST',
      headers: { 'Content-Type': 'image/jpeg' },
      body: photo(),
    });
    const problem = await problemOf(photoResponse, 'unsupported_media_type');
    expect(problem.acceptedMediaTypes).toEqual(['application/json', 'multipart/form-data']);
  });
});

describe('a request that never becomes one', () => {
  // All of them are in malformed-http.test.ts; here is one of each code.
  it.each<[ErrorCode, string]>([
    ['malformed_request', 'hello\r\n\r\n'],
    ['headers_too_large', `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['expectation_failed', 'GET / HTTP/1.1\r\nHost: x\r\nExpect: cake\r\n\r\n'],
  ])('is %s', async (code, text) => {
    const connection = await RawConnection.open(server.port);
    connection.send(text);
    await problemOf(await connection.answer(), code);
  });
});

describe('a place or a version that is not there', () => {
  it('is not_found', async () => {
    await problemOf(await server.fetch('/faces'), 'not_found');
    await problemOf(await server.fetch('/v2/models/%zz'), 'not_found');
    await problemOf(await server.fetch('/v2/models/other'), 'not_found');
    const problem = await problemOf(await server.fetch(`/v2/models/${DEFAULT.name}/versions/9.9.9`), 'not_found');
    expect(problem.loadedVersions).toEqual([DEFAULT.version, LITE.version]);
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('is method_not_allowed for %s, with Allow', async (method) => {
    const response = await server.fetch('/face_comparison', {
      method,
      ...(method === 'PUT' ? { headers: { 'Content-Type': 'application/json' }, body: '{"no JSON' } : {}),
    });
    expect(response.headers.get('allow')).toBe('POST');
    const problem = await problemOf(response, 'method_not_allowed');
    expect(problem.allowedMethods).toEqual(['POST']);
  });

  it('is method_not_allowed where a route only reads', async () => {
    const response = await server.fetch('/v2/health/live', { method: 'POST', body: 'x' });
    expect((await problemOf(response, 'method_not_allowed')).allowedMethods).toEqual(['GET']);
  });

  it('is model_version_unavailable when it is pinned, and never answered by another version', async () => {
    const problem = await problemOf(
      await server.postImage(photo(), { headers: { [HEADERS.modelVersion]: '1.2.0' } }),
      'model_version_unavailable',
    );
    expect(problem.loadedVersions).toEqual([DEFAULT.version, LITE.version]);
  });

  it('is invalid_parameter when the pin is no version', async () => {
    const problem = await problemOf(
      await server.postImage(photo(), { headers: { [HEADERS.modelVersion]: 'latest, please' } }),
      'invalid_parameter',
    );
    expect(problem.parameter).toBe(HEADERS.modelVersion);
  });

  it('is model_version_unavailable when a stored vector is of it', async () => {
    const old = { face_hash: [0.6, 0.8], FaceModelVersion: '1.2.0' };
    const stored = { face_hash: [0.6, 0.8], FaceModelVersion: DEFAULT.version };
    await problemOf(await server.postJson('/compare', { source: old, target: stored }), 'model_version_unavailable');
    await problemOf(await server.postJson('/compare', { source: stored, target: old }), 'model_version_unavailable');
  });

  it('is embedding_space_mismatch when vectors of two spaces meet, or a vector and a pin', async () => {
    const heavy = { face_hash: [0.6, 0.8], FaceModelVersion: DEFAULT.version };
    const light = { face_hash: [0.6, 0.8], FaceModelVersion: LITE.version };
    const problem = await problemOf(
      await server.postJson('/compare', { source: heavy, target: light }),
      'embedding_space_mismatch',
    );
    expect(problem.embeddingSpaces).toEqual([LITE.space, DEFAULT.space]);
    await problemOf(
      await server.postJson(
        '/compare',
        { source: heavy, target: { img: photo().toString('base64') } },
        { headers: { [HEADERS.modelVersion]: LITE.version } },
      ),
      'embedding_space_mismatch',
    );
  });
});

describe('a photo that cannot be used', () => {
  const truncated = photo().subarray(0, 20_000);

  it.each([
    ['SVG', SVG, 'svg'],
    ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00', 'latin1'), 'gif'],
    ['WebP', Buffer.from('RIFF\x10\x00\x00\x00WEBPVP8 ', 'latin1'), 'webp'],
    ['a text', Buffer.from('hello'), undefined],
  ])('is unsupported_image_format when it is %s, whatever its Content-Type', async (_what, bytes, format) => {
    const problem = await problemOf(await server.postImage(bytes, { type: 'image/jpeg' }), 'unsupported_image_format');
    expect(problem.acceptedFormats).toEqual(['jpeg', 'png', 'bmp']);
    if (format !== undefined) expect(problem.detectedFormat).toBe(format);
  });

  it('is unsupported_image_format when a web page lies behind its URL', async () => {
    await problemOf(
      await server.postJson('/face_comparison', { url: host.url('/page.html') }),
      'unsupported_image_format',
    );
  });

  it('is image_undecodable when it is a large JPEG with wrong pixels that would be said to show somebody else', async () => {
    // libjpeg decodes it without a warning.
    const damaged = withOverwritten(photo('sample6.jpg'), 0.45, 16);
    expect(damaged.length).toBeGreaterThan(256 * 1024);
    const whole = photo('sample1.jpg').toString('base64');
    for (const [parameter, other] of [
      ['source', 'target'],
      ['target', 'source'],
    ] as const) {
      const body = { [parameter]: { img: damaged.toString('base64') }, [other]: { img: whole } };
      const problem = await problemOf(await server.postJson('/compare', body), 'image_undecodable');
      expect(problem.parameter).toBe(parameter);
      expect(problem.detail).toMatch(/damaged/);
    }
  });

  it('is image_undecodable when it is cut off', async () => {
    await problemOf(await server.postImage(truncated), 'image_undecodable');
    const png = greyPng(640, 480);
    await problemOf(
      await server.postImage(png.subarray(0, png.length - 60), { type: 'image/png' }),
      'image_undecodable',
    );
  });

  it('says which side of a comparison is damaged', async () => {
    const problem = await problemOf(
      await server.postJson('/compare', {
        source: { img: photo().toString('base64') },
        target: { img: truncated.toString('base64') },
      }),
      'image_undecodable',
    );
    expect(problem.parameter).toBe('target');
  });

  it.each([
    ['a PNG of 60,000 x 60,000', pngBomb(60_000, 60_000), 60_000, 60_000],
    ['a BMP of 60,000 x 60,000', bmpBomb(60_000, 60_000), 60_000, 60_000],
    ['one pixel too wide', greyPng(4097, 16), 4097, 16],
  ])('is image_dimensions_exceeded when it is %s', async (_what, bytes, widthPx, heightPx) => {
    const problem = await problemOf(await server.postImage(bytes, { type: 'image/png' }), 'image_dimensions_exceeded');
    expect(problem).toMatchObject({ maxSidePx: 4096, widthPx, heightPx });
  });

  it('is image_too_large over the limit, however it is sent', async () => {
    const large = Buffer.alloc(MAX_IMAGE_BYTES + 1);
    const problem = await problemOf(await server.postImage(large), 'image_too_large');
    expect(problem).toMatchObject({ limitBytes: MAX_IMAGE_BYTES, receivedBytes: large.length });
    const inJson = await problemOf(
      await server.postJson('/face_comparison', { img: large.toString('base64') }),
      'image_too_large',
    );
    expect(inJson).toMatchObject({ limitBytes: MAX_IMAGE_BYTES, parameter: 'img' });
    const fetched = await problemOf(
      await server.postJson('/face_comparison', { url: host.url('/endless') }),
      'image_too_large',
    );
    expect(fetched).toMatchObject({ limitBytes: MAX_IMAGE_BYTES, parameter: 'url' });
  });

  it('is image_too_large when more comes in chunks than may', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(
      'POST /face_comparison HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
        'Content-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\n' +
        `${(MAX_IMAGE_BYTES + 1).toString(16)}\r\n${'x'.repeat(MAX_IMAGE_BYTES + 1)}`,
    );
    expect((await problemOf(await connection.answer(), 'image_too_large')).limitBytes).toBe(MAX_IMAGE_BYTES);
  });

  it('is body_too_large when JSON says it has more than two photos could need', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(
      'POST /compare HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
        'Content-Type: application/json\r\nContent-Length: 900000000\r\n\r\n{',
    );
    expect((await problemOf(await connection.answer(), 'body_too_large')).receivedBytes).toBe(900_000_000);
  });

  it('is no_face_found when it is the source of a comparison and shows nobody', async () => {
    const problem = await problemOf(
      await server.postJson('/compare', {
        source: { img: greyPng(320, 240).toString('base64') },
        target: { img: photo().toString('base64') },
      }),
      'no_face_found',
    );
    expect(problem.parameter).toBe('source');
  });

  it('is multiple_faces_found when it is a source that shows several people and only one is asked for', async () => {
    const problem = await problemOf(
      await server.postJson('/compare?source_face=only', {
        source: { img: photo().toString('base64') },
        target: { img: photo().toString('base64') },
      }),
      'multiple_faces_found',
    );
    expect(problem).toMatchObject({ parameter: 'source', faceCount: 3 });
  });
});

describe('a URL', () => {
  const redirect = (to: string): string => host.url(`/redirect?to=${encodeURIComponent(to)}`);

  it.each([
    ['the machine itself', () => `http://127.0.0.1:${server.port}/v2/health/live`],
    ['the machine itself, in hexadecimal', () => 'http://0x7f000001/'],
    ['the machine itself, by IPv6', () => 'http://[::1]/'],
    ['the machine itself, by IPv4 in IPv6', () => 'http://[::ffff:127.0.0.1]/'],
    ['credentials of a cloud', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a private network', () => 'http://10.0.0.1/a.jpg'],
    ['a name of the machine itself', () => 'http://localhost/a.jpg'],
    ['a name of the cluster', () => 'http://kubernetes.default.svc/a.jpg'],
    ['an unusual port', () => 'http://example.com:22/a.jpg'],
    ['a file', () => 'file:///etc/passwd'],
    ['a bucket that was not allowed', () => 's3://secrets/a.jpg'],
    ['a redirect to the machine itself', () => redirect(`http://127.0.0.1:${server.port}/docs`)],
    ['a redirect to credentials of a cloud', () => redirect('http://169.254.169.254/latest/meta-data/')],
    ['a redirect to a file', () => redirect('file:///etc/passwd')],
  ])('that leads to %s is url_not_allowed', async (_what, url) => {
    const problem = await problemOf(await server.postJson('/face_comparison', { url: url() }), 'url_not_allowed');
    expect(problem.parameter).toBe('url');
    expect(problem.detail).not.toMatch(/127\.0\.0\.1|169\.254/);
  });

  it('whose host answers with an error is url_unreachable, and says which side of a comparison it is', async () => {
    const problem = await problemOf(
      await server.postJson('/compare', {
        source: { url: host.url('/status/404') },
        target: { img: photo().toString('base64') },
      }),
      'url_unreachable',
    );
    expect(problem).toMatchObject({ parameter: 'source.url', upstreamStatus: 404 });
  });

  it('whose host never answers, redirects for ever or is gone is url_unreachable', async () => {
    const urls = [host.url('/silent'), redirect(host.url('/redirect')), redirect(redirect(redirect(redirect('/'))))];
    await Promise.all(
      urls.map(async (url) => problemOf(await server.postJson('/face_comparison', { url }), 'url_unreachable')),
    );
  });

  it('is url_not_allowed where URLs are switched off', async () => {
    const closed = await TestServer.ready(['--model', LITE.manifestPath, '--lanes', '1', '--urls', 'off']);
    await problemOf(await closed.postJson('/face_comparison', { url: 'http://example.com/a.jpg' }), 'url_not_allowed');
    await closed.stop();
  });
});

describe('a server whose model cannot be loaded', () => {
  const KEYS = { door: 'door-key-0123456789', clerk: 'clerk-key-0123456789', slow: 'slow-key-0123456789' };
  let keysFile: string;
  let loading: TestServer;

  beforeAll(async () => {
    keysFile = join(temporaryFolder(), 'keys.json');
    writeFileSync(
      keysFile,
      JSON.stringify({
        clients: [
          { name: 'door', key: KEYS.door },
          { name: 'clerk', key: KEYS.clerk, operations: ['analyzeFaces'] },
          { name: 'slow', key: KEYS.slow, requestsPerSecond: 0.001 },
        ],
      }),
    );
    const missing = { version: '2.0.0', manifest: `file://${temporaryFolder()}/manifest.json` };
    const plan = new PlanFile({ generation: 1, default: '2.0.0', models: [missing] });
    loading = await TestServer.start(['--plan', plan.path, '--keys-file', keysFile, '--lanes', '1']);
  });

  it('is alive and not_ready, and says why on the private port', async () => {
    expect((await loading.fetch('/v2/health/live')).status).toBe(200);
    await problemOf(await loading.fetch('/v2/health/ready'), 'not_ready');
    await problemOf(await loading.postImage(photo(), { headers: { 'X-Api-Key': KEYS.door } }), 'not_ready');
    await problemOf(await loading.fetch('/v2/models/default', { headers: { 'X-Api-Key': KEYS.door } }), 'not_ready');
    const failed = await until('the version has failed', async () => {
      const version = await loading.version('2.0.0');
      return version?.state === 'failed' ? version : undefined;
    });
    expect(failed.reason).toContain('manifest.json');
  });

  it('answers unauthorized without a key, with an unknown one, and for HEAD too', async () => {
    const response = await loading.postImage(photo());
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    await problemOf(response, 'unauthorized');
    await problemOf(
      await loading.postImage(photo(), { headers: { Authorization: 'Bearer guessed-key-0123456789' } }),
      'unauthorized',
    );
    expect((await loading.fetch('/v2/models/default', { method: 'HEAD' })).status).toBe(401);
  });

  it('answers forbidden when the key is for another call', async () => {
    const problem = await problemOf(
      await loading.postJson('/compare', {}, { headers: { Authorization: `Bearer ${KEYS.clerk}` } }),
      'forbidden',
    );
    expect(problem.detail).toContain('clerk');
    await problemOf(
      await loading.postImage(photo(), { headers: { Authorization: `Bearer ${KEYS.clerk}` } }),
      'not_ready',
    );
  });

  it('answers rate_limited when a client asks more often than its key allows, and goes on answering others', async () => {
    const slow = { headers: { 'X-Api-Key': KEYS.slow } };
    const allowed = await loading.postImage(photo(), slow);
    await problemOf(allowed, 'not_ready');
    const refused = await loading.postImage(photo(), slow);
    const problem = await problemOf(refused, 'rate_limited');
    expect(problem.retryAfterSeconds).toBeGreaterThan(900);
    for (const { headers } of [allowed, refused]) {
      expect([headers.get('RateLimit-Limit'), headers.get('RateLimit-Remaining')]).toEqual(['1', '0']);
      expect(Number(headers.get('RateLimit-Reset'))).toBeGreaterThan(900);
    }
    await problemOf(await loading.postImage(photo(), { headers: { 'X-Api-Key': KEYS.door } }), 'not_ready');
  });

  it('follows its keys file: a new key counts without a restart, a broken file changes nothing', async () => {
    const withKey = async (key: string): Promise<number> =>
      (await loading.fetch('/v2/models/default', { headers: { 'X-Api-Key': key } })).status;
    const NEW = 'new-key-0123456789ab';
    writeFileSync(keysFile, JSON.stringify({ clients: [{ name: 'door', key: NEW }] }));
    await until('the new key counts', async () => (await withKey(NEW)) === 503);
    expect(await withKey(KEYS.door)).toBe(401);
    writeFileSync(keysFile, '{"clients": [');
    await until('the broken file is told', () => loading.lines.find(({ msg }) => msg.startsWith('keys file refused')));
    expect(await withKey(NEW)).toBe(503);
  });

  it('answers shutting_down once it has been told to end, to who is still connected', async () => {
    const connection = await RawConnection.open(loading.port);
    connection.send('GET /v2/health/ready HTTP/1.1\r\nHost: x\r\n');
    // Node takes the first bytes of a request for a request that has begun.
    await until('the server has seen the connection', () => loading.fetch('/v2/health/live').then(({ ok }) => ok));
    loading.signal('SIGTERM');
    await until('the server ends', () => loading.lines.find(({ msg }) => msg.startsWith('finishing')));
    connection.send('\r\n');
    await problemOf(await connection.answer(), 'shutting_down');
    expect(await loading.ended).toEqual({ code: 0, signal: null });
  });
});

describe('a server with one lane, one place to wait and little memory', () => {
  const small = photo(); // 145 kB
  const large = photo('sample6.jpg'); // 302 kB
  let narrow: TestServer;

  const hangLane = async (): Promise<number> => {
    const [lane = 0] = await narrow.lanes();
    process.kill(lane, 'SIGSTOP');
    return lane;
  };
  const untilRunning = (): Promise<boolean> =>
    until('the lane works', async () => (await narrow.metric('face_comparison_jobs_running')) === 1);

  beforeAll(async () => {
    narrow = await TestServer.ready([
      ...['--model', LITE.manifestPath, '--lanes', '1', '--queue-limit', '1', '--max-in-flight', '400KiB'],
    ]);
  });

  it('is overloaded when the images in flight take all memory, and when the queue is full', async () => {
    const lane = await hangLane();
    const first = narrow.postImage(small);
    await untilRunning();
    const noMemory = await problemOf(await narrow.postImage(large), 'overloaded');
    expect(noMemory.detail).toContain('409600 bytes');
    const second = narrow.postImage(small);
    await until('one waits', async () => (await narrow.metric('face_comparison_queue_length')) === 1);
    const noPlace = await problemOf(await narrow.postImage(small), 'overloaded');
    expect(noPlace.detail).toContain('queue');
    process.kill(lane, 'SIGCONT');
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    await until('the memory is free', async () => (await narrow.metric('face_comparison_in_flight_bytes')) === 0);
  });

  it('is internal when the lane dies at its work, tells nothing of why, and goes on', async () => {
    const lane = await hangLane();
    const response = narrow.postImage(small);
    await untilRunning();
    process.kill(lane, 'SIGKILL');
    const problem = await problemOf(await response, 'internal');
    expect(problem.detail).not.toMatch(/lane|SIGKILL/);
    const { err } = await until('the log says why, under the id of the request', () =>
      narrow.lines.find(({ msg, requestId }) => msg === 'request failed' && requestId === problem.requestId),
    );
    expect(err).toMatchObject({ type: 'LaneLostError', message: expect.stringContaining('SIGKILL') as string });
    expect((await narrow.analyze(small)).Faces).toHaveLength(3);
  });
});

it('is deadline_exceeded when a request takes longer than it may', async () => {
  const hasty = await TestServer.ready([
    ...['--model', LITE.manifestPath, '--lanes', '1', '--deadline', '2s', '--allow-host', host.host],
  ]);
  const problem = await problemOf(
    await hasty.postJson('/face_comparison', { url: host.url('/silent') }),
    'deadline_exceeded',
  );
  expect(problem.deadlineMs).toBe(2000);
  const slow = await RawConnection.open(hasty.port);
  slow.send('POST /compare HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{');
  expect((await problemOf(await slow.answer(), 'request_timeout')).deadlineMs).toBe(2000);
  await hasty.stop();
});

it('has a test above for every row of the error table', () => {
  expect([...provoked.keys()].sort()).toEqual([...ERROR_CODES].sort());
});

/** A detail without its numbers, versions, spaces and quotes and the names of its fields. */
const shapeOf = (detail: string): string =>
  detail
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/\b(source|target)(\.\w+)?\b/g, 'url')
    .replaceAll(/\bimg\b/g, 'url')
    .replaceAll(/\b[0-9a-f]{16}\b/g, 'space')
    .replaceAll(/\d+(\.\d+)*(-\w+)?/g, '0');

it.each(ERROR_CODES)('has an example of %s in the error table in words that the service gave above', (code) => {
  const given = [...(provoked.get(code) ?? [])].map(shapeOf);
  expect(given).toContain(shapeOf(ERRORS[code].example.detail));
});
