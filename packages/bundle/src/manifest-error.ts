import { BundleError } from './bundle-error.js';

export interface ManifestProblem {
  /** Where, e.g. `$.heads[0].input.size`. */
  readonly path: string;
  /** What belongs there, as a phrase: "an integer from 16 to 1024". */
  readonly expected: string;
  /** What is there, as a phrase; "nothing" where something is missing. */
  readonly received: string;
}

/** A message with more lines than this helps nobody; `problems` has them all. */
const SHOWN_PROBLEMS = 20;

/** Everything that is wrong with a manifest. */
export class ManifestError extends BundleError {
  override readonly name = 'ManifestError';
  readonly problems: readonly ManifestProblem[];

  constructor(where: string, problems: readonly ManifestProblem[], options?: ErrorOptions) {
    const lines = problems
      .slice(0, SHOWN_PROBLEMS)
      .map(({ path, expected, received }) => `  ${path}: expected ${expected}, received ${received}`);
    if (problems.length > SHOWN_PROBLEMS) {
      lines.push(`  and ${problems.length - SHOWN_PROBLEMS} more`);
    }
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super('manifest_invalid', `${where} has ${count}:\n${lines.join('\n')}`, options);
    this.problems = problems;
  }
}
