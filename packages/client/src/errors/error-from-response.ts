import { ERROR_CLASSES, RETRYABLE_CODES, RETRYABLE_STATUSES } from '../generated/error-table.js';
import type { Problem } from '../generated/models.js';
import { parseRetryAfter } from '../transport/retry.js';
import { UnexpectedResponseError } from './client-errors.js';
import { FaceComparisonError } from './face-comparison-error.js';

/** The service itself never answers this one: a proxy in front of it could not reach it. */
const BAD_GATEWAY = 502;

/** The message quotes no more than this of a response that is not the service's. */
const EXCERPT_CHARACTERS = 200;

/**
 * The error that a response means. It is retryable when the error table says so of its code, or, of a response without a known
 * code, of its status; and always when the response has a Retry-After.
 *
 * @param where - method, path and host
 * @param body - the parsed JSON, or the text where it is none
 */
export function errorFromResponse(where: string, response: Response, body: unknown): FaceComparisonError {
  const { status, headers } = response;
  const requestId = headers.get('x-request-id') ?? undefined;
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), Date.now());
  if (!isProblem(body)) {
    const said = sentenceOf(body);
    return new UnexpectedResponseError(
      `${where} answered ${status} (${mediaTypeOf(response)})${said === undefined ? '' : ` "${said}"`} without a problem ` +
        'document: a proxy before the service answered, or something else at baseUrl',
      { status, requestId, retryAfterMs, detail: said, retryable: retryAfterMs !== undefined || mayPass(status) },
    );
  }
  const { code, detail } = body;
  const ErrorClass = ERROR_CLASSES.find((known) => known.code === code);
  const seconds = body.retryAfterSeconds;
  const waitMs = retryAfterMs ?? (seconds === undefined ? undefined : seconds * 1000);
  const options = {
    code,
    status,
    requestId: body.requestId,
    detail,
    problem: body,
    retryAfterMs: waitMs,
    retryable: waitMs !== undefined || (ErrorClass ? RETRYABLE_CODES.includes(code) : mayPass(status)),
  };
  return new (ErrorClass ?? FaceComparisonError)(
    `${where} answered ${status} ${code}: ${detail} (request ${body.requestId})`,
    options,
  );
}

/** Whether a status says that the same request may succeed later. */
function mayPass(status: number): boolean {
  return status === BAD_GATEWAY || RETRYABLE_STATUSES.includes(status);
}

/** The error for a response with a good status that is not what the service answers. */
export function unexpectedAnswer(
  where: string,
  response: Response,
  what: string,
  cause?: unknown,
): FaceComparisonError {
  return new UnexpectedResponseError(`${where} answered ${response.status} (${mediaTypeOf(response)}) ${what}`, {
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
    cause,
  });
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    typeof body.code === 'string' &&
    'detail' in body &&
    typeof body.detail === 'string' &&
    'requestId' in body
  );
}

/** What gateways say in JSON (`{"message": "Forbidden"}`); of a page nothing, it would only be markup. */
function sentenceOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('message' in body)) return undefined;
  return typeof body.message === 'string' ? body.message.split('\n')[0]?.slice(0, EXCERPT_CHARACTERS) : undefined;
}

function mediaTypeOf(response: Response): string {
  return response.headers.get('content-type')?.split(';')[0] ?? 'no Content-Type';
}
