import { CompareResponseSchema, ProblemSchema, type CompareResponse, type ErrorCode } from '@face-comparison/contract';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { answerOf, problemOf } from './kit/answers.js';
import { startImageHost, type ImageHost } from './kit/image-host.js';
import { LITE } from './kit/models.js';
import { greyPng, photo, SVG } from './kit/pictures.js';
import { RawConnection } from './kit/raw-connection.js';
import { stopServers, TestServer } from './kit/server.js';
import { until } from './kit/until.js';

const MAX_IMAGE_BYTES = 2 * 1024 * 1024;

let host: ImageHost;
let server: TestServer;

beforeAll(async () => {
  host = await startImageHost();
  server = await TestServer.ready([
    ...['--model', LITE.manifestPath, '--lanes', '1', '--allow-host', host.host],
    ...['--max-image-size', `${MAX_IMAGE_BYTES}B`],
  ]);
});

afterAll(async () => {
  await stopServers();
  await host.close();
});

const file = (bytes: Uint8Array, type = 'image/jpeg', name = 'photo.jpg'): File =>
  new File([Buffer.from(bytes)], name, { type });
const json = (value: unknown): Blob => new Blob([JSON.stringify(value)], { type: 'application/json' });
const img = (name?: string): { img: string } => ({ img: photo(name).toString('base64') });

const compareForm = async (parts: Readonly<Record<string, Blob | string>>, query?: string): Promise<CompareResponse> =>
  answerOf(await server.postForm('/compare', parts, query), CompareResponseSchema);

describe('POST /compare with a form', () => {
  it('answers what it answers to JSON', async () => {
    const asJson = await server.compare({ source: img(), target: img('sample6.jpg'), SimilarityThreshold: 0 });
    const asForm = await compareForm({
      source: file(photo()),
      target: file(photo('sample6.jpg')),
      SimilarityThreshold: '0',
    });
    expect(asForm.FaceMatches.length).toBeGreaterThan(0);
    expect(asForm).toEqual(asJson);
  });

  it.each([
    ['another image type', () => file(photo(), 'image/x-whatever')],
    ['octets', () => file(photo(), 'application/octet-stream')],
    ['octets without a name', () => new Blob([Buffer.from(photo())], { type: 'application/octet-stream' })],
    ['a type with parameters, in capitals', () => file(photo(), 'IMAGE/JPEG; q=1')],
    ['JSON with a URL', () => json({ url: host.url('/photos/sample1.jpg?token=secret-in-a-url') })],
    ['JSON with base64', () => json(img())],
  ])('takes a side as %s', async (_what, side) => {
    const answer = await compareForm({ source: file(photo()), target: side() });
    expect(answer.FaceMatches[0]?.Similarity).toBe(100);
  });

  it('takes stored vectors beside photos, in any order of the parts', async () => {
    const { Faces } = await server.analyze(photo());
    const stored = json({ face_hash: Faces[1]?.face_hash, FaceModelVersion: LITE.version });
    const answer = await compareForm({ target: file(photo()), SimilarityThreshold: '99.5', source: stored });
    expect(answer.FaceMatches.map(({ Face }) => Face?.BoundingBox)).toEqual([Faces[1]?.BoundingBox]);
    expect(answer.SourceImageFace).toBeUndefined();
  });

  it('takes query parameters beside the parts', async () => {
    const answer = await compareForm(
      { source: file(photo()), target: file(photo()) },
      '?landmarks=true&face_hash=true',
    );
    expect(answer.SourceImageFace?.Landmarks).toHaveLength(5);
    expect(answer.FaceMatches[0]?.Face?.face_hash).toHaveLength(128);
    const problem = await problemOf(
      await server.postForm('/compare', { source: file(photo()), target: file(photo()) }, '?landmark=true'),
      'invalid_parameter',
    );
    expect(problem.parameter).toBe('landmark');
  });

  it('accounts for the bytes of its photos, and gives them back', async () => {
    const [lane = 0] = await server.lanes();
    process.kill(lane, 'SIGSTOP');
    const answer = server.postForm('/compare', { source: file(photo()), target: file(photo()) });
    await until('the lane works', async () => (await server.metric('face_comparison_jobs_running')) === 1);
    const held = await server.metric('face_comparison_in_flight_bytes');
    expect(held).toBeGreaterThan(2 * photo().length);
    expect(held).toBeLessThan(2 * photo().length + 1000);
    process.kill(lane, 'SIGCONT');
    expect((await answer).status).toBe(200);
    await until('the memory is free', async () => (await server.metric('face_comparison_in_flight_bytes')) === 0);
  });
});

describe('a form that cannot be used', () => {
  const good = { source: file(photo()), target: file(photo()) };

  it.each<[string, Readonly<Record<string, Blob | string>>, ErrorCode, string | undefined]>([
    ['has no parts', {}, 'image_source_missing', 'source'],
    ['lacks the source', { target: good.target }, 'image_source_missing', 'source'],
    ['lacks the target', { source: good.source }, 'image_source_missing', 'target'],
    ['has a part that there is not', { ...good, Source: good.source }, 'invalid_parameter', 'Source'],
    ['has an empty file', { ...good, source: file(Buffer.alloc(0)) }, 'image_source_missing', 'source'],
    ['has a text for a photo', { ...good, target: 'https://example.com/a.jpg' }, 'unsupported_media_type', 'target'],
    ['has a file of another type', { ...good, source: file(photo(), 'text/html') }, 'unsupported_media_type', 'source'],
    ['has a picture of another kind', { ...good, target: file(SVG) }, 'unsupported_image_format', 'target'],
    ['has a damaged photo', { ...good, target: file(photo().subarray(0, 20_000)) }, 'image_undecodable', 'target'],
    ['has nobody in its source', { ...good, source: file(greyPng(320, 240)) }, 'no_face_found', 'source'],
    [
      'has a file over the limit',
      { ...good, target: file(Buffer.alloc(MAX_IMAGE_BYTES + 1)) },
      'image_too_large',
      'target',
    ],
    ['has JSON with nothing in it', { ...good, source: json({}) }, 'image_source_missing', 'source'],
    ['has JSON that is null', { ...good, source: json(null) }, 'image_source_missing', 'source'],
    ['has JSON with two photos', { ...good, source: json({ url: 'a', img: 'b' }) }, 'image_source_ambiguous', 'source'],
    ['has base64 that is none', { ...good, source: json({ img: '%' }) }, 'invalid_base64', 'source.img'],
    [
      'has a vector without version',
      { ...good, source: json({ face_hash: [1] }) },
      'invalid_parameter',
      'source.FaceModelVersion',
    ],
    [
      'has a URL that is not allowed',
      { ...good, source: json({ url: 'http://10.0.0.1/' }) },
      'url_not_allowed',
      'source.url',
    ],
    [
      'has a threshold in words',
      { ...good, SimilarityThreshold: 'eighty' },
      'invalid_parameter',
      'SimilarityThreshold',
    ],
    ['has an empty threshold', { ...good, SimilarityThreshold: '' }, 'invalid_parameter', 'SimilarityThreshold'],
    [
      'has a threshold in hexadecimal',
      { ...good, SimilarityThreshold: '0x10' },
      'invalid_parameter',
      'SimilarityThreshold',
    ],
    ['has a threshold beyond 100', { ...good, SimilarityThreshold: '101' }, 'invalid_parameter', 'SimilarityThreshold'],
    [
      'has a threshold of 100 digits',
      { ...good, SimilarityThreshold: '1'.repeat(100) },
      'invalid_parameter',
      'SimilarityThreshold',
    ],
  ])('is refused when it %s', async (_what, parts, code, parameter) => {
    const problem = await problemOf(await server.postForm('/compare', parts), code);
    expect(problem.parameter).toBe(parameter);
  });

  const boundary = 'frontier';
  const type = `multipart/form-data; boundary=${boundary}`;
  const part = (head: string, content: string | Uint8Array = photo()): Buffer =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
      Buffer.from(content as Uint8Array),
      Buffer.from('\r\n'),
    ]);
  const named = (name: string): string =>
    `Content-Disposition: form-data; name="${name}"; filename="a.jpg"\r\nContent-Type: image/jpeg`;
  const end = Buffer.from(`--${boundary}--\r\n`);
  const whole = Buffer.concat([part(named('source')), part(named('target')), end]);
  const post = (body: Uint8Array | string, contentType = type): Promise<Response> =>
    server.fetch('/compare', {
      method: 'POST',
      headers: { 'Content-Type': contentType },
      body: Buffer.from(body as Uint8Array),
    });

  it('would be taken if it were whole', async () => {
    await answerOf(await post(whole), CompareResponseSchema);
  });

  it.each<[string, Uint8Array | string, ErrorCode, string | undefined]>([
    ['is empty', '', 'image_source_missing', undefined],
    ['is no form', 'hello', 'invalid_parameter', 'body'],
    ['is cut off in the middle', whole.subarray(0, 200_000), 'invalid_parameter', 'body'],
    ['has a part twice', Buffer.concat([part(named('source')), whole]), 'image_source_ambiguous', 'source'],
    [
      'has a threshold twice',
      Buffer.concat([
        part('Content-Disposition: form-data; name=SimilarityThreshold', Buffer.from('1')),
        part('Content-Disposition: form-data; name=SimilarityThreshold', Buffer.from('1')),
        whole,
      ]),
      'invalid_parameter',
      'SimilarityThreshold',
    ],
    [
      'has a part without a name',
      Buffer.concat([part('Content-Type: image/jpeg'), whole]),
      'invalid_parameter',
      'body',
    ],
    [
      'has a head of 5,000 bytes',
      Buffer.concat([part(`${named('source')}\r\nX: ${'x'.repeat(5000)}`), end]),
      'invalid_parameter',
      'body',
    ],
    [
      'has broken JSON in a part',
      Buffer.concat([
        part(
          'Content-Disposition: form-data; name=source\r\nContent-Type: application/json',
          Buffer.from('{"img": "c2VjcmV0'),
        ),
        part(named('target')),
        end,
      ]),
      'invalid_json',
      'source',
    ],
  ])('is refused when it %s', async (_what, body, code, parameter) => {
    const problem = await problemOf(await post(body), code);
    expect(problem.parameter).toBe(parameter);
    expect(problem.detail).not.toContain('c2VjcmV0');
  });

  it('is refused when its type has no boundary, or another', async () => {
    const none = await problemOf(await post(whole, 'multipart/form-data'), 'invalid_parameter');
    expect(none.parameter).toBe('Content-Type');
    const other = await problemOf(await post(whole, `${type}x`), 'invalid_parameter');
    expect(other.parameter).toBe('body');
  });

  it('is refused before it is sent when it is too large', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(
      `POST /compare HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: 17825792\r\n\r\n--`,
    );
    expect((await problemOf(await connection.answer(), 'body_too_large')).receivedBytes).toBe(17_825_792);
  });

  it('is refused when more comes in chunks than may', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(`POST /compare HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    connection.send(`A00000\r\n${'x'.repeat(0xa00000)}`);
    expect((await problemOf(await connection.answer(), 'body_too_large')).limitBytes).toBeLessThan(0xa00000);
  });

  it('is refused by /face_comparison, which takes one photo', async () => {
    await problemOf(await server.postForm('/face_comparison', good), 'image_source_ambiguous');
  });

  it('leaves nothing in the memory of the server', async () => {
    await until('the memory is free', async () => (await server.metric('face_comparison_in_flight_bytes')) === 0);
  });

  it('is answered, whatever is changed in it, with faces or with a problem that is not internal', async () => {
    const small = Buffer.concat([
      part(named('source'), greyPng(16, 16)),
      part(
        'Content-Disposition: form-data; name=target\r\nContent-Type: application/json',
        Buffer.from('{"img":"AAAA"}'),
      ),
      part('Content-Disposition: form-data; name=SimilarityThreshold', Buffer.from('80')),
      end,
    ]);
    await fc.assert(
      fc.asyncProperty(fc.nat(small.length), fc.nat(30), fc.uint8Array({ maxLength: 6 }), async (at, removed, put) => {
        const response = await post(Buffer.concat([small.subarray(0, at), put, small.subarray(at + removed)]));
        const problem: unknown = await response.json();
        expect(Value.Check(ProblemSchema, problem)).toBe(true);
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a body that comes too slowly', () => {
  let hasty: TestServer;

  beforeAll(async () => {
    hasty = await TestServer.ready(['--model', LITE.manifestPath, '--lanes', '1', '--deadline', '700ms']);
  });

  it.each([
    ['a form', '/compare', 'multipart/form-data; boundary=b', '--b\r\n'],
    ['JSON', '/face_comparison', 'application/json', '{"img": "'],
    ['a photo', '/face_comparison', 'image/jpeg', 'JFIF'],
  ])('is request_timeout at the deadline, as %s', async (_what, path, type, begun) => {
    for (const length of ['Content-Length: 100000', 'Transfer-Encoding: chunked']) {
      const connection = await RawConnection.open(hasty.port);
      const piece = length.startsWith('T') ? `${begun.length.toString(16)}\r\n${begun}\r\n` : begun;
      // The first piece goes with the head: it has come when the deadline passes, however slow this process is.
      connection.send(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\n${length}\r\n\r\n${piece}`);
      const sending = setInterval(() => connection.send(piece), 50);
      const response = await connection.answer();
      clearInterval(sending);
      const problem = await problemOf(response, 'request_timeout');
      expect(problem.deadlineMs).toBe(700);
      expect(problem.receivedBytes).toBeGreaterThan(0);
      expect(response.headers.get('connection')).toBe('close');
    }
    await until('the memory is free', async () => (await hasty.metric('face_comparison_in_flight_bytes')) === 0);
  });
});

describe('a body that ends too early', () => {
  it('is no failure of the service', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(
      'POST /compare HTTP/1.1\r\nHost: x\r\nX-Request-Id: torn\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9999\r\n\r\n--b',
    );
    await until('it has begun', async () => (await server.metric('face_comparison_in_flight_bytes')) === 9999);
    connection.close();
    const line = await until('it is logged', () => server.lines.find(({ requestId }) => requestId === 'torn'));
    expect(line).toMatchObject({ msg: 'request', status: 499, level: 'info' });
    await until('the memory is free', async () => (await server.metric('face_comparison_in_flight_bytes')) === 0);
  });
});
