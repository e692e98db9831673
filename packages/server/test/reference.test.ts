import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  HEADERS,
  ModelMetadataSchema,
  ModelReadySchema,
  ServerLiveSchema,
  ServerReadySchema,
} from '@face-comparison/contract';
import { answerOf, problemOf } from './kit/answers.js';
import { LITE, ROOT } from './kit/models.js';
import { photo } from './kit/pictures.js';
import { stopServers, TestServer } from './kit/server.js';
import { until } from './kit/until.js';

const PAGE = 'https://photos.example';
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.ready([
    '--model',
    LITE.manifestPath,
    '--lanes',
    '1',
    '--cors-origin',
    PAGE,
    '--path-prefix',
    '/api',
    '--web-dir',
    'none',
  ]);
});

afterAll(stopServers);

describe('the Open Inference Protocol', () => {
  it('tells that the server is alive and ready', async () => {
    expect(await answerOf(await server.fetch('/v2/health/live'), ServerLiveSchema)).toEqual({ live: true });
    expect(await answerOf(await server.fetch('/v2/health/ready'), ServerReadySchema)).toEqual({ ready: true });
  });

  it('answers below the prefix of a gateway, too', async () => {
    expect(await answerOf(await server.fetch('/api/v2/health/ready'), ServerReadySchema)).toEqual({ ready: true });
    expect((await server.fetch('/apian/v2/health/ready')).status).toBe(404);
  });

  it('describes the model and its versions', async () => {
    const byName = await answerOf(await server.fetch(`/v2/models/${LITE.name}`), ModelMetadataSchema);
    expect(byName).toMatchObject({
      name: LITE.name,
      versions: [LITE.version],
      parameters: {
        version: LITE.version,
        default: true,
        embeddingSpace: LITE.space,
        vectorLength: 128,
        comparableWith: [LITE.space],
      },
    });
    const path = `/v2/models/${LITE.name}/versions/${LITE.version}`;
    expect(await answerOf(await server.fetch(path), ModelMetadataSchema)).toEqual(byName);
  });

  it('tells that the model is ready', async () => {
    const ready = { name: LITE.name, ready: true };
    for (const path of ['', `/versions/${LITE.version}`]) {
      expect(await answerOf(await server.fetch(`/v2/models/${LITE.name}${path}/ready`), ModelReadySchema)).toEqual(
        ready,
      );
    }
  });
});

describe('every answer', () => {
  it.each([
    '/',
    '/docs',
    '/docs/assets/swagger-ui.css',
    '/openapi.json',
    '/v2/health/live',
    '/v2/health/ready',
    '/nowhere',
  ])('of %s has an id and says which model is served', async (path) => {
    const { headers } = await server.fetch(path);
    expect(headers.get(HEADERS.requestId)).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get(HEADERS.modelVersion)).toBe(LITE.version);
    expect(headers.get(HEADERS.embeddingSpace)).toBe(LITE.space);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('echoes an id that may stand in a log, and makes one otherwise', async () => {
    const idFor = async (id: string): Promise<string | null> =>
      (await server.fetch('/v2/health/live', { headers: { [HEADERS.requestId]: id } })).headers.get(HEADERS.requestId);
    expect(await idFor('order-4711/a')).toBe('order-4711/a');
    for (const bad of ['two words', 'x'.repeat(129), 'Grüße']) {
      expect(await idFor(bad)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('leaves one line in the log, without its query', async () => {
    const response = await server.postImage(photo(), { query: '?landmarks=true&max_faces=2' });
    const id = response.headers.get(HEADERS.requestId);
    const line = await until('the request is logged', () => server.lines.find(({ requestId }) => requestId === id));
    expect(line).toMatchObject({
      method: 'POST',
      path: '/face_comparison',
      status: 200,
      operation: 'analyzeFaces',
      version: LITE.version,
      faces: 2,
    });
  });

  it('is counted', async () => {
    const labels = { operation: 'modelMetadata', status: '404', code: 'not_found' };
    const before = await server.metric('face_comparison_requests_total', labels);
    await problemOf(await server.fetch('/v2/models/nobody'), 'not_found');
    await until(
      'the request is counted',
      async () => (await server.metric('face_comparison_requests_total', labels)) === before + 1,
    );
  });
});

describe('a client that goes away', () => {
  it('gives back its memory, is counted as gone, and is no failure of the model', async () => {
    const [lane = 0] = await server.lanes();
    process.kill(lane, 'SIGSTOP');
    const before = await server.version(LITE.version);
    const leaving = new AbortController();
    const requests = ['running', 'waiting'].map((id) =>
      server.postImage(photo(), { signal: leaving.signal, headers: { [HEADERS.requestId]: id } }),
    );
    await until('one works and one waits', async () => (await server.metric('face_comparison_queue_length')) === 1);
    expect(await server.metric('face_comparison_in_flight_bytes')).toBe(2 * photo().length);
    leaving.abort();
    await Promise.allSettled(requests);
    await until('the memory is free', async () => (await server.metric('face_comparison_in_flight_bytes')) === 0);
    process.kill(lane, 'SIGCONT');
    expect((await server.analyze(photo())).Faces).toHaveLength(3);
    for (const id of ['running', 'waiting']) {
      const line = await until('it is logged', () => server.lines.find(({ requestId }) => requestId === id));
      expect(line).toMatchObject({ status: 499, msg: 'request' });
    }
    expect((await server.version(LITE.version))?.errors).toBe(before?.errors);
  });
});

describe('a page of another origin', () => {
  it('may call when its origin is allowed, and reads the headers', async () => {
    const response = await server.fetch('/v2/health/live', { headers: { Origin: PAGE } });
    expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
    const exposed = response.headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining([
        'Face-Model-Version',
        'Face-Embedding-Space',
        'X-Request-Id',
        'Server-Timing',
        'Retry-After',
      ]),
    );
    expect(response.headers.get('vary')).toContain('Origin');
  });

  it('is told so before it sends a photo', async () => {
    const response = await server.fetch('/face_comparison', {
      method: 'OPTIONS',
      headers: {
        Origin: PAGE,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type,face-model-version,x-api-key,x-request-id',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
    const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase().split(', ');
    expect(allowed?.sort()).toEqual([
      'authorization',
      'content-type',
      'face-model-version',
      'x-api-key',
      'x-request-id',
    ]);
    expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(600);
  });

  it('can read why it was refused', async () => {
    const response = await server.fetch('/nowhere', { headers: { Origin: PAGE } });
    expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
    await problemOf(response, 'not_found');
  });

  it('may not call when its origin is another', async () => {
    const response = await server.fetch('/v2/health/live', { headers: { Origin: 'https://elsewhere.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the documents', () => {
  it('has the OpenAPI document that is committed', async () => {
    const committed: unknown = JSON.parse(readFileSync(join(ROOT, 'packages/contract/openapi.json'), 'utf8'));
    expect(await (await server.fetch('/openapi.json')).json()).toEqual(committed);
  });

  it.each(['/', '/docs'])('has a page at %s that needs nothing from elsewhere', async (path) => {
    const response = await server.fetch(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    const references = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, reference = '']) => reference);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      const url = new URL(reference, server.url + path);
      expect(url.origin).toBe(server.url);
      const found = await server.fetch(url.pathname);
      expect({ reference, status: found.status }).toEqual({ reference, status: 200 });
    }
  });

  it('serves no other file of the explorer, and none beside it', async () => {
    for (const path of [
      '/docs/assets/package.json',
      '/docs/assets/..%2f..%2fpackage.json',
      '/docs/assets/index.html',
    ]) {
      expect((await server.fetch(path)).status).toBe(404);
    }
  });

  it('keeps the private port private', async () => {
    await problemOf(await server.fetch('/metrics'), 'not_found');
    await problemOf(await server.fetch('/serving'), 'not_found');
  });
});
