import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './server.js';

const PROGRAM = join(ROOT, 'packages/cli/bin/face-comparison.mjs');

/** How the command ended, and what it wrote. */
export interface Result {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The command as a process. */
export class Program {
  readonly child: ChildProcess;
  readonly result: Promise<Result>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], { cwd, env = {} }: RunOptions = {}) {
    this.child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.result = once(this.child, 'close').then(([code, signal]: unknown[]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }
}

/** Runs the command to its end. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return new Program(args, options).result;
}
