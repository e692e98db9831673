import type { Timeline } from '../timeline/timeline.js';
import type { Shelf } from './shelf.js';

export interface Context {
  readonly shelf: Shelf;
  /** Draws the operations that sweeps make fail; undefined for every operation. */
  readonly seed: number | undefined;
  /** Hands over a timeline for the results. */
  readonly keep: (timelines: readonly Timeline[]) => void;
}

/** Something that must hold of the programs. */
export interface Scenario {
  readonly name: string;
  /** What holds when it passes, as a sentence. */
  readonly what: string;
  /** One of several alike, of which a seed draws some. */
  readonly isSampled?: boolean;
  /** @returns what was seen, in a few words. @throws Error when it does not hold */
  readonly run: (context: Context) => Promise<string>;
}
