import { parseArgs } from 'node:util';
import { UsageError } from './cli-error.js';
import { reasonOf } from './reason.js';

/** One option of a command, for parsing and for its help. */
export interface OptionSpec {
  /** Without the two dashes. */
  readonly name: string;
  /** What stands for its value in the help; an option without one is a switch. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly help: string;
}

/** Limits of a number. */
export interface NumberLimits {
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
}

/** What was typed after the name of a command. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #specs: ReadonlyMap<string, OptionSpec>;
  readonly #values: Readonly<Record<string, unknown>>;

  /** @throws UsageError when an option is unknown, or has a value too many or too few */
  constructor(args: readonly string[], specs: readonly OptionSpec[]) {
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
    try {
      const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: Object.fromEntries(
          specs.map(({ name, value, multiple }) => [
            name,
            {
              type: value === undefined ? 'boolean' : 'string',
              multiple: multiple ?? false,
              ...(name === 'help' ? { short: 'h' } : {}),
            },
          ]),
        ),
      });
      this.#values = values;
      this.positionals = positionals;
    } catch (cause) {
      throw new UsageError(sentenceOf(cause), { cause });
    }
  }

  /** Whether a switch is on. */
  has(name: string): boolean {
    return this.#value(name) === true;
  }

  /** The value of an option; undefined when it was not given. */
  text(name: string): string | undefined {
    const value = this.#value(name);
    if (typeof value !== 'string') return undefined;
    if (value === '') throw new UsageError(`--${name} needs a value, and an empty one came.`);
    return value;
  }

  /** The values of an option that may be given more than once. */
  texts(name: string): readonly string[] {
    const value = this.#value(name);
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** The value of an option that must be given. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new UsageError(`--${name} ${this.#specs.get(name)?.value ?? ''} is missing.`);
    return value;
  }

  /** The value of an option as a number; undefined when it was not given. */
  number(name: string, { min, max, integer = false }: NumberLimits): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || !(value >= min && value <= max) || (integer && !Number.isInteger(value))) {
      throw new UsageError(
        `--${name} must be a ${integer ? 'whole number' : 'number'} from ${min} to ${max}, and ${JSON.stringify(text)} came.`,
      );
    }
    return value;
  }

  #value(name: string): unknown {
    if (!this.#specs.has(name)) throw new RangeError(`the command has no option --${name}`);
    return this.#values[name];
  }
}

/** What parseArgs says, as one sentence: it adds advice about how to give a positional that begins with a dash. */
function sentenceOf(cause: unknown): string {
  const [first = 'the arguments cannot be read'] = reasonOf(cause).split('. ');
  return `${first.replace(/\.$/, '')}.`;
}
