import { type ErrorCode, HEADERS } from '@face-comparison/contract';
import { problemOf } from './kit/answers.js';
import { LITE } from './kit/models.js';
import { RawConnection } from './kit/raw-connection.js';
import { stopServers, TestServer } from './kit/server.js';
import { until } from './kit/until.js';

let server: TestServer;
/** Gives a request a second to arrive. */
let hasty: TestServer;

beforeAll(async () => {
  server = await TestServer.ready(['--model', LITE.manifestPath, '--lanes', '1']);
  hasty = await TestServer.start(['--model', LITE.manifestPath, '--lanes', '1', '--deadline', '1s']);
});

afterAll(stopServers);

async function answerTo(text: string, { port } = server): Promise<Response> {
  const connection = await RawConnection.open(port);
  connection.send(text);
  const response = await connection.answer();
  expect(response.headers.get('connection')).toBe('close');
  return response;
}

const POST = 'POST /face_comparison HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: image/png\r\n';

it.each<[string, string, ErrorCode, RegExp]>([
  ['a text', 'hello\r\n\r\n', 'malformed_request', /HTTP\/1\.1/],
  ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', 'malformed_request', /method/],
  ['another version', 'GET / HTTP/7.3\r\nHost: x\r\n\r\n', 'malformed_request', /version/],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'malformed_request', /HTTP\/2/],
  ['a handshake of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'malformed_request', /without TLS/],
  ['a header that is none', 'GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n', 'malformed_request', /header/],
  [
    'a header with a line break in it',
    'GET / HTTP/1.1\r\nHost: x\r\na: b\nc\r\n\r\n',
    'malformed_request',
    /HTTP\/1\.1/,
  ],
  ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 'malformed_request', /Host/],
  ['a Content-Length that is no number', `${POST}Content-Length: many\r\n\r\n`, 'malformed_request', /Content-Length/],
  ['two lengths', `${POST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 'malformed_request', /Content-Length/],
  [
    'a length and chunks',
    `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'malformed_request',
    /Content-Length|Transfer-Encoding/,
  ],
  ['an unknown coding', `${POST}Transfer-Encoding: gzip\r\n\r\nx`, 'malformed_request', /Transfer-Encoding|HTTP/],
  ['a chunk without a size', `${POST}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`, 'malformed_request', /chunk/i],
  [
    'headers of 20 kB',
    `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(20_000)}\r\n\r\n`,
    'headers_too_large',
    /16384/,
  ],
  ['a path of 20 kB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 'headers_too_large', /16384/],
  ['another expectation', `${POST}Expect: 200-ok\r\nContent-Length: 1\r\n\r\nx`, 'expectation_failed', /"200-ok"/],
  [
    'a wish for a tunnel',
    'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n',
    'method_not_allowed',
    /CONNECT/,
  ],
])('%s is answered with a problem', async (_what, text, code, detail) => {
  const problem = await problemOf(await answerTo(text), code);
  expect(problem.detail).toMatch(detail);
});

it('a head whose end never comes is answered with a problem', async () => {
  const problem = await problemOf(await answerTo('GET / HTTP/1.1\r\nHost: x\r\n', hasty), 'request_timeout');
  expect(problem.detail).toMatch(/1000 ms/);
});

it('is logged and counted under its id, with the headers of every answer', async () => {
  const labels = { operation: 'other', status: '400', code: 'malformed_request' };
  const before = await server.metric('face_comparison_requests_total', labels);
  const response = await answerTo('hello\r\n\r\n');
  const id = response.headers.get(HEADERS.requestId);
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.headers.get(HEADERS.modelVersion)).toBe(LITE.version);
  expect(response.headers.get(HEADERS.embeddingSpace)).toBe(LITE.space);
  const line = await until('it is logged', () => server.lines.find(({ requestId }) => requestId === id));
  expect(line).toMatchObject({ msg: 'request', status: 400, code: 'malformed_request' });
  expect(await server.metric('face_comparison_requests_total', labels)).toBe(before + 1);
});

it('repeats nothing of what came', async () => {
  const response = await answerTo('GET / HTTP/1.1\r\nHost: x\r\nX-Api-Key: secret\u0000key\r\n\r\n');
  expect(await response.text()).not.toContain('secret');
  expect(server.log).not.toContain('secret');
});

it('a connection on which nothing comes is closed without a word', async () => {
  const connection = await RawConnection.open(hasty.port);
  await connection.closed();
  expect(connection.received).toBe('');
});

it('more bytes than Content-Length says are not taken for a part of the request', async () => {
  const connection = await RawConnection.open(server.port);
  connection.send('GET /v2/health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab\x00\x01garbage\r\n\r\n');
  await connection.closed();
  expect(connection.received).toMatch(/^HTTP\/1\.1 (200|400) /);
  expect(connection.received.match(/HTTP\/1\.1 /g)?.length).toBeLessThanOrEqual(2);
});

it.each([
  ['PROPFIND', '/compare', 'method_not_allowed'],
  ['PURGE', '/nowhere', 'not_found'],
  ['OPTIONS', '/compare', 'method_not_allowed'],
  ['OPTIONS', '/nowhere', 'not_found'],
  ['OPTIONS', '*', 'not_found'],
  ['DELETE', '/docs', 'method_not_allowed'],
  ['POST', '/', 'method_not_allowed'],
  ['TRACE', '/openapi.json', 'method_not_allowed'],
] as const)('%s %s is a problem like any other', async (method, path, code) => {
  await problemOf(await answerTo(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`), code);
});

it('answers a request of HTTP/1.0, a wish to upgrade and Expect: 100-continue', async () => {
  expect((await answerTo('GET /v2/health/live HTTP/1.0\r\n\r\n')).status).toBe(200);
  const upgrade = 'GET /v2/health/live HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade\r\nUpgrade: h2c\r\n\r\n';
  expect((await answerTo(upgrade)).status).toBe(200);
  const connection = await RawConnection.open(server.port);
  connection.send(`${POST}Expect: 100-continue\r\nContent-Length: 1\r\n\r\n`);
  await until('the server wants the body', () => connection.received.startsWith('HTTP/1.1 100 Continue'));
  connection.send('x');
  await connection.closed();
  expect(connection.received).toContain('unsupported_image_format');
});

it('refuses a body that is compressed', async () => {
  const response = await server.fetch('/face_comparison', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
    body: '{}',
  });
  expect((await problemOf(response, 'unsupported_media_type')).parameter).toBe('Content-Encoding');
});
