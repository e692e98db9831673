import { join } from 'node:path';
import { runCommand, type CommandOptions } from './command.js';

/** The scripts that make the cluster, seen from src and from dist. */
const SCRIPTS = join(import.meta.dirname, '../../cluster');

/** The root of the repository. */
export const REPOSITORY = join(import.meta.dirname, '../../../..');

/**
 * Runs one of the scripts of packages/e2e/cluster.
 * @param name without `.sh`
 */
export function runScript(name: string, args: readonly string[] = [], options: CommandOptions = {}): Promise<string> {
  return runCommand(join(SCRIPTS, `${name}.sh`), args, options);
}

/** Where the cluster's programs and state are, as the scripts see it. */
export interface ClusterSettings {
  /** Folder of kubectl, helm and the control plane's programs. */
  readonly programs: string;
  readonly kubeconfig: string;
  /** This machine's address, seen from pods. */
  readonly hostAddress: string;
  readonly isUp: boolean;
}

/** Asks the scripts for their settings, which the environment may change. */
export async function readSettings(): Promise<ClusterSettings> {
  const lines = (await runScript('settings')).trim().split('\n');
  const settings = new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const value = (name: string): string => {
    const found = settings.get(name);
    if (found === undefined) throw new Error(`settings.sh printed no ${name}, only ${[...settings.keys()].join(', ')}`);
    return found;
  };
  return {
    programs: value('PROGRAMS'),
    kubeconfig: value('KUBECONFIG'),
    hostAddress: value('HOST_ADDRESS'),
    isUp: value('UP') === 'yes',
  };
}
