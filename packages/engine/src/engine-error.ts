/** A model that cannot be used, or that answers what its manifest does not promise. */
export class EngineError extends Error {
  readonly code: 'model_unusable' | 'provider_unavailable';

  constructor(code: EngineError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}

/** The deadline of a job passed before its work was done. */
export class DeadlineError extends Error {
  constructor() {
    super('the deadline passed before the work was done');
    this.name = 'DeadlineError';
  }
}
