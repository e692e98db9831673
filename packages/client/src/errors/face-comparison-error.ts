import type { ErrorCode } from '../generated/error-codes.js';
import type { Problem } from '../generated/models.js';

/** What is known of an error beside its message. */
export interface FaceComparisonErrorOptions {
  /** HTTP status of the response; undefined when there was none. */
  readonly status?: number | undefined;
  /** The id under which the log of the service has the request. */
  readonly requestId?: string | undefined;
  /** What the service expected and what it received, in its own words. */
  readonly detail?: string | undefined;
  /** The whole problem document of the service. */
  readonly problem?: Problem | undefined;
  /** Whether the same call may succeed later. */
  readonly retryable?: boolean | undefined;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Only for codes that have no class. */
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

/** A code that the client itself gives to an error. */
export type ClientErrorCode =
  'network_error' | 'timeout' | 'abort_error' | 'invalid_input' | 'request_error' | 'unexpected_response';

/**
 * The base class of all errors of this client. There is a subclass for each code of the service (`RateLimitedError`, ...)
 * and for each code of the client itself: `NetworkError`, `TimeoutError`, `AbortError`, `InvalidInputError`, `RequestError`,
 * `UnexpectedResponseError`. An instance of this class itself has a code that is newer than this version of the client.
 *
 * A message names method, path and host. It never contains a key, an image, an embedding or the query of a URL.
 */
export class FaceComparisonError extends Error {
  /** The code of the instances of a class. */
  static readonly code: string = 'face_comparison';

  /** What went wrong, for a program. A newer service may send codes that this type does not list. */
  // `string & {}` is every string, and keeps editors completing the codes that are known.
  readonly code: ErrorCode | ClientErrorCode | (string & {});
  /** HTTP status of the response; undefined when there was none. */
  readonly status: number | undefined;
  /** Give it to the operator of the service: its log has the request under this id. */
  readonly requestId: string | undefined;
  /** What the service expected and what it received, in its own words. */
  readonly detail: string | undefined;
  /** Whether the same call may succeed later. The client itself retries it as long as `retries` and `timeoutMs` allow. */
  readonly retryable: boolean;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The problem document of the service with the members of its code, for example `problem.loadedVersions`. */
  readonly problem: Problem | undefined;

  /**
   * Apps create errors only in their tests.
   *
   * @param message - what went wrong, for a person
   * @param options - what is known beside the message
   */
  constructor(message: string, options: FaceComparisonErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code ?? new.target.code;
    this.status = options.status;
    this.requestId = options.requestId;
    this.detail = options.detail;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.problem = options.problem;
  }

  override get name(): string {
    // Not constructor.name: minifiers shorten it. `rate_limited` is RateLimitedError.
    const { code } = this.constructor as typeof FaceComparisonError;
    const words = code.replace(/_error$/, '');
    return `${words.replace(/(?:^|_)(.)/g, (_match, letter: string) => letter.toUpperCase())}Error`;
  }
}
