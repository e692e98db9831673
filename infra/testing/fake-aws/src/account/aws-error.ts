import type { Entity } from './entity.js';

export interface AwsErrorOptions {
  /** The provider repeats the call for so long, as pulumi-aws does for this refusal. */
  readonly retrySeconds?: number;
  /** Something was made all the same. */
  readonly partial?: Entity;
}

/** What AWS answers to a call that it refuses: a code and a sentence. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly #said: string;
  readonly retrySeconds: number;
  readonly partial: Entity | undefined;

  constructor(code: string, message: string, options: AwsErrorOptions = {}) {
    super(`api error ${code}: ${message}`);
    this.#said = message;
    this.code = code;
    this.retrySeconds = options.retrySeconds ?? 0;
    this.partial = options.partial;
  }

  /** The same refusal, which the provider takes for one that may pass for at least so long. */
  repeatedFor(seconds: number): AwsError {
    return new AwsError(this.code, this.#said, { retrySeconds: Math.max(seconds, this.retrySeconds) });
  }
}
