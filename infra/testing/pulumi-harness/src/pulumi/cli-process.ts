import { spawn } from 'node:child_process';

/** How one run of the CLI ended. */
export interface CliRun {
  readonly exitCode: number;
  /** Standard output and standard error, in order. */
  readonly output: string;
  readonly seconds: number;
}

export interface CliRunOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** After that it is killed, and the run fails. */
  readonly timeoutMs: number;
  /** Ctrl-C: the first time it is aborted, the CLI gets SIGINT. */
  readonly interrupt?: AbortSignal | undefined;
  /** The machine dies: when it is aborted, the CLI gets SIGKILL. */
  readonly kill?: AbortSignal | undefined;
}

/**
 * Runs the CLI to its end.
 *
 * @throws Error when it takes longer than `timeoutMs`, with the end of what it said
 */
export async function runCli(options: CliRunOptions): Promise<CliRun> {
  const started = performance.now();
  const child = spawn(options.program, options.args, {
    cwd: options.folder,
    env: options.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const interrupt = (): void => void child.kill('SIGINT');
  const kill = (): void => void child.kill('SIGKILL');
  options.interrupt?.addEventListener('abort', interrupt, { once: true });
  options.kill?.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  const deadline = AbortSignal.timeout(options.timeoutMs);
  deadline.addEventListener('abort', kill, { once: true });
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? -1));
    });
    if (deadline.aborted) {
      const command = `pulumi ${options.args.join(' ')}`;
      throw new Error(`${command} did not end within ${options.timeoutMs} ms. It said last:\n${output.slice(-2000)}`);
    }
    return { exitCode, output, seconds: (performance.now() - started) / 1000 };
  } finally {
    deadline.removeEventListener('abort', kill);
    process.removeListener('exit', kill);
    options.interrupt?.removeEventListener('abort', interrupt);
    options.kill?.removeEventListener('abort', kill);
  }
}
