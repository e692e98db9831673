/** What a person typed makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A figure that had to be reached and was not. */
export interface MissedGoal {
  readonly what: string;
  readonly wanted: string;
  readonly got: string;
}

/**
 * Runs a program to its exit code: 0, 1 when it failed or missed a goal, 2 for wrong use.
 *
 * @param main resolves with the goals that were missed
 */
export async function runProgram(usage: string, main: () => Promise<readonly MissedGoal[]>): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    const missed = await main();
    for (const goal of missed) console.error(`MISSED: ${goal.what}: wanted ${goal.wanted}, got ${goal.got}`);
    process.exitCode = missed.length > 0 ? 1 : 0;
  } catch (error) {
    const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
    console.error(error instanceof Error ? error.message : error);
    if (isUsage) console.error(`\n${usage}`);
    process.exitCode = isUsage ? 2 : 1;
  }
}

/** A flag's value as a number within limits; undefined when the flag is not given. */
export function numberFlag(
  name: string,
  text: string | undefined,
  { min = -Infinity, max = Infinity, integer = false } = {},
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max) || (integer && !Number.isInteger(value))) {
    throw new UsageError(
      `--${name}: expected ${integer ? 'a whole number' : 'a number'} from ${min} to ${max}, got ${JSON.stringify(text)}`,
    );
  }
  return value;
}

/** The value of a flag that must be given. */
export function requiredFlag(name: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}
