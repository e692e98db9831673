import type { DriverRecord } from '../driver/protocol.js';
import { isAnswer, outcomeOf } from './outcome.js';

/** What clients got who insist on one version. */
export interface Pinned {
  readonly requests: number;
  /** Answered by the version that was asked for. */
  readonly answered: number;
  /** Answered by another version, or by none that said its name: must never be. */
  readonly wrongVersion: readonly DriverRecord[];
  /** Told that the version is not loaded, which is right before it is loaded and after it is gone. */
  readonly unavailable: number;
  /** No answer, 500 or more, and any other refusal. */
  readonly failed: readonly DriverRecord[];
  /** When the first and the last right answers were received, in milliseconds since 1970. */
  readonly firstAnsweredMs: number | undefined;
  readonly lastAnsweredMs: number | undefined;
  /** Requests that were sent and answered between those two and got no right answer: the version was not there all along. */
  readonly gaps: number;
}

/** Code of the answer to a client that pins a version that is not loaded. */
const UNAVAILABLE = 'model_version_unavailable';

/** Whether a client was told that the version it insists on is not loaded. */
export function isUnavailable({ route, status, code }: DriverRecord): boolean {
  return route === 'pin' && status >= 400 && status < 500 && code === UNAVAILABLE;
}

/** What clients got who insist on this version. */
export function pinnedOf(records: readonly DriverRecord[], version: string): Pinned {
  const own = records.filter(({ route, who }) => route === 'pin' && who === version);
  const isRight = (record: DriverRecord): boolean => isAnswer(record) && record.version === version;
  const times = own
    .filter(isRight)
    .map(({ receivedMs }) => receivedMs)
    .sort((a, b) => a - b);
  const [firstAnsweredMs, lastAnsweredMs] = [times.at(0), times.at(-1)];
  return {
    requests: own.length,
    answered: times.length,
    wrongVersion: own.filter((record) => outcomeOf(record) === 'answered' && !isRight(record)),
    unavailable: own.filter(isUnavailable).length,
    failed: own.filter((record) => outcomeOf(record, isUnavailable) === 'failed'),
    firstAnsweredMs,
    lastAnsweredMs,
    gaps: own.filter(
      (record) =>
        !isRight(record) &&
        firstAnsweredMs !== undefined &&
        lastAnsweredMs !== undefined &&
        record.sentMs > firstAnsweredMs &&
        record.receivedMs < lastAnsweredMs,
    ).length,
  };
}
