import { spawn } from 'node:child_process';

export interface CommandOptions {
  /** What the program reads from standard input; it is closed at once otherwise. */
  readonly input?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard error goes to this process's as it comes, for programs that tell how far they are. */
  readonly showProgress?: boolean;
}

/**
 * Runs a program to its end.
 * @returns what it printed on standard output
 * @throws Error with the command and all that it printed when it cannot be started, or ends with another status than 0
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { input, env, showProgress = false }: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: string[] = [];
    const stderr: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr.push(text);
      if (showProgress) process.stderr.write(text);
    });
    const fail = (why: string, cause?: Error): void =>
      reject(new Error(`${[command, ...args].join(' ')}: ${why}\n${stderr.join('')}${stdout.join('')}`, { cause }));
    child.on('error', (error) => fail(error.message, error));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout.join(''));
      else fail(`ended with ${signal ?? `status ${code ?? 'unknown'}`}`);
    });
    // A program that ends without reading its input is judged by its status.
    child.stdin.on('error', () => undefined).end(input ?? '');
  });
}
