/** The command cannot go on. The message is a sentence for a person; the hint says what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly hint: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly hint?: string } = {}) {
    super(message, options);
    this.hint = options.hint;
  }
}

/** What was typed makes no sense. */
export class UsageError extends CliError {}

/** One photo cannot be used; the others can. */
export class PhotoError extends CliError {}

/** Somebody pressed Ctrl-C, or the system ends the process. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}
