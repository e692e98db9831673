import type { Problem } from '../generated/models.js';

/** What is known of an error beside its message. */
export interface FaceComparisonErrorOptions {
  /** HTTP status of the answer; none when there was no answer. */
  readonly status?: number | undefined;
  /** Under which the log of the service has the request. */
  readonly requestId?: string | undefined;
  /** What was expected and what came, in the words of the service. */
  readonly detail?: string | undefined;
  /** The whole answer of the service. */
  readonly problem?: Problem | undefined;
  /** Whether the same call may succeed later. */
  readonly retryable?: boolean | undefined;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Only for codes that have no class. */
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Every error of this client. There is a subclass for each code of the service (`RateLimitedError`, ...) and a few of
 * the client itself: `NetworkError`, `TimeoutError`, `InvalidInputError`, `UnexpectedResponseError`. An instance of
 * this class itself has a code that is newer than this version of the client.
 *
 * A message names method, path and host. It never has a key, an image, a vector or the query of a URL in it.
 */
export class FaceComparisonError extends Error {
  /** The code of the instances of a class. */
  static readonly code: string = 'face_comparison';

  /** What went wrong, for a program. */
  readonly code: string;
  /** HTTP status of the answer; undefined when there was none. */
  readonly status: number | undefined;
  /** Give it to the operator of the service: its log has the request under it. */
  readonly requestId: string | undefined;
  /** What was expected and what came, in the words of the service, for a person. */
  readonly detail: string | undefined;
  /** Whether the same call may succeed later. Of these, the client itself tries 429, 503, 504 and network errors again. */
  readonly retryable: boolean;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The answer of the service with the members of its code, for example `problem.loadedVersions`. */
  readonly problem: Problem | undefined;

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
