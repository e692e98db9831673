import type { DriverRecord, Route } from '../driver/protocol.js';

/** One answer in a story that a test tells. */
export interface Told {
  readonly route?: Route;
  readonly who?: string;
  readonly sentMs: number;
  /** Default 30. */
  readonly tookMs?: number;
  /** Default 200. */
  readonly status?: number;
  readonly code?: string;
  readonly version?: string;
  /** Default that of the version: `space-` and its name. */
  readonly space?: string;
}

/** Records as the driver would have made them; for tests. */
export function recordsOf(told: readonly Told[]): DriverRecord[] {
  return told.map(({ route = 'service', who = 'client-1', tookMs = 30, status = 200, ...rest }, i) => ({
    n: i + 1,
    route,
    who,
    sentMs: rest.sentMs,
    receivedMs: rest.sentMs + tookMs,
    status,
    ...(rest.code === undefined ? {} : { code: rest.code }),
    ...(rest.version === undefined ? {} : { version: rest.version, space: rest.space ?? `space-${rest.version}` }),
  }));
}
