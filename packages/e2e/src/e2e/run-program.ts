import { runNode } from '../terminal/run-node.js';
import type { Run } from './scenario.js';

/**
 * Runs one of the programs of this package, its output passed through.
 * @throws Error when it ends with another status than 0; it has said why
 */
export function runProgram(name: string, args: readonly string[], run?: Run): Promise<void> {
  return runNode(name, [`packages/e2e/dist/${name}/main.js`, ...args], { onOutput: run?.onOutput });
}
