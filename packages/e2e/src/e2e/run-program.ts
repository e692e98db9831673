import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs one of the measuring programs, its output passed through.
 * @throws Error when it ends with another status than 0; it has said why
 */
export async function runProgram(name: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [`packages/e2e/dist/${name}/main.js`, ...args], { stdio: 'inherit' });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (code !== 0) throw new Error(`${name} ended with ${signal ?? `status ${code ?? 'unknown'}`}; see above`);
}
