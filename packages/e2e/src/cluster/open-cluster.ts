import type { Cluster } from './cluster.js';
import { foreignCluster, foreignKubeconfig } from './foreign-cluster.js';
import { ownCluster } from './own-cluster.js';
import { readSettings, runScript } from './scripts.js';

let opened: Promise<Cluster> | undefined;
let isToBeTakenDown = false;

/**
 * The cluster for scenarios: the one that KUBECONFIG leads to when it is set, else the one-node cluster of this machine,
 * brought up when it is not. Always the same one within a process, which ends with `closeCluster`.
 * @throws Error saying what is missing or what went wrong
 */
export function openCluster(): Promise<Cluster> {
  opened ??= open();
  return opened;
}

/** Takes the cluster down if this process brought it up; one that was there before stays. */
export async function closeCluster(): Promise<void> {
  await opened?.catch(() => undefined);
  opened = undefined;
  if (!isToBeTakenDown) return;
  isToBeTakenDown = false;
  await runScript('down', [], { showProgress: true });
}

async function open(): Promise<Cluster> {
  const foreign = await foreignKubeconfig();
  if (foreign !== undefined) return foreignCluster(foreign);
  if (!(await readSettings()).isUp) {
    isToBeTakenDown = true;
    await runScript('up', [], { showProgress: true });
  }
  return ownCluster(await readSettings());
}
