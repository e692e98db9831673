import { ERROR_CODES, ERRORS } from '@face-comparison/contract';
import { answer, FakeService, problemAnswer } from '../../test/kit/fake-service.js';
import { FaceComparison } from '../client.js';
import * as api from '../index.js';
import { UnexpectedResponseError } from './client-errors.js';
import { FaceComparisonError } from './face-comparison-error.js';

async function errorOf(response: Response): Promise<FaceComparisonError> {
  const service = new FakeService(response);
  const client = new FaceComparison({
    baseUrl: 'https://faces.example.com',
    apiKey: 'secret',
    retries: 0,
    fetch: service.fetch,
  });
  const error: unknown = await client
    .compare('https://example.com/a.jpg?token=secret', Uint8Array.of(1))
    .catch((e: unknown) => e);
  if (!(error instanceof FaceComparisonError)) throw new Error(`expected a FaceComparisonError, got ${String(error)}`);
  expect(error.message + String(error) + JSON.stringify(error)).not.toContain('secret');
  return error;
}

const classes: Readonly<Record<string, unknown>> = api;

describe.each(ERROR_CODES)('%s', (code) => {
  const words = code.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const name = `${words.join('')}Error`;

  it(`is a ${name} with all that the service said`, async () => {
    const { status, retryable } = ERRORS[code];
    const error = await errorOf(problemAnswer(code, { parameter: 'source.url' }));
    expect(error).toBeInstanceOf(classes[name]);
    expect(error).toMatchObject({
      name,
      code,
      status,
      retryable,
      requestId: 'request-1',
      detail: 'what was expected and what came',
      problem: { code, parameter: 'source.url' },
    });
    expect(error.message).toBe(
      `POST /compare at faces.example.com answered ${status} ${code}: what was expected and what came (request request-1)`,
    );
    expect(error.stack).toMatch(new RegExp(`^${name}: POST`));
    expect(Object.keys(error)).toContain('code');
  });
});

describe('an error that this version of the client does not know', () => {
  it('has its code, and is retryable by its status', async () => {
    const body = { type: 'urn:x', title: 'New', status: 422, code: 'too_new', detail: 'new', requestId: 'r' };
    const error = await errorOf(answer(body, { status: 422 }));
    expect(error.constructor).toBe(FaceComparisonError);
    expect(error).toMatchObject({
      name: 'FaceComparisonError',
      code: 'too_new',
      detail: 'new',
      status: 422,
      retryable: false,
    });
    expect(await errorOf(answer({ ...body, status: 503 }, { status: 503 }))).toMatchObject({ retryable: true });
  });

  it('is retryable when the service says when to send it again', async () => {
    const body = { type: 'urn:x', title: 'New', status: 422, code: 'too_new', detail: 'new', requestId: 'r' };
    expect(await errorOf(answer({ ...body, retryAfterSeconds: 2 }, { status: 422 }))).toMatchObject({
      code: 'too_new',
      retryable: true,
      retryAfterMs: 2000,
    });
  });

  it('may have the name of a member of every object', async () => {
    const body = { type: 'urn:x', title: 'New', status: 400, code: 'constructor', detail: 'new', requestId: 'r' };
    expect((await errorOf(answer(body, { status: 400 }))).constructor).toBe(FaceComparisonError);
  });
});

describe('an answer that is not of the service', () => {
  it.each<[string, Response, RegExp]>([
    [
      'a page of a proxy',
      new Response('<h1>502 Bad Gateway</h1>', {
        status: 502,
        headers: { 'Content-Type': 'text/html; charset=utf-8' },
      }),
      /answered 502 \(text\/html\) without a problem document/,
    ],
    ['an empty body', new Response(null, { status: 404 }), /answered 404 \(no Content-Type\) without/],
    ['what a gateway says', answer({ message: 'Forbidden' }, { status: 403 }), /answered 403 .* "Forbidden" without/],
    [
      'a gateway that quotes the request',
      answer({ message: 'The signature does not match.\nX-Api-Key: secret' }, { status: 403 }),
      /"The signature does not match\." without/,
    ],
    ['a page with status 200', new Response('<h1>Hello</h1>'), /answered 200 \(text\/plain\) not JSON/],
    [
      'other JSON with status 200',
      answer({ hello: 'world' }),
      /without "FaceMatches", which the service always answers/,
    ],
    ['null', answer(null), /without "FaceMatches"/],
    [
      'JSON that is cut off',
      new Response('{"FaceMatches":[', { headers: { 'Content-Type': 'application/json' } }),
      /JSON that is cut off or broken/,
    ],
    ['nothing', new Response(null, { headers: { 'Content-Type': 'application/json' } }), /without "FaceMatches"/],
  ])('%s is an UnexpectedResponseError that says what came', async (_what, response, message) => {
    const error = await errorOf(response);
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error.message).toMatch(/^POST \/compare at faces\.example\.com/);
    expect(error.message).toMatch(message);
    expect(error.code).toBe('unexpected_response');
  });
});

it('every error can be made by hand, for the tests of an app', () => {
  const cause = new Error('because');
  const error = new api.RateLimitedError('slow down', { status: 429, retryAfterMs: 1000, cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ code: 'rate_limited', name: 'RateLimitedError', retryAfterMs: 1000, cause });
  expect(new api.NotFoundError('gone')).not.toHaveProperty('cause');
});
