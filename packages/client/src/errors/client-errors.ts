import { FaceComparisonError, type FaceComparisonErrorOptions } from './face-comparison-error.js';

/** The service could not be reached, or the connection broke. `cause` is what `fetch` threw. */
export class NetworkError extends FaceComparisonError {
  static override readonly code = 'network_error';
  declare readonly code: 'network_error';

  constructor(message: string, options: FaceComparisonErrorOptions = {}) {
    super(message, { retryable: true, ...options });
  }
}

/** The call, with all its attempts and waits, took longer than `timeoutMs`. `cause` is the error of the last attempt, if any. */
export class TimeoutError extends FaceComparisonError {
  static override readonly code = 'timeout';
  declare readonly code: 'timeout';

  constructor(message: string, options: FaceComparisonErrorOptions = {}) {
    super(message, { retryable: true, ...options });
  }
}

/** The caller aborted the call, on a platform whose signals have no reason. Elsewhere a call rejects with that reason. */
export class AbortError extends FaceComparisonError {
  static override readonly code = 'abort_error';
  declare readonly code: 'abort_error';
}

/** An argument or option is not valid, or a photo cannot be read. Nothing was sent. */
export class InvalidInputError extends FaceComparisonError {
  static override readonly code = 'invalid_input';
  declare readonly code: 'invalid_input';
}

/** A middleware, `sign` or a function of the platform threw. `cause` is what it threw. */
export class RequestError extends FaceComparisonError {
  static override readonly code = 'request_error';
  declare readonly code: 'request_error';
}

/** The response is not one of the service: a proxy's error page, a redirect, another program at `baseUrl`. */
export class UnexpectedResponseError extends FaceComparisonError {
  static override readonly code = 'unexpected_response';
  declare readonly code: 'unexpected_response';
}
