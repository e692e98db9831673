import { RunError } from '@pulumi/pulumi';

/** One setting that cannot be used: which, what is wrong with it, and the command that sets it right. */
export interface SettingProblem {
  /** Project and path: face-comparison-platform:gpu.maxNodes. */
  readonly key: string;
  /** The rest of the sentence: "is 0, but must be at least 1". */
  readonly problem: string;
  /** A command to type. */
  readonly fix?: string;
}

/** Settings that cannot be used, all of them. Pulumi prints the message alone, without a stack trace. */
export class SettingsError extends RunError {
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super(message(problems));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

function message(problems: readonly SettingProblem[]): string {
  const lines = problems.map(({ key, problem, fix }) => `${key} ${problem}${fix === undefined ? '' : `: ${fix}`}`);
  const [only] = lines;
  return lines.length === 1 && only !== undefined
    ? only
    : [`${lines.length} settings cannot be used:`, ...lines.map((line) => `  ${line}`)].join('\n');
}
