import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringAt, type JsonObject } from '../pulumi/json.js';
import { ApiClient } from './api-client.js';
import { readCredentials } from './credentials.js';
import { ObjectResources } from './object-resource.js';
import { Objects } from './objects.js';
import type { Programs } from './programs.js';
import { ReleaseResources } from './release-resource.js';
import { Releases } from './releases.js';
import type { ResourceManager } from './resource.js';

/** The cluster that a provider is configured for. */
export interface Cluster {
  manager(type: string): ResourceManager;
  close(): Promise<void>;
}

export interface ClusterOptions {
  readonly programs: Programs;
  /** Of the provider's settings where they name none. */
  readonly kubeconfig: string | undefined;
  /** Where a relative path of a chart starts. */
  readonly folder: string;
}

/**
 * Opens the cluster that a provider's settings name: `kubeconfig` (a file or its text), `context`, `namespace`.
 *
 * @throws Error when there is no kubeconfig, or it cannot be used
 */
export async function openCluster(settings: JsonObject, options: ClusterOptions): Promise<Cluster> {
  const said = stringAt(settings, 'kubeconfig') || options.kubeconfig;
  if (said === undefined) throw new Error('the provider names no kubeconfig, and no other was given');
  const context = stringAt(settings, 'context') || undefined;
  const namespace = stringAt(settings, 'namespace') || 'default';

  let folder: string | undefined;
  let kubeconfig = said;
  if (!existsSync(said)) {
    folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
    kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, said, { mode: 0o600 });
  }
  const removeFolder = async (): Promise<void> => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    const client = new ApiClient(await readCredentials(kubeconfig, options.programs.kubectl, context));
    const objects = new ObjectResources(new Objects(client), namespace);
    const helm = { helm: options.programs.helm, kubeconfig, context, folder: options.folder };
    const releases = new ReleaseResources(new Releases(helm), namespace);
    return {
      manager: (type) => (type === 'kubernetes:helm.sh/v3:Release' ? releases : objects),
      close: async () => {
        client.close();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
