import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Programs } from '../src/forwarding-kubernetes/programs.js';

/** The kit that `npm run cluster` uses. */
const SCRIPTS = join(__dirname, '../../../../packages/e2e/cluster');

/** Apart from the ports of other control planes on the machine. */
const PORT = 27_443;

/** A real API server with its controllers and without a node. */
export interface ControlPlane {
  readonly kubeconfig: string;
  readonly programs: Programs;
  kubectl(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** What is missing for one, in words; undefined if nothing is. */
export function missingControlPlane(): string | undefined {
  const folder = process.env['KUBEBUILDER_ASSETS'];
  if (folder === undefined) return 'KUBEBUILDER_ASSETS is not set (a folder with etcd, kube-apiserver, kubectl, helm)';
  const missing = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'helm'].filter(
    (name) => !existsSync(join(folder, name)),
  );
  return missing.length === 0 ? undefined : `${folder} has no ${missing.join(', ')}`;
}

export async function startControlPlane(): Promise<ControlPlane> {
  const folder = process.env['KUBEBUILDER_ASSETS'] ?? '';
  const state = mkdtempSync(join(tmpdir(), 'control-plane-'));
  const script = (command: string): Promise<unknown> =>
    promisify(execFile)(join(SCRIPTS, 'control-plane.sh'), [command], {
      env: {
        ...process.env,
        FACE_COMPARISON_CONTROL_PLANE_PORT: String(PORT),
        FACE_COMPARISON_CONTROL_PLANE_STATE: state,
      },
    });
  const stop = async (): Promise<void> => {
    await script('down');
    await rm(state, { recursive: true, force: true });
  };
  try {
    await script('up');
  } catch (error) {
    await stop();
    throw error;
  }
  const kubeconfig = join(state, 'admin.kubeconfig');
  const kubectl = join(folder, 'kubectl');
  return {
    kubeconfig,
    programs: { kubectl, helm: join(folder, 'helm') },
    kubectl: async (...args) => {
      const { stdout } = await promisify(execFile)(kubectl, [...args, `--kubeconfig=${kubeconfig}`]);
      return stdout.trim();
    },
    stop,
  };
}
