import { inspect } from 'node:util';
import {
  answer,
  comparisonAnswer,
  facesAnswer,
  FakeService,
  partsOf,
  problemAnswer,
  SPACE,
} from '../test/kit/fake-service.js';
import type { Middleware } from 'openapi-fetch';
import { FaceComparison } from './client.js';
import { InvalidInputError, RequestError, UnexpectedResponseError } from './errors/client-errors.js';
import { FaceComparisonError } from './errors/face-comparison-error.js';
import { ModelVersionUnavailableError } from './generated/errors.js';
import type { AnalyzeOptions, FaceComparisonOptions } from './options.js';
import type { StoredFace } from './vectors/stored-face.js';

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 1, 13, 10);
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1);
const STORED: StoredFace = { vector: Float32Array.of(0.5, -0.25), modelVersion: '1.0.0', embeddingSpace: SPACE };
const FACE = {
  boundingBox: { left: 0.1, top: 0.2, width: 0.3, height: 0.4 },
  confidence: 0.995,
  modelVersion: '2.0.0',
  embeddingSpace: SPACE,
};
const MODEL = {
  name: 'default',
  versions: ['1.0.0', '2.0.0'],
  parameters: { version: '2.0.0', default: true, embeddingSpace: SPACE },
};

function clientOf(service: FakeService, options: Partial<FaceComparisonOptions> = {}): FaceComparison {
  return new FaceComparison({ baseUrl: 'https://faces.example.com/', retries: 0, fetch: service.fetch, ...options });
}

describe('analyze', () => {
  it('sends bytes as they are, with the type that they have', async () => {
    const service = new FakeService(facesAnswer());
    await clientOf(service).analyze(JPEG);
    const { request } = service;
    expect(`${request.method} ${request.url}`).toBe('POST https://faces.example.com/face_comparison');
    expect(request.headers.get('content-type')).toBe('image/jpeg');
    expect(new Uint8Array(await request.arrayBuffer())).toEqual(JPEG);
  });

  it('sends a URL as JSON', async () => {
    const service = new FakeService(facesAnswer());
    await clientOf(service).analyze('s3://photos/anna.jpg');
    expect(service.request.headers.get('content-type')).toBe('application/json');
    expect(await service.request.json()).toEqual({ url: 's3://photos/anna.jpg' });
  });

  it('asks for what the options say, and for nothing else', async () => {
    const service = new FakeService(facesAnswer(), facesAnswer());
    const client = clientOf(service);
    await client.analyze(JPEG, { landmarks: true, quality: false, maxFaces: 3, faceHash: false, detail: 'high' });
    await client.analyze(JPEG, { landmarks: undefined });
    expect(service.requests.map(({ url }) => Object.fromEntries(new URL(url).searchParams))).toEqual([
      { landmarks: 'true', quality: 'false', max_faces: '3', face_hash: 'false', detail: 'high' },
      {},
    ]);
  });

  it('gives faces that know their version and space', async () => {
    const service = new FakeService(
      facesAnswer(
        {
          face_hash: [0.5, -0.25],
          Landmarks: [{ Type: 'nose', X: 0.5, Y: 0.6 }],
          Quality: { Sharpness: 80, Brightness: 60, Pose: { Roll: 1, Yaw: 2, Pitch: 3 }, FaceSize: 200 },
        },
        { headers: { 'Server-Timing': 'queue;dur=0.4, decode;dur=5, cache;desc="a;b", odd' } },
      ),
    );
    expect(await clientOf(service).analyze(JPEG)).toEqual({
      modelVersion: '2.0.0',
      embeddingSpace: SPACE,
      requestId: 'request-1',
      serverTiming: [
        { name: 'queue', durationMs: 0.4 },
        { name: 'decode', durationMs: 5 },
      ],
      faces: [
        {
          ...FACE,
          vector: Float32Array.of(0.5, -0.25),
          landmarks: [{ type: 'nose', x: 0.5, y: 0.6 }],
          quality: { sharpness: 80, brightness: 60, pose: { roll: 1, yaw: 2, pitch: 3 }, faceSize: 200 },
        },
      ],
    });
  });

  it('leaves out of a face what was not answered', async () => {
    const { faces } = await clientOf(new FakeService(facesAnswer())).analyze(JPEG);
    expect(faces).toStrictEqual([FACE]);
  });

  it('refuses an answer that does not name its space: its vectors would be worth nothing', async () => {
    const service = new FakeService(
      new Response('{"Faces":[],"FaceModelVersion":"2.0.0"}', { headers: { 'Content-Type': 'application/json' } }),
    );
    await expect(clientOf(service).analyze(JPEG)).rejects.toThrow(
      /^POST \/face_comparison at faces\.example\.com answered 200 .* without the header Face-Embedding-Space/,
    );
  });
});

describe('compare', () => {
  it('sends two photos as the parts of a form, not as base64', async () => {
    const service = new FakeService(comparisonAnswer());
    await clientOf(service).compare(JPEG, new Blob([PNG]), { similarityThreshold: 0 });
    expect(await partsOf(service.request)).toEqual([
      {
        head: 'Content-Disposition: form-data; name="source"; filename="source"\r\nContent-Type: image/jpeg',
        bytes: JPEG,
      },
      {
        head: 'Content-Disposition: form-data; name="target"; filename="target"\r\nContent-Type: image/png',
        bytes: PNG,
      },
      { head: 'Content-Disposition: form-data; name="SimilarityThreshold"', bytes: Uint8Array.of(0x30) },
    ]);
  });

  it('sends a side that is no bytes as JSON in the form', async () => {
    const service = new FakeService(comparisonAnswer());
    await clientOf(service).compare(STORED, JPEG);
    const [source, target, ...others] = await partsOf(service.request);
    expect(source?.head).toBe('Content-Disposition: form-data; name="source"\r\nContent-Type: application/json');
    expect(Buffer.from(source?.bytes ?? []).toString()).toBe('{"face_hash":[0.5,-0.25],"FaceModelVersion":"1.0.0"}');
    expect(target?.bytes).toEqual(JPEG);
    expect(others).toEqual([]);
  });

  it('sends JSON when no side is bytes', async () => {
    const service = new FakeService(comparisonAnswer());
    await clientOf(service).compare('https://example.com/a.jpg', { ...FACE, vector: Float32Array.of(1) });
    expect(service.request.headers.get('content-type')).toBe('application/json');
    expect(await service.request.json()).toEqual({
      source: { url: 'https://example.com/a.jpg' },
      target: { face_hash: [1], FaceModelVersion: '2.0.0' },
    });
  });

  it('asks for what the options say', async () => {
    const service = new FakeService(comparisonAnswer());
    await clientOf(service).compare(JPEG, JPEG, {
      faceHash: true,
      landmarks: true,
      quality: true,
      minConfidence: 0.8,
      sourceFace: 'only',
      detail: 'normal',
    });
    expect(Object.fromEntries(new URL(service.request.url).searchParams)).toEqual({
      landmarks: 'true',
      quality: 'true',
      min_confidence: '0.8',
      detail: 'normal',
      face_hash: 'true',
      source_face: 'only',
    });
  });

  it('gives matches and the other faces', async () => {
    const comparison = await clientOf(new FakeService(comparisonAnswer())).compare(JPEG, JPEG);
    expect(comparison).toMatchObject({
      modelVersion: '2.0.0',
      embeddingSpace: SPACE,
      sourceFace: FACE,
      matches: [{ similarity: 98.5, face: FACE }, { similarity: 90 }],
      others: [{ similarity: 12.5, face: FACE }, { similarity: 3 }],
      sourceFaceCount: 2,
    });
    expect(comparison.matches[1]).not.toHaveProperty('face');
  });

  it('refuses a face whose vector was not asked for, before anything is sent', async () => {
    const service = new FakeService();
    await expect(clientOf(service).compare(FACE, JPEG)).rejects.toThrow(InvalidInputError);
    expect(service.requests).toHaveLength(0);
  });
});

describe('the request', () => {
  it('carries key, headers, version and id, and nothing that was not given', async () => {
    const service = new FakeService(facesAnswer(), facesAnswer());
    const client = clientOf(service, { apiKey: 'key', headers: { 'X-Team': 'a' }, modelVersion: '1.0.0' });
    await client.analyze(JPEG, { requestId: 'mine' });
    await clientOf(service).analyze(JPEG);
    expect(service.requests.map(({ headers }) => Object.fromEntries(headers))).toEqual([
      {
        'content-type': 'image/jpeg',
        'face-model-version': '1.0.0',
        'x-api-key': 'key',
        'x-request-id': 'mine',
        'x-team': 'a',
      },
      { 'content-type': 'image/jpeg' },
    ]);
  });

  it('of a client that differs in some options keeps the others', async () => {
    const service = new FakeService(facesAnswer());
    const client = clientOf(service, { apiKey: 'key', modelVersion: '1.0.0' });
    await client.withOptions({ apiKey: 'another', baseUrl: 'https://other.example.com' }).analyze(JPEG);
    expect(service.request.url).toBe('https://other.example.com/face_comparison');
    expect(Object.fromEntries(service.request.headers)).toMatchObject({
      'face-model-version': '1.0.0',
      'x-api-key': 'another',
    });
  });

  it('is not shown when a client is logged', () => {
    expect(inspect(clientOf(new FakeService(), { apiKey: 'secret' }), { depth: 9, showHidden: true })).not.toContain(
      'secret',
    );
  });

  it('may pin another version than the client', async () => {
    const service = new FakeService(comparisonAnswer());
    await clientOf(service, { modelVersion: '1.0.0' }).compare(JPEG, JPEG, { modelVersion: '2.0.0' });
    expect(service.request.headers.get('face-model-version')).toBe('2.0.0');
  });

  it('keeps the path of baseUrl', async () => {
    const service = new FakeService(facesAnswer());
    await clientOf(service, { baseUrl: new URL('https://abc.execute-api.example.com/prod/') }).analyze(JPEG);
    expect(service.request.url).toBe('https://abc.execute-api.example.com/prod/face_comparison');
  });

  it('is seen by each middleware and signed last, anew for each attempt', async () => {
    const order: string[] = [];
    const middleware = (name: string) => ({ onRequest: () => void order.push(name) });
    const service = new FakeService(problemAnswer('overloaded'), facesAnswer());
    await clientOf(service, {
      retries: 1,
      middleware: [middleware('first'), middleware('second')],
      sign: async (request) => {
        order.push(`sign ${(await request.clone().arrayBuffer()).byteLength} bytes`);
        request.headers.set('Authorization', `signature ${order.length}`);
        return request;
      },
    }).analyze(JPEG);
    const attempt = ['first', 'second', 'sign 6 bytes'];
    expect(order).toEqual([...attempt, ...attempt]);
    expect(service.requests.map(({ headers }) => headers.get('authorization'))).toEqual(['signature 3', 'signature 6']);
  });

  it.each<[string, (fail: () => never) => Partial<FaceComparisonOptions>]>([
    ['signing function', (sign) => ({ sign })],
    ['middleware', (onRequest) => ({ middleware: { onRequest } })],
  ])('whose %s throws fails with that as the cause, and is not sent again', async (_what, optionsOf) => {
    const cause = new TypeError('no credentials: secret');
    const options = optionsOf(() => {
      throw cause;
    });
    const error: unknown = await clientOf(new FakeService(), { retries: 2, ...options })
      .analyze(JPEG)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: 'request_error', retryable: false, cause });
    expect(String(error)).toBe(
      'RequestError: POST /face_comparison at faces.example.com failed: middleware, sign or the platform threw TypeError; see the cause',
    );
  });

  it('fails with an error of this client also when an argument is nothing that TypeScript would allow', async () => {
    const client = clientOf(new FakeService());
    for (const call of [
      () => client.analyze(JPEG, null as unknown as AnalyzeOptions),
      () => client.compare(JPEG, undefined as unknown as Uint8Array),
      () => client.model('\ud800'),
      () => client.models({ name: '\ud800' }),
      () => client.ready({ signal: {} as AbortSignal }),
    ]) {
      await expect(call()).rejects.toBeInstanceOf(FaceComparisonError);
    }
  });

  it('fails with an error of this client when the answer lacks what a face has', async () => {
    const service = new FakeService(
      answer({ Faces: [{}], FaceModelVersion: '2.0.0' }),
      answer({ FaceMatches: null, FaceModelVersion: '2.0.0' }),
    );
    const message = /answered 200 .* JSON that is not of the form that the service answers/;
    await expect(clientOf(service).analyze(JPEG)).rejects.toThrow(UnexpectedResponseError);
    await expect(clientOf(service).compare(JPEG, JPEG)).rejects.toThrow(message);
  });

  it('is sent by the fetch of the platform, as it is at that moment', async () => {
    const service = new FakeService(facesAnswer());
    const client = new FaceComparison({ baseUrl: 'https://faces.example.com' });
    const fetch = jest.spyOn(globalThis, 'fetch').mockImplementation(service.fetch);
    await client.analyze(JPEG);
    expect(fetch).toHaveBeenCalledTimes(1);
    fetch.mockRestore();
  });
});

describe('options that cannot be right', () => {
  it.each<[Partial<FaceComparisonOptions>, RegExp]>([
    [{ baseUrl: 'faces.example.com' }, /baseUrl: expected a URL such as/],
    [{ baseUrl: '/' }, /baseUrl: expected a URL such as/],
    [{ baseUrl: 'ftp://faces.example.com' }, /http: or https:/],
    [{ baseUrl: 'https://user:secret@faces.example.com' }, /no credentials/],
    [{ baseUrl: 'https://faces.example.com?key=secret' }, /no credentials, query/],
    [{ apiKey: 'secret\n' }, /X-Api-Key: expected a text without line breaks/],
    [{ headers: { 'X-Team': 'secret\u2028' } }, /X-Team: expected a text without/],
    [{ modelVersion: 'secret version' }, /modelVersion: expected a version such as 2\.0\.0/],
    [{ retries: -1 }, /retries: expected a whole number/],
    [{ retries: 0.5 }, /retries: expected a whole number/],
    [{ headers: { 'X Team': 'a' } }, /headers: "X Team" is not a valid name/],
    [{ headers: { 'X-Team': 1 as unknown as string } }, /X-Team: expected a text/],
    [{ middleware: {} as Middleware }, /middleware: expected objects with onRequest/],
    [{ baseUrl: null as unknown as undefined }, /baseUrl is missing/],
  ])('%j are refused', (options, message) => {
    const make = (): FaceComparison => clientOf(new FakeService(), options);
    expect(make).toThrow(InvalidInputError);
    expect(make).toThrow(message);
    expect(make).not.toThrow(/secret(?! version)/);
  });

  it('of a call are refused before anything is sent', async () => {
    const client = clientOf(new FakeService());
    await expect(client.analyze(JPEG, { requestId: 'two words' })).rejects.toThrow(/requestId: expected/);
    await expect(client.analyze(JPEG, { modelVersion: '' })).rejects.toThrow(/modelVersion: expected/);
    await expect(client.model('../admin')).rejects.toThrow(/modelVersion: expected/);
    await expect(client.models({ retries: -1 })).rejects.toThrow(/retries: expected/);
  });

  it('are judged against the address of the page, where there is one', async () => {
    const service = new FakeService(facesAnswer());
    Object.assign(globalThis, { location: { href: 'https://page.example.com/faces/index.html' } });
    try {
      await clientOf(service, { baseUrl: '/' }).analyze(JPEG);
    } finally {
      Reflect.deleteProperty(globalThis, 'location');
    }
    expect(service.request.url).toBe('https://page.example.com/face_comparison');
  });
});

describe('address and key', () => {
  const REQUESTED = { 'x-api-key': 'from the environment' };
  const runtime: { Deno?: object } & object = globalThis;
  const before = { ...process.env };

  beforeEach(() => {
    process.env['FACE_COMPARISON_URL'] = 'https://env.example.com';
    process.env['FACE_COMPARISON_API_KEY'] = 'from the environment';
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.env = { ...before };
    delete runtime.Deno;
  });

  async function request(options: FaceComparisonOptions = {}): Promise<Request> {
    const service = new FakeService(facesAnswer());
    await new FaceComparison({ fetch: service.fetch, ...options }).analyze(JPEG);
    return service.request;
  }

  it('are those of the environment where no options say otherwise', async () => {
    const { url, headers } = await request();
    expect(url).toBe('https://env.example.com/face_comparison');
    expect(Object.fromEntries(headers)).toMatchObject(REQUESTED);
  });

  it('are those of the options where these say so', async () => {
    const { url, headers } = await request({ baseUrl: 'https://faces.example.com', apiKey: 'mine' });
    expect(url).toBe('https://faces.example.com/face_comparison');
    expect(headers.get('x-api-key')).toBe('mine');
  });

  it('may be no key at all, whatever the environment says', async () => {
    expect((await request({ apiKey: null })).headers.has('x-api-key')).toBe(false);
  });

  it.each<[string, () => void]>([
    ['has no such variables', () => (process.env = {})],
    ['has empty ones', () => (process.env = { FACE_COMPARISON_URL: '', FACE_COMPARISON_API_KEY: '' })],
    ['is one of React Native, which has no variables', () => jest.replaceProperty(process, 'env', undefined as never)],
    [
      'is one of a browser, which has no process',
      () => jest.replaceProperty(globalThis, 'process', undefined as never),
    ],
    [
      'is one of Deno without the permission',
      () => (runtime.Deno = { permissions: { querySync: () => ({ state: 'prompt' }) }, env: { get: () => 'secret' } }),
    ],
    [
      'refuses to be asked',
      () => {
        const refuse = (): never => {
          throw new TypeError('NotCapable');
        };
        runtime.Deno = { permissions: { querySync: refuse }, env: { get: refuse } };
      },
    ],
  ])('are missing when the environment %s', async (_what, change) => {
    change();
    expect(() => new FaceComparison()).toThrow(InvalidInputError);
    expect(() => new FaceComparison()).toThrow(
      'baseUrl is missing: pass it, or set the environment variable FACE_COMPARISON_URL',
    );
    expect((await request({ baseUrl: 'https://faces.example.com' })).headers.has('x-api-key')).toBe(false);
  });

  it('are those of the environment of Deno with the permission', async () => {
    runtime.Deno = {
      permissions: { querySync: () => ({ state: 'granted' }) },
      env: { get: (name: string) => (name === 'FACE_COMPARISON_URL' ? 'https://deno.example.com' : undefined) },
    };
    expect((await request()).url).toBe('https://deno.example.com/face_comparison');
  });
});

describe('the promise of a call', () => {
  it('gives the response beside the result', async () => {
    const service = new FakeService(
      facesAnswer({}, { headers: { 'X-Team': 'a' } }),
      comparisonAnswer({ status: 203 }),
      answer(MODEL),
      answer(MODEL),
    );
    const client = clientOf(service);
    const { data, response } = await client.analyze(JPEG).withResponse();
    expect(data).toMatchObject({ modelVersion: '2.0.0', faces: [FACE] });
    expect([response.status, response.headers.get('x-team')]).toEqual([200, 'a']);
    expect((await client.compare(JPEG, JPEG).withResponse()).response.status).toBe(203);
    expect((await client.models().withResponse()).data).toEqual(MODEL);
    expect((await client.model('2.0.0').withResponse()).data).toEqual(MODEL);
  });

  it('makes one request, however often it is awaited', async () => {
    const service = new FakeService(facesAnswer());
    const call = clientOf(service).analyze(JPEG);
    const [analysis, { data }] = await Promise.all([call, call.withResponse()]);
    expect(analysis).toEqual(data);
    expect(service.requests).toHaveLength(1);
  });

  it('is a promise: then, catch and finally work', async () => {
    const done = jest.fn();
    const client = clientOf(new FakeService(facesAnswer(), problemAnswer('unauthorized')));
    const call = client.analyze(JPEG);
    expect(call).toBeInstanceOf(Promise);
    expect(await call.finally(done).then(({ faces }) => faces.length)).toBe(1);
    expect(await client.analyze(JPEG).catch((error: unknown) => error)).toBeInstanceOf(FaceComparisonError);
    expect(done).toHaveBeenCalledTimes(1);
  });

  it('that rejects is one rejection, which withResponse handles', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    try {
      const call = clientOf(new FakeService(problemAnswer('unauthorized'))).analyze(JPEG);
      await expect(call.withResponse()).rejects.toMatchObject({ code: 'unauthorized' });
      // Node reports rejections that nothing handles when the microtasks are done.
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });
});

describe('models', () => {
  it('gives the model and what its default version says of itself', async () => {
    const service = new FakeService(answer(MODEL), answer(MODEL));
    expect(await clientOf(service).models()).toEqual(MODEL);
    await clientOf(service, { modelName: 'mine' }).models({ requestId: 'r' });
    expect(service.requests.map(({ url }) => url)).toEqual([
      'https://faces.example.com/v2/models/default',
      'https://faces.example.com/v2/models/mine',
    ]);
  });

  it('gives one version', async () => {
    const service = new FakeService(answer(MODEL));
    await clientOf(service).model('1.0.0', { name: 'other' });
    expect(service.request.url).toBe('https://faces.example.com/v2/models/other/versions/1.0.0');
  });
});

describe('ready', () => {
  it('is what the service says', async () => {
    const service = new FakeService(
      answer({ ready: true }),
      problemAnswer('not_ready'),
      problemAnswer('shutting_down'),
      new Response('no upstream', { status: 503 }),
    );
    const client = clientOf(service, { retries: 2 });
    expect([await client.ready(), await client.ready(), await client.ready(), await client.ready()]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('is asked again as often as the call says', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const service = new FakeService(new Response('', { status: 503 }), answer({ ready: true }));
    expect(await clientOf(service).ready({ retries: 1 })).toBe(true);
    jest.restoreAllMocks();
  });

  it('throws when something else answers', async () => {
    await expect(clientOf(new FakeService(new Response('<h1>Welcome to nginx!</h1>'))).ready()).rejects.toThrow(
      UnexpectedResponseError,
    );
  });
});

describe('pin', () => {
  it('keeps to the version that serves now', async () => {
    const service = new FakeService(answer(MODEL), facesAnswer());
    const client = clientOf(service, { apiKey: 'key' });
    const pinned = await client.pin();
    expect([client.modelVersion, pinned.modelVersion]).toEqual([undefined, '2.0.0']);
    await pinned.analyze(JPEG);
    expect(Object.fromEntries(service.requests[1]?.headers ?? [])).toMatchObject({
      'face-model-version': '2.0.0',
      'x-api-key': 'key',
    });
  });

  it('keeps to a given version once it is known to be there', async () => {
    const service = new FakeService(answer({ ...MODEL, parameters: { ...MODEL.parameters, version: '1.0.0' } }));
    expect((await clientOf(service).pin('1.0.0')).modelVersion).toBe('1.0.0');
    expect(service.request.url).toBe('https://faces.example.com/v2/models/default/versions/1.0.0');
  });

  it('to a version that is not there fails as a call would, with those that are', async () => {
    const service = new FakeService(problemAnswer('not_found', { loadedVersions: ['2.0.0'] }));
    const error: unknown = await clientOf(service)
      .pin('9.9.9')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelVersionUnavailableError);
    expect(error).toMatchObject({ code: 'model_version_unavailable', problem: { loadedVersions: ['2.0.0'] } });
  });

  it('fails with what else goes wrong', async () => {
    await expect(clientOf(new FakeService(problemAnswer('unauthorized'))).pin()).rejects.toMatchObject({
      code: 'unauthorized',
    });
    await expect(clientOf(new FakeService(problemAnswer('not_found'))).pin('1.0.0')).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
