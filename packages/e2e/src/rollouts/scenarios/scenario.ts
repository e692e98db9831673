import type { Stage } from '../rig/stage.js';

export type Figures = Record<string, number | string>;

/** A scenario of roll-outs, on a stage that others used before and others use after. */
export interface RolloutScenario {
  readonly name: string;
  /** With which others it is run by one name. */
  readonly group: 'rollouts' | 'bad-upgrades' | 'faults';
  /** What holds, as the end of a sentence. */
  readonly what: string;
  /** One of several alike, of which a sample of e2e has some. */
  readonly isSampled?: boolean;
  /** What the cluster lacks for it, as a sentence. */
  missing?(stage: Stage): string | undefined;
  /**
   * @returns figures that were measured on the way
   * @throws Error saying what came instead of what was expected
   */
  run(stage: Stage): Promise<Figures>;
}

/** @throws Error saying what was expected, unless it holds */
export function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`expected ${what}`);
}
