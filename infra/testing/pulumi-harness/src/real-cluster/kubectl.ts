import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** kubectl on one cluster. */
export type Kubectl = (...args: string[]) => Promise<string>;

/** @returns what it prints, trimmed. @throws Error with what it says on standard error */
export function kubectlOn(program: string, kubeconfig: string): Kubectl {
  return async (...args) => {
    const { stdout } = await promisify(execFile)(program, [...args, `--kubeconfig=${kubeconfig}`]);
    return stdout.trim();
  };
}
