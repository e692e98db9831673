import { AwsError } from './aws-error.js';

/** Whether AWS still takes the caller's session. */
export class Credentials {
  readonly #now: () => number;
  #expiresAt = Infinity;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** From so many virtual seconds on, every call is refused. */
  expireIn(seconds: number): void {
    this.#expiresAt = this.#now() + seconds;
  }

  expire(): void {
    this.expireIn(0);
  }

  renew(): void {
    this.#expiresAt = Infinity;
  }

  valid(): boolean {
    return this.#now() < this.#expiresAt;
  }

  /** @throws AwsError `ExpiredTokenException` when the session is over. */
  check(): void {
    if (!this.valid())
      throw new AwsError('ExpiredTokenException', 'The security token included in the request is expired');
  }
}
