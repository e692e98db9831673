import type { DriverRecord } from '../driver/protocol.js';

/** Says which answers of 4xx were meant to be, such as those to clients that pin a version that is gone. */
export type Expected = (record: DriverRecord) => boolean;

/** What came of a request; `refused` is an answer of 4xx that was expected. */
export type Outcome = 'answered' | 'refused' | 'failed';

const nothing: Expected = () => false;

/** An answer of a version. */
export interface VersionedRecord extends DriverRecord {
  readonly version: string;
}

/**
 * What came of a request. No answer, and one of 500 or more, is a failure whatever was expected; so is one of 4xx that
 * was not expected, since the driver sends nothing wrong.
 */
export function outcomeOf(record: DriverRecord, expected: Expected = nothing): Outcome {
  const { status } = record;
  if (status >= 200 && status < 400) return 'answered';
  return status >= 400 && status < 500 && expected(record) ? 'refused' : 'failed';
}

/** Whether a version answered. */
export function isAnswer(record: DriverRecord): record is VersionedRecord {
  return outcomeOf(record) === 'answered' && record.version !== undefined;
}

/** Whether a version answered a client that insists on none, through the Service or in a pod: those that a switch moves. */
export function isUnpinnedAnswer(record: DriverRecord): record is VersionedRecord {
  return record.route !== 'pin' && isAnswer(record);
}

/** The records of requests that were sent from `fromMs` on and before `toMs`, in milliseconds since 1970. */
export function between(records: readonly DriverRecord[], fromMs: number, toMs: number): DriverRecord[] {
  return records.filter(({ sentMs }) => sentMs >= fromMs && sentMs < toMs);
}
