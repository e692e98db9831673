/** How much a scenario does that tries the same at many points. */
export interface Extent {
  /** Draws the points; undefined for all of them. */
  readonly seed: number | undefined;
}

/** The extent as the programs that scenarios run understand it. */
export function seedFlag({ seed }: Extent): string[] {
  return seed === undefined ? [] : ['--seed', String(seed)];
}

/** A check of the whole thing, as a user meets it. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  /** Names several of them at once on the command line. */
  readonly group?: string;
  /** What this machine lacks for it, as a sentence; undefined when it can run. */
  missing(): Promise<string | undefined>;
  /** @throws SkippedError when something turns out to be missing; else Error saying what is wrong */
  run(extent: Extent): Promise<void>;
}

/** Something is missing that only shows once the scenario runs; the message says what. */
export class SkippedError extends Error {
  override readonly name = 'SkippedError';
}
