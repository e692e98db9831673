import { pino, stdTimeFunctions, type Logger } from 'pino';

/**
 * One line of JSON an event on standard output. What is logged is chosen field by field where it is logged; nothing logs
 * bodies, vectors, keys, headers or query strings. The serialiser of errors drops what errors may carry of them.
 */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError, req: () => undefined, res: () => undefined },
  });
}

interface ErrorLine {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorLine;
}

/** Name, message and stack of an error and its causes; no other fields, since those may hold requests. */
function describeError(error: unknown): ErrorLine {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  return {
    type: error.name,
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
