import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { problemOf } from './kit/answers.js';
import { LITE } from './kit/models.js';
import { photo } from './kit/pictures.js';
import { removeTemporaryFolders, temporaryFolder } from './kit/plan-file.js';
import { RawConnection } from './kit/raw-connection.js';
import { stopServers, TestServer } from './kit/server.js';

const HTML = `<!doctype html><script type="module" src="./assets/index-Az09.js"></script>${'<p>'.repeat(500)}`;
const SCRIPT = 'console.log("the page");'.repeat(100);

let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = join(temporaryFolder(), 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'samples'));
  writeFileSync(join(folder, 'index.html'), HTML);
  writeFileSync(join(folder, 'assets/index-Az09.js'), SCRIPT);
  writeFileSync(join(folder, 'samples/anna.jpg'), photo());
  writeFileSync(join(folder, '.env'), 'secret');
  writeFileSync(join(folder, '../beside.html'), 'secret');
  symlinkSync('../beside.html', join(folder, 'link.html'));
  server = await TestServer.ready(['--model', LITE.manifestPath, '--lanes', '1', '--web-dir', folder]);
});

afterAll(async () => {
  await stopServers();
  removeTemporaryFolders();
});

/** An answer as it travels: fetch would decompress it. */
async function rawAnswer(
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number | undefined; headers: Readonly<Record<string, unknown>>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(server.url + path, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('the page', () => {
  it('is at /, with the policy that keeps it to itself, and is asked for again each time', async () => {
    const response = await server.fetch('/');
    expect(await response.text()).toBe(HTML);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  it('has assets that are kept for a year, and samples that are kept for a day', async () => {
    const script = await server.fetch('/assets/index-Az09.js');
    expect(await script.text()).toBe(SCRIPT);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const sample = await server.fetch('/samples/anna.jpg');
    expect(photo().equals(Buffer.from(await sample.arrayBuffer()))).toBe(true);
    expect(sample.headers.get('content-type')).toBe('image/jpeg');
    expect(sample.headers.get('cache-control')).toBe('public, max-age=86400');
  });

  it.each<[string, string | undefined, (body: Buffer) => Buffer]>([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip;q=1.0, br;q=0', 'gzip', gunzipSync],
    ['identity', undefined, (body) => body],
    ['', undefined, (body) => body],
  ])('is compressed as Accept-Encoding "%s" allows', async (accept, encoding, decode) => {
    const answer = await rawAnswer('/assets/index-Az09.js', { 'Accept-Encoding': accept });
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers['vary']).toContain('Accept-Encoding');
    expect(decode(answer.body).toString()).toBe(SCRIPT);
    expect(answer.body.length < 0.5 * SCRIPT.length).toBe(encoding !== undefined);
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
  });

  it('does not compress photos once more', async () => {
    const answer = await rawAnswer('/samples/anna.jpg', { 'Accept-Encoding': 'br' });
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  it.each(['br', 'identity'])('is not sent again to who has it, in %s', async (encoding) => {
    const { headers } = await rawAnswer('/', { 'Accept-Encoding': encoding });
    const etag = String(headers['etag']);
    const again = await rawAnswer('/', { 'Accept-Encoding': encoding, 'If-None-Match': `"other", W/${etag}` });
    expect({ status: again.status, bytes: again.body.length, etag: again.headers['etag'] }).toEqual({
      status: 304,
      bytes: 0,
      etag,
    });
    expect((await rawAnswer('/', { 'Accept-Encoding': encoding, 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('answers HEAD as it would GET, without the body', async () => {
    for (const path of ['/', '/assets/index-Az09.js', '/docs']) {
      const [head, get] = [await server.fetch(path, { method: 'HEAD' }), await server.fetch(path)];
      expect(await head.text()).toBe('');
      expect(head.status).toBe(200);
      for (const name of ['content-type', 'cache-control', 'etag', 'content-security-policy']) {
        expect(head.headers.get(name)).toBe(get.headers.get(name));
      }
    }
  });

  it.each([
    '/.env',
    '/link.html',
    '/beside.html',
    '/../beside.html',
    '/assets/../../beside.html',
    '/assets/..%2f..%2fbeside.html',
    '/%2e%2e/beside.html',
    '/..%5cbeside.html',
    '//beside.html',
    '/assets/',
    '/assets',
    '/assets/index-Az09.js%00.html',
  ])('has nothing at %s', async (path) => {
    const connection = await RawConnection.open(server.port);
    connection.send(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const response = await connection.answer();
    const problem = await problemOf(response, 'not_found');
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it('answers other methods with method_not_allowed', async () => {
    const problem = await problemOf(await server.fetch('/', { method: 'POST' }), 'method_not_allowed');
    expect(problem.allowedMethods).toEqual(['GET']);
  });
});

it('can be switched off together with the explorer', async () => {
  const bare = await TestServer.start(['--model', LITE.manifestPath, '--lanes', '1', '--pages', 'off']);
  for (const path of ['/', '/docs', '/docs/assets/swagger-ui.css', '/index.html']) {
    await problemOf(await bare.fetch(path), 'not_found');
  }
  expect((await bare.fetch('/openapi.json')).status).toBe(200);
  await bare.stop();
});

it('ends at once when it is asked for a page that is not there', async () => {
  const ended = await TestServer.run(['--model', LITE.manifestPath, '--web-dir', '/nowhere']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('--web-dir: expected a folder with index.html');
});
