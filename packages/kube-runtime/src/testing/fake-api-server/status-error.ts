import type { JsonObject } from './json.js';

/** An answer of the API server that is a metav1.Status. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, reason: string, message: string, details?: JsonObject, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  body(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details ? { details: this.details } : {}),
      code: this.status,
    };
  }
}
