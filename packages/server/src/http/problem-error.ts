import { type ErrorCode, ERRORS, problemType, type Problem, type ProblemMembers } from '@face-comparison/contract';
import { ImageSourceError } from '../image-source/image-source-error.js';
import { LaneJobError } from '../lanes/lane.js';
import { ClientGoneError, DeadlineExceededError, OverloadedError } from '../lanes/scheduler.js';

/** An error with a row in the contract's table; whatever else is thrown is answered as `internal`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ErrorCode;
  readonly members: Partial<ProblemMembers>;

  /** @param detail what was expected and what came; shown to the caller */
  constructor(code: ErrorCode, detail: string, members: Partial<ProblemMembers> = {}, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.members = members;
  }

  /** The body of the answer. */
  toProblem(requestId: string): Problem {
    const { status, title } = ERRORS[this.code];
    return {
      type: problemType(this.code),
      title,
      status,
      detail: this.message,
      code: this.code,
      requestId,
      ...this.members,
    };
  }
}

/** What the process limits, named in errors. */
export interface Limits {
  readonly deadlineMs: number;
  readonly maxImageBytes: number;
}

/** Says an error in the words of the contract. An error that has none is `internal`, and its text is for the log only. */
export function toProblemError(error: unknown, limits: Limits): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof OverloadedError) {
    return new ProblemError('overloaded', `${error.message}; try again in ${error.retryAfterS} s`, {
      retryAfterSeconds: error.retryAfterS,
    });
  }
  if (error instanceof ImageSourceError) {
    const members = error.code === 'deadline_exceeded' ? { deadlineMs: limits.deadlineMs } : error.members;
    return new ProblemError(error.code, error.message, members, { cause: error });
  }
  if (error instanceof LaneJobError && error.code !== 'internal') {
    if (error.code === 'deadline_exceeded') return deadlineExceeded(limits, error);
    const formats = error.code === 'unsupported_image_format' ? { acceptedFormats: ['jpeg', 'png', 'bmp'] } : {};
    return new ProblemError(error.code, error.message, { ...formats, ...error.details }, { cause: error });
  }
  if (error instanceof DeadlineExceededError) return deadlineExceeded(limits, error);
  if (error instanceof ClientGoneError)
    return new ProblemError('deadline_exceeded', error.message, { deadlineMs: limits.deadlineMs });
  return (
    fromFastify(error, limits) ??
    new ProblemError(
      'internal',
      'the service failed to answer; the log has more under this request id',
      {},
      { cause: error },
    )
  );
}

function deadlineExceeded({ deadlineMs }: Limits, cause: Error): ProblemError {
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
function fromFastify(error: unknown, limits: Limits): ProblemError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, validation } = error as Error & { code?: unknown; validation?: readonly ValidationFailure[] };
  const [failure] = validation ?? [];
  if (failure !== undefined) return invalidParameter(failure);
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupportedMediaType();
    case 'FST_ERR_BAD_URL':
      return new ProblemError('not_found', 'the path is not well-formed');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ProblemError('body_too_large', 'the body is larger than this call may be', {
        limitBytes: limits.maxImageBytes,
      });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ProblemError('invalid_parameter', 'the body has another length than Content-Length says', {
        parameter: 'Content-Length',
      });
    default:
      return undefined;
  }
}

/** No body of a kind that the call takes. */
export function unsupportedMediaType(received?: string): ProblemError {
  const came = received === undefined ? '' : `, received "${received.slice(0, 100)}"`;
  return new ProblemError(
    'unsupported_media_type',
    `Content-Type must be application/json, or for a photo image/jpeg, image/png or image/bmp${came}`,
    {
      acceptedMediaTypes: ['application/json', 'image/*'],
    },
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
  const received = JSON.stringify(failure.data)?.slice(0, 100) ?? 'nothing';
  const allowed = failure.params['allowedValues'];
  const expected = Array.isArray(allowed)
    ? `must be one of ${allowed.join(', ')}`
    : (failure.message ?? 'is not valid');
  return new ProblemError('invalid_parameter', `query parameter ${parameter} ${expected}, received ${received}`, {
    parameter,
  });
}
