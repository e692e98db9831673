import type { Arguments, OptionSpec } from './arguments.js';
import type { Messages } from './messages.js';
import type { Output } from './output.js';

/** What a command works with. */
export interface CommandContext {
  readonly args: Arguments;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Data, and nothing else. */
  readonly out: Output;
  /** What is said to a person. */
  readonly messages: Messages;
  /** Aborted by Ctrl-C and SIGTERM; its reason is an InterruptedError. */
  readonly signal: AbortSignal;
}

/** One command of the program. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What follows the name, e.g. `A B`. */
  readonly positionals: string;
  readonly description: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
  /** What its exit codes mean. */
  readonly exitCodes: Readonly<Record<number, string>>;
  /** Resolves with the exit code. */
  readonly run: (context: CommandContext) => Promise<number>;
}
