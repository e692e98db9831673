import { FaceComparisonError, type FaceComparisonErrorOptions } from './face-comparison-error.js';

/** The service could not be reached, or the connection broke. `cause` is what `fetch` threw. */
export class NetworkError extends FaceComparisonError {
  override readonly code = 'network_error';

  constructor(message: string, options: FaceComparisonErrorOptions = {}) {
    super(message, { retryable: true, ...options });
  }

  override get name(): string {
    return 'NetworkError';
  }
}

/** The call, with all its attempts and waits, took longer than `timeoutMs`. `cause` is the last error before, if any. */
export class TimeoutError extends FaceComparisonError {
  override readonly code = 'timeout';

  constructor(message: string, options: FaceComparisonErrorOptions = {}) {
    super(message, { retryable: true, ...options });
  }

  override get name(): string {
    return 'TimeoutError';
  }
}

/** An argument cannot be right, so that nothing was sent. */
export class InvalidInputError extends FaceComparisonError {
  override readonly code = 'invalid_input';

  override get name(): string {
    return 'InvalidInputError';
  }
}

/** Something answered that is not the service: a proxy's error page, a redirect, another program. */
export class UnexpectedResponseError extends FaceComparisonError {
  override readonly code = 'unexpected_response';

  override get name(): string {
    return 'UnexpectedResponseError';
  }
}
