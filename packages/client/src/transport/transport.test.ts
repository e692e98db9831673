import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ERROR_CODES, ERRORS } from '@face-comparison/contract';
import { connectionRefused, facesAnswer, FakeService, problemAnswer } from '../../test/kit/fake-service.js';
import { ROOT } from '../../test/kit/golden.js';
import { FaceComparison } from '../client.js';
import { AbortError, NetworkError, TimeoutError, UnexpectedResponseError } from '../errors/client-errors.js';
import { FaceComparisonError } from '../errors/face-comparison-error.js';
import { DeadlineExceededError, ImageUndecodableError, OverloadedError } from '../generated/errors.js';
import type { FaceComparisonOptions } from '../options.js';

const PHOTO = Uint8Array.of(0xff, 0xd8, 0xff, 1);

function clientOf(service: FakeService, options: Partial<FaceComparisonOptions> = {}): FaceComparison {
  return new FaceComparison({ baseUrl: 'https://faces.example.com', fetch: service.fetch, ...options });
}

async function errorOf(call: Promise<unknown>): Promise<FaceComparisonError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FaceComparisonError)) throw new Error(`expected a FaceComparisonError, got ${String(error)}`);
  return error;
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => {
  // Whatever happened, nothing keeps the process awake.
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const RETRYABLE = ERROR_CODES.filter((code) => ERRORS[code].retryable);
const FINAL = ERROR_CODES.filter((code) => !ERRORS[code].retryable);

function gateway(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response('<h1>The gateway says no</h1>', { status, headers: { 'Content-Type': 'text/html', ...headers } });
}

describe('a call that fails for now', () => {
  it.each<[string, () => Response | Error]>([
    ...RETRYABLE.map((code): [string, () => Response] => [code, () => problemAnswer(code)]),
    ['429 of a gateway', () => gateway(429)],
    ['500 of a gateway', () => gateway(500)],
    ['502 of a gateway', () => gateway(502)],
    ['503 of a gateway', () => gateway(503)],
    ['504 of a gateway', () => gateway(504)],
    ['404 and Retry-After', () => gateway(404, { 'Retry-After': '1' })],
    ['409 and Retry-After', () => problemAnswer('model_version_unavailable', {}, { 'Retry-After': '1' })],
    ['a network error', connectionRefused],
  ])('with %s is sent again, whole', async (_what, failure) => {
    const service = new FakeService(failure(), failure(), facesAnswer());
    const call = clientOf(service).analyze(PHOTO);
    await jest.runAllTimersAsync();
    expect((await call).faces).toHaveLength(1);
    expect(service.requests).toHaveLength(3);
    for (const request of service.requests) {
      expect(new Uint8Array(await request.arrayBuffer())).toEqual(PHOTO);
      expect(request.headers.get('content-type')).toBe('image/jpeg');
    }
  });

  it('is given up after the retries, with the last error', async () => {
    const service = new FakeService(...Array.from({ length: 3 }, () => problemAnswer('overloaded')));
    const call = errorOf(clientOf(service).analyze(PHOTO));
    await jest.runAllTimersAsync();
    expect(await call).toBeInstanceOf(OverloadedError);
    expect(service.requests).toHaveLength(3);
  });

  it('is sent once when retries are 0', async () => {
    const service = new FakeService(problemAnswer('overloaded'));
    expect(await errorOf(clientOf(service, { retries: 0 }).analyze(PHOTO))).toBeInstanceOf(OverloadedError);
  });

  it('is retried as often as the call says', async () => {
    const service = new FakeService(...Array.from({ length: 5 }, () => problemAnswer('overloaded')));
    const call = errorOf(clientOf(service, { retries: 0 }).analyze(PHOTO, { retries: 3 }));
    await jest.runAllTimersAsync();
    expect(await call).toBeInstanceOf(OverloadedError);
    expect(service.requests).toHaveLength(4);
    expect(await errorOf(clientOf(service, { retries: 9 }).analyze(PHOTO, { retries: 0 }))).toBeInstanceOf(
      OverloadedError,
    );
    expect(service.requests).toHaveLength(5);
  });

  it.each([
    ['seconds', { 'Retry-After': '7' }],
    ['a date', { 'Retry-After': 'Thu, 01 Jan 2026 12:00:07 GMT' }],
  ])('waits as long as Retry-After says in %s', async (_what, headers) => {
    jest.setSystemTime(new Date('2026-01-01T12:00:00Z'));
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const service = new FakeService(problemAnswer('rate_limited', {}, headers), facesAnswer());
    const call = clientOf(service).analyze(PHOTO);
    await jest.advanceTimersByTimeAsync(7124);
    expect(service.requests).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(service.requests).toHaveLength(2);
    await call;
  });

  it('waits as long as the problem says where the header cannot be read', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const service = new FakeService(problemAnswer('rate_limited', { retryAfterSeconds: 3 }), facesAnswer());
    const call = clientOf(service).analyze(PHOTO);
    await jest.advanceTimersByTimeAsync(2999);
    expect(service.requests).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    await call;
  });

  it('is given up at once when the service asks to wait longer than the call may take', async () => {
    const service = new FakeService(problemAnswer('rate_limited', {}, { 'Retry-After': '600' }));
    const error = await errorOf(clientOf(service).analyze(PHOTO));
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 600_000, retryable: true });
  });
});

describe('a call that fails for good', () => {
  it.each<[string, () => Response]>([
    ...FINAL.map((code): [string, () => Response] => [code, () => problemAnswer(code)]),
    ['403 of a gateway', () => gateway(403)],
    ['422 of a gateway', () => gateway(422)],
  ])('with %s is sent once', async (_what, failure) => {
    const service = new FakeService(failure());
    await errorOf(clientOf(service).analyze(PHOTO));
    expect(service.requests).toHaveLength(1);
  });
});

/** The default of the server's `--deadline`, as its reference has it. */
function serverDeadlineMs(): number {
  const reference = readFileSync(join(ROOT, 'docs/reference/configuration.md'), 'utf8');
  const [, seconds] = /^\| `--deadline DURATION`\s*\|[^|]*\| (\d+)s\s*\|/m.exec(reference) ?? [];
  if (seconds === undefined) throw new Error('docs/reference/configuration.md has no default of --deadline in seconds');
  return Number(seconds) * 1000;
}

describe('the time limit', () => {
  const never = (): Promise<Response> => new Promise(() => undefined);

  it('ends a call that is not answered', async () => {
    const call = errorOf(clientOf(new FakeService(never)).analyze(PHOTO));
    await jest.advanceTimersByTimeAsync(100_000);
    const error = await call;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ code: 'timeout', retryable: true, status: undefined });
    expect(error.message).toBe('POST /face_comparison at faces.example.com was not answered within 100000 ms');
    expect(error.cause).toMatchObject({ name: 'AbortError' });
  });

  it('is long enough for the service to say itself, in each attempt, that it took too long', async () => {
    const service = new FakeService(
      ...Array.from({ length: 3 }, () => async () => {
        await new Promise((resolve) => setTimeout(resolve, serverDeadlineMs()));
        return problemAnswer('deadline_exceeded');
      }),
    );
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const call = errorOf(clientOf(service).analyze(PHOTO));
    await jest.runAllTimersAsync();
    expect(await call).toBeInstanceOf(DeadlineExceededError);
    expect(service.requests).toHaveLength(3);
  });

  it('counts all attempts, and the error keeps what went wrong before', async () => {
    const service = new FakeService(problemAnswer('overloaded'), never);
    const call = errorOf(clientOf(service, { timeoutMs: 1000 }).analyze(PHOTO));
    await jest.advanceTimersByTimeAsync(1000);
    const error = await call;
    expect(error.cause).toBeInstanceOf(OverloadedError);
    expect(error.message).toMatch(/within 1000 ms; the last attempt: .* 429 overloaded/);
  });

  it('can be set for one call, and be none', async () => {
    const service = new FakeService(never, facesAnswer());
    const client = clientOf(service, { timeoutMs: Infinity });
    const call = errorOf(client.analyze(PHOTO, { timeoutMs: 5 }));
    await jest.advanceTimersByTimeAsync(5);
    expect(await call).toBeInstanceOf(TimeoutError);
    await client.analyze(PHOTO);
  });

  it('ends a signing function and a middleware that hang', async () => {
    for (const options of [
      { sign: () => new Promise<Request>(() => undefined) },
      { middleware: { onRequest: never } },
    ]) {
      const call = errorOf(clientOf(new FakeService(), { timeoutMs: 100, ...options }).analyze(PHOTO));
      await jest.advanceTimersByTimeAsync(100);
      expect(await call).toBeInstanceOf(TimeoutError);
    }
  });

  it.each([0, -1, NaN])('of %d is refused', async (timeoutMs) => {
    expect(() => clientOf(new FakeService(), { timeoutMs })).toThrow(/timeoutMs: expected a number above 0/);
    await expect(clientOf(new FakeService()).ready({ timeoutMs })).rejects.toThrow(
      /timeoutMs: expected a number above 0/,
    );
  });
});

describe('aborting', () => {
  it('before the call sends nothing and rejects with the reason', async () => {
    const service = new FakeService();
    const reason = new Error('the user left');
    const call = clientOf(service).analyze(PHOTO, { signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
    expect(service.requests).toHaveLength(0);
  });

  it('right after the call sends nothing', async () => {
    const abort = new AbortController();
    const service = new FakeService();
    const call = clientOf(service).analyze(PHOTO, { signal: abort.signal });
    abort.abort('enough');
    await expect(call).rejects.toBe('enough');
    expect(service.requests).toHaveLength(0);
  });

  it('while the answer is awaited reaches fetch and rejects with the reason', async () => {
    const abort = new AbortController();
    const service = new FakeService(
      ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('as fetch does')))),
    );
    const call = clientOf(service).compare(PHOTO, PHOTO, { signal: abort.signal });
    const rejected = expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await jest.advanceTimersByTimeAsync(10);
    abort.abort();
    await rejected;
  });

  it('leaves nothing behind on a signal that lives on', async () => {
    const { signal } = new AbortController();
    await clientOf(new FakeService(facesAnswer())).analyze(PHOTO, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('by a signal without a reason, as those of React Native are, is an AbortError', async () => {
    const { signal } = new AbortController();
    Object.defineProperties(signal, { aborted: { value: true }, reason: { value: undefined } });
    const call = clientOf(new FakeService()).analyze(PHOTO, { signal });
    await expect(call).rejects.toMatchObject({ constructor: AbortError, name: 'AbortError', code: 'abort_error' });
  });

  it('while it waits for the next attempt ends the wait', async () => {
    const abort = new AbortController();
    const service = new FakeService(problemAnswer('rate_limited', {}, { 'Retry-After': '20' }));
    const call = clientOf(service).analyze(PHOTO, { signal: abort.signal });
    const rejected = expect(call).rejects.toBe('enough');
    await jest.advanceTimersByTimeAsync(10_000);
    abort.abort('enough');
    await rejected;
    expect(service.requests).toHaveLength(1);
  });
});

describe('a real connection', () => {
  const servers: ReturnType<typeof createServer>[] = [];

  async function listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  beforeEach(() => jest.useRealTimers());
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
    jest.useFakeTimers();
  });

  it('that is refused is a NetworkError which says so', async () => {
    const baseUrl = await listen(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const error = await errorOf(new FaceComparison({ baseUrl, retries: 0 }).ready());
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toBe(
      `GET /v2/health/ready at ${new URL(baseUrl).host} could not be reached, or the connection broke (ECONNREFUSED)`,
    );
    expect(error.cause).toMatchObject({ name: 'TypeError' });
  });

  it('that breaks in the middle of an answer is a NetworkError and is tried again', async () => {
    let requests = 0;
    const baseUrl = await listen((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
      response.write('{"ready":');
      requests++;
      setImmediate(() => response.destroy());
    });
    expect(await errorOf(new FaceComparison({ baseUrl, retries: 1 }).models())).toBeInstanceOf(NetworkError);
    expect(requests).toBe(2);
  });

  it('carries the bytes of a photo with their length', async () => {
    const baseUrl = await listen((request, response) => {
      expect(request.headers).toMatchObject({ 'content-type': 'image/jpeg', 'content-length': '4' });
      response.writeHead(200, { 'Content-Type': 'application/json', 'Face-Embedding-Space': 'aaaaaaaaaaaaaaaa' });
      response.end('{"Faces":[],"FaceModelVersion":"2.0.0"}');
    });
    expect((await new FaceComparison({ baseUrl }).analyze(PHOTO)).faces).toEqual([]);
  });

  it('never follows a redirect with the key', async () => {
    let keys = 0;
    const elsewhere = await listen((request, response) => {
      keys += 'x-api-key' in request.headers ? 1 : 0;
      response.end();
    });
    const baseUrl = await listen((_request, response) => response.writeHead(307, { Location: elsewhere }).end());
    const error = await errorOf(new FaceComparison({ baseUrl, apiKey: 'secret' }).models());
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error.message).toMatch(/answered 307 .* redirects elsewhere/);
    expect(keys).toBe(0);
  });
});

it('a failure for good is the class of its code', async () => {
  expect(await errorOf(clientOf(new FakeService(problemAnswer('image_undecodable'))).analyze(PHOTO))).toBeInstanceOf(
    ImageUndecodableError,
  );
});
