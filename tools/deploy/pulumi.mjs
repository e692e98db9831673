/** Calls of the pulumi command, in the folder of one of the two programs. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../build.mjs';

/** Where the two programs are; tests have mirrors of them, so that settings of their stacks lie elsewhere. */
const INFRA = process.env.FACE_COMPARISON_INFRA ?? join(root, 'infra');

/** A step that failed, with what to do about it; the program has said the rest by itself. */
export class StepError extends Error {}

/** One of the two programs and its stack. */
export class Stack {
  #folder;

  /**
   * @param program `platform` or `service`
   * @param name of the stack, the same for both
   */
  constructor(program, name) {
    this.program = program;
    this.name = name;
    this.#folder = join(INFRA, program);
  }

  /** Whether the backend knows the stack. */
  exists() {
    return this.#quiet(['stack', 'select', '--stack', this.name, '--non-interactive']) !== undefined;
  }

  /** Makes the stack unless it is there. The settings of its file, Pulumi.NAME.yaml, are left as they are. */
  ensure() {
    if (this.exists()) return;
    const { status } = this.#run(['stack', 'init', this.name, '--non-interactive'], 'inherit');
    if (status !== 0) throw new StepError(`the stack ${this.name} of infra/${this.program} could not be made`);
  }

  /** A setting in clear, or undefined when it is not set. */
  setting(key) {
    return this.#quiet(['config', 'get', '--path', key, '--stack', this.name])?.trim();
  }

  set(key, value, ...flags) {
    // The value goes in by standard input: arguments can be read by everybody on the machine.
    const args = ['config', 'set', '--path', key, '--stack', this.name, '--non-interactive', ...flags];
    const { status, stderr } = this.#run(args, ['pipe', 'ignore', 'pipe'], value);
    if (status !== 0) throw new StepError(`pulumi ${args.slice(0, 4).join(' ')} failed: ${stderr.trim()}`);
  }

  /** Outputs of the last update; secrets are not shown. */
  outputs() {
    const json = this.#quiet(['stack', 'output', '--json', '--stack', this.name]);
    return json === undefined ? {} : JSON.parse(json);
  }

  /** Number of resources that the stack has, its own record not counted. */
  size() {
    const json = this.#quiet(['stack', 'export', '--stack', this.name]);
    const resources = json === undefined ? [] : (JSON.parse(json).deployment?.resources ?? []);
    return resources.filter(({ type }) => type !== 'pulumi:pulumi:Stack' && !type.startsWith('pulumi:providers:'))
      .length;
  }

  /**
   * `pulumi up` or `pulumi destroy`, showing its progress.
   *
   * @returns how long it took, in seconds
   * @throws StepError when it failed or was interrupted
   */
  async update(command, env = {}) {
    const started = performance.now();
    const args = [command, '--yes', '--skip-preview', '--stack', this.name, '--suppress-outputs'];
    const child = spawn('pulumi', args, { cwd: this.#folder, stdio: 'inherit', env: { ...process.env, ...env } });
    // A terminal sends Ctrl-C to the child as well: pulumi finishes what it is at, writes its state and ends.
    const passOn = () => {};
    process.on('SIGINT', passOn);
    const terminate = () => child.kill('SIGINT');
    process.on('SIGTERM', terminate);
    const code = await new Promise((resolve) => {
      child.on('error', () => resolve(127));
      child.on('exit', (exit, signal) => resolve(signal === null ? exit : 130));
    });
    process.off('SIGINT', passOn);
    process.off('SIGTERM', terminate);
    if (code !== 0)
      throw new StepError(`pulumi ${command} of infra/${this.program} did not finish (exit code ${code})`);
    return (performance.now() - started) / 1000;
  }

  #quiet(args) {
    const { status, stdout } = this.#run(args, ['ignore', 'pipe', 'pipe']);
    return status === 0 ? stdout : undefined;
  }

  #run(args, stdio, input) {
    return spawnSync('pulumi', args, {
      cwd: this.#folder,
      stdio,
      input,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    });
  }
}

/** Ends with a sentence unless pulumi is there and knows where to keep its state. */
export function requirePulumi() {
  if (spawnSync('pulumi', ['version'], { stdio: 'ignore' }).status !== 0)
    throw new StepError('the command pulumi is missing: https://www.pulumi.com/docs/install/');
  if (spawnSync('pulumi', ['whoami', '--non-interactive'], { stdio: 'ignore' }).status !== 0)
    throw new StepError(
      'pulumi does not know where to keep its state: "pulumi login" for Pulumi Cloud, "pulumi login s3://BUCKET" or "pulumi login --local"',
    );
}

/** 512 seconds as "8 min 32 s". */
export function duration(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
