import type { OptionSpec } from './arguments.js';
import type { Command } from './command.js';

/** Options that every command has. */
export const GENERAL_OPTIONS: readonly OptionSpec[] = [
  { name: 'quiet', help: 'say nothing but errors' },
  { name: 'help', help: 'show this' },
];

/** The help of the program. */
export function programHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, positionals, summary }) => [`${name} ${positionals}`.trim(), summary] as const);
  return [
    'face-comparison: compare faces in photos',
    '',
    'Usage: face-comparison COMMAND ...',
    '',
    ...aligned(rows),
    '',
    'face-comparison COMMAND --help says more of each; face-comparison --version says which version this is.',
    '',
  ].join('\n');
}

/** The help of one command. */
export function commandHelp({ name, positionals, description, options, examples, exitCodes }: Command): string {
  const rows = [...options, ...GENERAL_OPTIONS].map(
    (option) => [`--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`, option.help] as const,
  );
  return [
    `Usage: face-comparison ${`${name} ${positionals}`.trim()} [options]`,
    '',
    description,
    '',
    'Options:',
    ...aligned(rows),
    '',
    'Examples:',
    ...examples.map((example) => `  face-comparison ${example}`),
    '',
    'Exit codes:',
    ...aligned(Object.entries(exitCodes)),
    '',
  ].join('\n');
}

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
