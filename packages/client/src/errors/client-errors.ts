import { FaceComparisonError, type FaceComparisonErrorOptions } from './face-comparison-error.js';

/** The service could not be reached, or the connection broke. `cause` is what `fetch` threw. */
export class NetworkError extends FaceComparisonError {
  static override readonly code = 'network_error';
  declare readonly code: 'network_error';

  constructor(message: string, options: FaceComparisonErrorOptions = {}) {
    super(message, { retryable: true, ...options });
  }
}

/** The call, with all its attempts and waits, took longer than `timeoutMs`. `cause` is the last error before, if any. */
export class TimeoutError extends FaceComparisonError {
  static override readonly code = 'timeout';
  declare readonly code: 'timeout';

  constructor(message: string, options: FaceComparisonErrorOptions = {}) {
    super(message, { retryable: true, ...options });
  }
}

/** An argument cannot be right, so that nothing was sent. */
export class InvalidInputError extends FaceComparisonError {
  static override readonly code = 'invalid_input';
  declare readonly code: 'invalid_input';
}

/** Something answered that is not the service: a proxy's error page, a redirect, another program. */
export class UnexpectedResponseError extends FaceComparisonError {
  static override readonly code = 'unexpected_response';
  declare readonly code: 'unexpected_response';
}
