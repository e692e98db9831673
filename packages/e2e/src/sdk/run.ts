import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs a program to its end.
 * @returns what it printed
 * @throws Error with all that it printed when it ends with another status than 0
 */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    // The tests of this repository may run with conditions and loaders of their own.
    const { stdout } = await promisify(execFile)(command, args, { cwd, env: { ...process.env, NODE_OPTIONS: '' } });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${[command, ...args].join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
