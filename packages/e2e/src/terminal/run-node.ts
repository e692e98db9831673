import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';

export interface RunNodeOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Takes what the program prints; without it that goes where this process's output goes. */
  readonly onOutput?: ((text: string) => void) | undefined;
  /** Leaves the processors to whatever else wants them. */
  readonly isLowPriority?: boolean;
}

/**
 * Runs a Node program to its end.
 * @param name for the error
 * @throws Error when it ends with another status than 0; it has said why
 */
export async function runNode(
  name: string,
  args: readonly string[],
  { env = process.env, onOutput, isLowPriority = false }: RunNodeOptions = {},
): Promise<void> {
  const output = onOutput === undefined ? 'inherit' : 'pipe';
  const child = spawn(process.execPath, args, { stdio: ['inherit', output, output], env });
  if (isLowPriority && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => onOutput?.(text));
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (code !== 0) throw new Error(`${name} ended with ${signal ?? `status ${code ?? 'unknown'}`}; see above`);
}
