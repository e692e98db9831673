import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { runCommand } from '../cluster/command.js';
import { REPOSITORY } from '../cluster/scripts.js';

const ENGINE = join(REPOSITORY, 'infra/engine');

/** What is missing to run the real engine; undefined when it is there. */
export async function missingPulumi(): Promise<string | undefined> {
  const path = await runCommand(join(ENGINE, 'cli/build.sh'), ['--where']).catch(() => '');
  return path.trim() === '' ? 'missing: the pulumi engine (infra/engine/cli/build.sh builds it; needs Go)' : undefined;
}

/**
 * Runs the program of infra/engine, its output passed through.
 * @param folders put before the PATH
 * @throws Error when it ends with another status than 0; it has said why
 */
export async function runEngine(args: readonly string[], folders: readonly string[] = []): Promise<void> {
  const child = spawn(process.execPath, [join(ENGINE, 'dist/main.js'), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: [...folders, process.env['PATH']].join(':') },
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (code !== 0) throw new Error(`infra/engine ended with ${signal ?? `status ${code ?? 'unknown'}`}; see above`);
}
