import type { Figures, Stage } from '../stage.js';

/** One thing that must hold of the operator, tried on a stage of its own. */
export interface Check {
  /** Also the name of its namespace. */
  readonly name: string;
  readonly what: string;
  /** It starts operators itself: the common one leaves its namespace alone. */
  readonly ownOperator?: boolean;
  /**
   * @returns figures for the report
   * @throws Error saying what did not hold
   */
  readonly run: (stage: Stage) => Promise<Figures>;
}
