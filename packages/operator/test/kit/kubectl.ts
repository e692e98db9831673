import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What kubectl said. */
export interface KubectlAnswer {
  readonly stdout: string;
  /** Warnings of the API server are here, too. */
  readonly stderr: string;
  readonly succeeded: boolean;
}

export type Kubectl = (args: readonly string[], input?: object | string) => Promise<KubectlAnswer>;

/** kubectl of KUBEBUILDER_ASSETS, as a user runs it. It answers and does not throw when it fails. */
export function kubectlOf(kubeconfigPath: string): Kubectl {
  const program = join(process.env['KUBEBUILDER_ASSETS'] ?? '', 'kubectl');
  return async (args, input) => {
    const running = run(program, ['--kubeconfig', kubeconfigPath, ...args]);
    running.child.stdin?.end(typeof input === 'object' ? JSON.stringify(input) : input);
    try {
      return { ...(await running), succeeded: true };
    } catch (error) {
      // Not `instanceof Error`: to Jest, those of Node's own modules are others.
      if (typeof error === 'object' && error !== null && 'stdout' in error && 'stderr' in error) {
        return { stdout: String(error.stdout), stderr: String(error.stderr), succeeded: false };
      }
      throw error;
    }
  };
}
