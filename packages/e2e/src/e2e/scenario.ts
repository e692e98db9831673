export interface Run {
  /** Draws a sample where a scenario tries the same at many points; undefined for every point. */
  readonly seed: number | undefined;
  /** Takes what the programs of a scenario print, which otherwise is printed at once. */
  readonly onOutput?: (text: string) => void;
}

/** The seed as the programs that scenarios run understand it. */
export function seedFlag({ seed }: Run): string[] {
  return seed === undefined ? [] : ['--seed', String(seed)];
}

/** A check of the whole thing, as a user meets it. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  /** Names several of them at once on the command line. */
  readonly group?: string;
  /** One of several alike: unless it is named, a seed draws it or another. */
  readonly isSampled?: boolean;
  /** It judges by conditions alone, and only runs programs: so it may run beside others of its kind. */
  readonly isConcurrent?: boolean;
  /** What this machine lacks for it, as a sentence; undefined when it can run. */
  missing(): Promise<string | undefined>;
  /** @throws SkippedError when something turns out to be missing; else Error saying what is wrong */
  run(run: Run): Promise<void>;
}

/** Something is missing that only shows once the scenario runs; the message says what. */
export class SkippedError extends Error {
  override readonly name = 'SkippedError';
}
