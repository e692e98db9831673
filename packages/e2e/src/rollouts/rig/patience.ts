import type { UntilOptions } from '../../waiting/until.js';

/** For waits on a real cluster: a busy machine loads a model for minutes, and its API server may be away for a while. */
export const PATIENTLY: UntilOptions = { limitMs: 900_000, everyMs: 250, retryErrors: true };

/** The same for a command of kubectl or Helm that waits. */
export const PATIENCE = '15m';
