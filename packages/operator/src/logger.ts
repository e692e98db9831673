import { pino, stdTimeFunctions, type Logger } from 'pino';

/** One line of JSON an event on standard output. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}
