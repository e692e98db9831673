import type { DriverRecord } from './driver/protocol.js';

/** Something that happened while a scenario ran, such as "patched" or "flipped". */
export interface Mark {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly label: string;
}

/** What a scenario leaves: what clients saw, what happened meanwhile, and its figures. */
export interface ScenarioRun {
  readonly name: string;
  /** What holds, as the end of a sentence. */
  readonly what: string;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly marks: readonly Mark[];
  readonly records: readonly DriverRecord[];
  readonly figures: Readonly<Record<string, number | string>>;
  /** Why it failed; absent when it holds. */
  readonly error?: string;
}
