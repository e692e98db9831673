import { analyzeCommand } from './commands/analyze.js';
import { benchCommand } from './commands/bench.js';
import { compareCommand } from './commands/compare.js';
import { migrateCommand } from './commands/migrate.js';
import { modelsCommand } from './commands/models.js';
import { Arguments } from './program/arguments.js';
import { InterruptedError, UsageError } from './program/cli-error.js';
import type { Command } from './program/command.js';
import { EXIT } from './program/exit-code.js';
import { explain } from './program/explain.js';
import { commandHelp, GENERAL_OPTIONS, programHelp } from './program/help.js';
import { interruptedCode, interruption } from './program/interruption.js';
import { Messages } from './program/messages.js';
import { Output } from './program/output.js';
import { DEFAULT_URL } from './service/service-options.js';
import { packageVersion } from './version.js';

const COMMANDS: readonly Command[] = [compareCommand, analyzeCommand, modelsCommand, migrateCommand, benchCommand];

// Whoever reads has enough (`| head`): nothing is wrong, and nobody is left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.outputClosed);
});
process.stderr.on('error', () => undefined);

process.exitCode = await main(process.argv.slice(2), process.env);

async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const out = new Output(process.stdout);
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const command = COMMANDS.find((candidate) => candidate.name === rest[0]);
    const isAsked = name !== undefined;
    const text = command === undefined ? programHelp(COMMANDS) : commandHelp(command);
    if (isAsked) await out.write(text);
    else process.stderr.write(text);
    return isAsked ? EXIT.ok : EXIT.error;
  }
  if (name === '--version') {
    await out.line(packageVersion());
    return EXIT.ok;
  }
  const messagesFor = (isQuiet: boolean): Messages =>
    new Messages({
      write: (text) => void process.stderr.write(text),
      isTerminal: process.stderr.isTTY,
      isQuiet,
      nowMs: () => performance.now(),
    });
  let url = env['FACE_COMPARISON_URL'] ?? DEFAULT_URL;
  try {
    const command = commandOf(name);
    const args = new Arguments(rest, [...command.options, ...GENERAL_OPTIONS]);
    if (args.has('help')) {
      await out.write(commandHelp(command));
      return EXIT.ok;
    }
    const isBench = command === benchCommand;
    url = args.text('url') ?? (isBench ? args.positionals[0] : undefined) ?? url;
    return await command.run({ args, env, out, messages: messagesFor(args.has('quiet')), signal: interruption() });
  } catch (error) {
    const messages = messagesFor(false);
    if (error instanceof InterruptedError) {
      messages.error('Stopped.');
      return interruptedCode(error.signal);
    }
    const { message, hint } = explain(error, url);
    messages.error(`face-comparison: ${message}`);
    if (hint !== undefined) messages.error(hint);
    return EXIT.error;
  }
}

function commandOf(name: string): Command {
  const found = COMMANDS.find((command) => command.name === name);
  if (found !== undefined) return found;
  throw new UsageError(`There is no command ${JSON.stringify(name)}.`, {
    hint: `There are ${COMMANDS.map((command) => command.name).join(', ')}; face-comparison --help says more.`,
  });
}
