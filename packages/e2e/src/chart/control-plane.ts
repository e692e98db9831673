import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, type CommandOptions } from '../cluster/command.js';
import { readSettings, runScript } from '../cluster/scripts.js';
import { findFreePort } from '../service/managed-server.js';

/** What somebody at a terminal has: two programs, and a cluster that they lead to. */
export interface Terminal {
  /** @throws Error with what it printed when it fails */
  helm(...args: readonly string[]): Promise<string>;
  /** @throws Error with what it printed when it fails */
  kubectl(args: readonly string[], options?: Pick<CommandOptions, 'input'>): Promise<string>;
}

/** What this machine lacks for a control plane, as a sentence; undefined: nothing. */
export async function missingForControlPlane(): Promise<string | undefined> {
  const missing = (await runScript('missing', ['control-plane'])).trim();
  return missing === '' ? undefined : missing;
}

/** Runs something against an API server of its own, which has no node, and ends it. */
export async function withControlPlane(helm: string, run: (terminal: Terminal) => Promise<void>): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'chart-control-plane-'));
  const ofControlPlane = {
    // The two after it are taken for etcd.
    FACE_COMPARISON_CONTROL_PLANE_PORT: String(await findFreePort()),
    FACE_COMPARISON_CONTROL_PLANE_STATE: state,
  };
  try {
    await runScript('control-plane', ['up'], { env: ofControlPlane });
    const { programs } = await readSettings();
    const env = { KUBECONFIG: join(state, 'admin.kubeconfig') };
    await run({
      helm: (...args) => runCommand(helm, args, { env }),
      kubectl: (args, options) => runCommand(join(programs, 'kubectl'), args, { ...options, env }),
    });
  } finally {
    await runScript('control-plane', ['down'], { env: ofControlPlane });
    await rm(state, { recursive: true, force: true });
  }
}
