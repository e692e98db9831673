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
    serializers: { err: (error) => describeError(error), req: () => undefined, res: () => undefined },
  });
}

interface ErrorLine {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorLine;
}

/** Causes of causes that are told; an error may be its own cause. */
const MAX_CAUSES = 5;

/** Name, message and stack of an error and its causes; no other fields, since those may hold requests. */
export function describeError(error: unknown, causes = MAX_CAUSES): ErrorLine {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  return {
    type: error.name,
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || causes === 0 ? {} : { cause: describeError(error.cause, causes - 1) }),
  };
}
