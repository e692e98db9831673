import { join } from 'node:path';
import { runCommand } from '../cluster/command.js';
import { REPOSITORY } from '../cluster/scripts.js';
import { runNode, type RunNodeOptions } from '../terminal/run-node.js';

const ENGINE = join(REPOSITORY, 'infra/testing/pulumi-harness');

/** What is missing to run the real engine; undefined when it is there. */
export async function missingPulumi(): Promise<string | undefined> {
  const path = await runCommand(join(ENGINE, 'cli/build.sh'), ['--where']).catch(() => '');
  return path.trim() === ''
    ? 'missing: the pulumi engine (infra/testing/pulumi-harness/cli/build.sh builds it; needs Go)'
    : undefined;
}

/**
 * Runs the program of infra/testing/pulumi-harness.
 * @param folders put before the PATH
 * @throws Error when it ends with another status than 0; it has said why
 */
export function runEngine(
  args: readonly string[],
  { folders = [], ...options }: { folders?: readonly string[] } & Omit<RunNodeOptions, 'env'> = {},
): Promise<void> {
  const env = { ...process.env, PATH: [...folders, process.env['PATH']].join(':') };
  return runNode('infra/testing/pulumi-harness', [join(ENGINE, 'dist/main.js'), ...args], { ...options, env });
}
