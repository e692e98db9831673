import { ProblemError } from '@face-comparison/contract';
import { ImageSourceError } from '../image-source/image-source-error.js';
import { LaneJobError, LaneLostError } from '../lanes/lane.js';
import { ClientGoneError, DeadlineExceededError, OverloadedError, SchedulerClosedError } from '../lanes/scheduler.js';
import type { RequestFacts } from './request-facts.js';

/** A wait that fits a process which ends: another replica answers sooner. */
const SHUTDOWN_RETRY_S = 1;

/** Says an error in the words of the contract. An error that has none is `internal`, and its text is for the log only. */
export function toProblemError(error: unknown, facts: RequestFacts): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof OverloadedError) {
    return new ProblemError('overloaded', `${error.message}; try again in ${error.retryAfterS} s`, {
      retryAfterSeconds: error.retryAfterS,
    });
  }
  if (error instanceof ImageSourceError) {
    const members = error.code === 'deadline_exceeded' ? { deadlineMs: facts.deadlineMs } : error.members;
    return ProblemError.from(error.code, error.message, members, { cause: error });
  }
  if (error instanceof LaneJobError && error.code !== 'internal') {
    if (error.code === 'deadline_exceeded') return deadlineExceeded(facts, error);
    const formats = error.code === 'unsupported_image_format' ? { acceptedFormats: ['jpeg', 'png', 'bmp'] } : {};
    return ProblemError.from(error.code, error.message, { ...formats, ...error.details }, { cause: error });
  }
  if (error instanceof DeadlineExceededError) return deadlineExceeded(facts, error);
  // Nobody reads it; the code keeps it out of the log of failures.
  if (error instanceof ClientGoneError) return deadlineExceeded(facts, error);
  if (error instanceof SchedulerClosedError || (facts.isDraining && error instanceof LaneLostError)) {
    return shuttingDown({ cause: error });
  }
  return (
    fromFastify(error, facts) ??
    new ProblemError(
      'internal',
      'the service failed to answer; the log has more under this request id',
      {},
      { cause: error },
    )
  );
}

/** The process has been told to end. */
export function shuttingDown(options?: ErrorOptions): ProblemError {
  return new ProblemError(
    'shutting_down',
    `this replica is shutting down; try again in ${SHUTDOWN_RETRY_S} s`,
    { retryAfterSeconds: SHUTDOWN_RETRY_S },
    options,
  );
}

function deadlineExceeded({ deadlineMs }: RequestFacts, cause: Error): ProblemError {
  return new ProblemError(
    'deadline_exceeded',
    `the request took longer than the ${deadlineMs} ms it may take: ${cause.message}`,
    { deadlineMs },
    { cause },
  );
}

interface ValidationFailure {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly data?: unknown;
}

/** Errors that Fastify itself makes. */
function fromFastify(error: unknown, facts: RequestFacts): ProblemError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, validation } = error as Error & { code?: unknown; validation?: readonly ValidationFailure[] };
  const [failure] = validation ?? [];
  if (failure !== undefined) return invalidParameter(failure);
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupportedMediaType(facts);
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ProblemError('not_found', 'the path is not well-formed');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return bodyTooLarge(facts);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ProblemError('invalid_parameter', 'the body has another length than Content-Length says', {
        parameter: 'Content-Length',
      });
    default:
      return undefined;
  }
}

/** No body of a kind that the call takes. */
export function unsupportedMediaType({ acceptedMediaTypes, contentType }: RequestFacts): ProblemError {
  const came = contentType === undefined ? 'none came' : `received "${contentType.slice(0, 100)}"`;
  return new ProblemError(
    'unsupported_media_type',
    `Content-Type must be ${acceptedMediaTypes.join(' or ')}; ${came}`,
    { acceptedMediaTypes: [...acceptedMediaTypes] },
  );
}

/** A body that has more bytes than the call takes; for an image of its own it is the image that is too large. */
export function bodyTooLarge({ isImage, bodyLimitBytes }: RequestFacts, receivedBytes?: number): ProblemError {
  const came = receivedBytes === undefined ? 'it has more' : `it has ${receivedBytes}`;
  return new ProblemError(
    isImage ? 'image_too_large' : 'body_too_large',
    `the ${isImage ? 'image' : 'body'} may have ${bodyLimitBytes} bytes; ${came}`,
    { limitBytes: bodyLimitBytes, ...(receivedBytes === undefined ? {} : { receivedBytes }) },
  );
}

function invalidParameter(failure: ValidationFailure): ProblemError {
  const unknown = failure.params['additionalProperty'];
  if (typeof unknown === 'string') {
    return new ProblemError('invalid_parameter', `there is no query parameter "${unknown.slice(0, 100)}"`, {
      parameter: unknown.slice(0, 100),
    });
  }
  const parameter = failure.instancePath.slice(1).replaceAll('/', '.');
  const received = failure.data === undefined ? 'nothing' : JSON.stringify(failure.data).slice(0, 100);
  const allowed = failure.params['allowedValues'];
  const expected = Array.isArray(allowed)
    ? `must be one of ${allowed.join(', ')}`
    : (failure.message ?? 'is not valid');
  return new ProblemError('invalid_parameter', `query parameter ${parameter} ${expected}, received ${received}`, {
    parameter,
  });
}
