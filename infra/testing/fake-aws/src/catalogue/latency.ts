import type { Latency } from './kind.js';

/** One or two API calls that answer at once. */
export const oneCall: Latency = {
  create: 1,
  update: 1,
  delete: 1,
  source: 'estimate: an API call that answers at once',
};

/** A latency with where it comes from. */
export const seconds = (create: number, update: number, remove: number, source: string): Latency => ({
  create,
  update,
  delete: remove,
  source,
});
