import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cliProgram } from './cli-program.js';
import { runCli, type CliRun } from './cli-process.js';
import { readEventLog, type EventLog } from './event-log.js';
import { serveLanguageHost } from './language-host.js';
import { readState, stackOutputs, type StackState } from './state.js';
import { isObject, type JsonObject } from './json.js';
import type { Workplace } from './workplace.js';

/** What a command that works on resources came to. */
export interface Outcome extends CliRun {
  readonly command: string;
  readonly events: EventLog;
  /** What the program printed. */
  readonly programOutput: string;
}

/** What providers are attached to, by package: `{ aws: 40001 }`. */
export type ProviderPorts = Readonly<Record<string, number>>;

export interface StackOptions {
  readonly workplace: Workplace;
  /** The project's folder, with its Pulumi.yaml and its compiled program. */
  readonly projectFolder: string;
  /** The `name` of Pulumi.yaml. */
  readonly project: string;
  readonly name: string;
  readonly providers: ProviderPorts;
  /** Where the program's calls of API Gateway go; where they always go, unless given. */
  readonly gatewayPort?: number | undefined;
  /** More of the environment of the CLI. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface CommandOptions {
  readonly args?: readonly string[];
  readonly interrupt?: AbortSignal | undefined;
  readonly kill?: AbortSignal | undefined;
  /** @default 540_000 */
  readonly timeoutMs?: number;
}

const PASSPHRASE = 'only for tests';
/** Ends a command that hangs, before Jest ends the test. */
const COMMAND_TIMEOUT_MS = 540_000;

/** One stack of a project, worked on by the real CLI with attached providers. */
export class Stack {
  readonly options: StackOptions;
  readonly #folder: string;
  #commands = 0;

  private constructor(options: StackOptions, folder: string) {
    this.options = options;
    this.#folder = folder;
  }

  /** Makes a stack that does not exist yet. */
  static async create(options: StackOptions): Promise<Stack> {
    const stack = await Stack.open(options);
    await stack.#succeed(['stack', 'init', options.name]);
    return stack;
  }

  /** A stack that exists in the workplace, for example because that is a copy. */
  static async open(options: StackOptions): Promise<Stack> {
    return new Stack(options, await options.workplace.mirror(options.projectFolder));
  }

  /** The file with its settings. */
  get settingsFile(): string {
    return join(this.#folder, `Pulumi.${this.options.name}.yaml`);
  }

  /** `pulumi config set --path KEY VALUE` for each, and for each member of lists and objects. */
  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const pairs = Object.entries(settings).flatMap(([key, value]) => leavesOf(key, value));
    const args = pairs.flatMap((pair) => ['--plaintext', pair]);
    await this.#succeed(['config', 'set-all', '--stack', this.options.name, '--path', ...args]);
  }

  /** `pulumi config rm --path KEY` for each. */
  async unset(keys: readonly string[]): Promise<void> {
    await this.#succeed(['config', 'rm-all', '--stack', this.options.name, '--path', ...keys]);
  }

  /** `pulumi config set --path --secret KEY VALUE` */
  async configureSecret(key: string, value: string): Promise<void> {
    await this.#succeed(['config', 'set', '--stack', this.options.name, '--path', '--secret', key, value]);
  }

  preview(options?: CommandOptions): Promise<Outcome> {
    return this.#operate('preview', [], options);
  }

  up(options?: CommandOptions): Promise<Outcome> {
    return this.#operate('up', ['--yes', '--skip-preview'], options);
  }

  refresh(options?: CommandOptions): Promise<Outcome> {
    return this.#operate('refresh', ['--yes', '--skip-preview'], options);
  }

  destroy(options?: CommandOptions): Promise<Outcome> {
    return this.#operate('destroy', ['--yes', '--skip-preview'], options);
  }

  /** `pulumi cancel`: takes the lock of a run that was killed. */
  async cancel(): Promise<void> {
    await this.#succeed(['cancel', '--yes', '--stack', this.options.name]);
  }

  /** The outputs in the state; a secret one is encrypted. */
  async outputs(): Promise<JsonObject> {
    return stackOutputs(await this.state());
  }

  state(): Promise<StackState> {
    return readState(this.options.workplace.stateFile(this.options.project, this.options.name));
  }

  async #operate(command: string, args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
    const eventLog = join(this.options.workplace.folder, `events-${this.options.project}-${this.#commands++}.json`);
    const host = await serveLanguageHost({
      environment: this.environment(),
      gatewayPort: this.options.gatewayPort,
    });
    try {
      const run = await this.#run(
        [command, '--stack', this.options.name, ...args, '--event-log', eventLog, ...(options.args ?? [])],
        host.port,
        options,
      );
      return { ...run, command, events: await readEventLog(eventLog), programOutput: host.written() };
    } finally {
      host.close();
      await rm(eventLog, { force: true });
    }
  }

  async #succeed(args: readonly string[]): Promise<CliRun> {
    const run = await this.#run(args);
    if (run.exitCode !== 0) {
      throw new Error(`pulumi ${args.join(' ')} ended with ${run.exitCode}, expected 0. It said:\n${run.output}`);
    }
    return run;
  }

  #run(args: readonly string[], languagePort?: number, options: CommandOptions = {}): Promise<CliRun> {
    return runCli({
      program: cliProgram(),
      args: [...args, '--non-interactive', '--color', 'never'],
      folder: this.#folder,
      environment: this.environment(languagePort),
      timeoutMs: options.timeoutMs ?? COMMAND_TIMEOUT_MS,
      interrupt: options.interrupt,
      kill: options.kill,
    });
  }

  /**
   * What a user would have exported before typing `pulumi`.
   *
   * @param languagePort where a language host listens
   */
  environment(languagePort?: number): NodeJS.ProcessEnv {
    const providers = Object.entries(this.options.providers).map(([name, port]) => `${name}:${port}`);
    return {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PULUMI_HOME: this.options.workplace.home,
      // Without metadata: a kill in the middle of writing that file makes the backend refuse the state beside it.
      PULUMI_BACKEND_URL: `file://${this.options.workplace.backend}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
      // Nothing is looked up or fetched: no newer CLI, no plugin. The event log is a flag for debugging.
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: 'true',
      PULUMI_DEBUG_COMMANDS: 'true',
      ...(providers.length > 0 ? { PULUMI_DEBUG_PROVIDERS: providers.join(',') } : {}),
      ...(languagePort === undefined ? {} : { PULUMI_DEBUG_LANGUAGES: `nodejs:${languagePort}` }),
      ...this.options.environment,
    };
  }
}

/** The outcome, if the command succeeded. @throws Error with the messages of one that did not */
export function succeeded(outcome: Outcome): Outcome {
  if (outcome.exitCode === 0) return outcome;
  const { command, exitCode, output } = outcome;
  const [, messages = output.slice(-2000)] = /^Diagnostics:\n([^]*?)\n\n(?:Outputs|Resources):/m.exec(output) ?? [];
  throw new Error(`pulumi ${command} ended with ${exitCode}:\n${messages}`);
}

/** `KEY=VALUE` for each scalar at or below a key. */
function leavesOf(key: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(`${key}[${index}]`, item));
  if (isObject(value)) return Object.entries(value).flatMap(([name, member]) => leavesOf(`${key}.${name}`, member));
  return [`${key}=${String(value)}`];
}
