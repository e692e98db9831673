import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The version that cli/go.mod builds, and of which @pulumi/pulumi is. */
export const CLI_VERSION = 'v3.258.0';

/** Where cli/build.sh puts the CLI. */
export function cliProgram(environment: NodeJS.ProcessEnv = process.env): string {
  const cache =
    environment['FACE_COMPARISON_PULUMI_CACHE'] ??
    join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'face-comparison-pulumi');
  return join(cache, CLI_VERSION, 'pulumi');
}

/** What is missing to run the real engine, and how to get it; undefined if nothing is. */
export function missingCli(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const program = cliProgram(environment);
  if (existsSync(program)) return undefined;
  return `the Pulumi CLI ${CLI_VERSION} is not at ${program}: build it with infra/testing/pulumi-harness/cli/build.sh (five minutes, needs Go)`;
}
