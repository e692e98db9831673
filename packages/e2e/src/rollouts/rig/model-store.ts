import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../../cluster/index.js';
import type { LocalBundle } from '../bundles/make-bundles.js';
import { compiled, serviceAddress, startToolPod, untilReady } from './tool-pod.js';
import { PATIENCE } from './patience.js';

const PORT = 9000;
const BUCKET = 'models';
const NAME = 'model-store';

/** What the AWS SDK needs to sign requests with; the store does not look at signatures. */
export const STORE_ENVIRONMENT = [
  { name: 'AWS_ACCESS_KEY_ID', value: 'anybody' },
  { name: 'AWS_SECRET_ACCESS_KEY', value: 'anything' },
] as const;

export const STORE_REGION = 'eu-central-1';

/** A store in the cluster that speaks S3, with bundles in it. */
export interface ModelStore {
  readonly endpoint: string;
}

/** The s3:// URL of a bundle's manifest. */
export function manifestUrl(name: string): string {
  return `s3://${BUCKET}/${name}/manifest.json`;
}

/**
 * Starts the store and brings bundles into it.
 *
 * @param scratch a folder on the file system of the bundles, so that nothing has to be copied
 */
export async function startModelStore(
  cluster: Cluster,
  namespace: string,
  image: string,
  bundles: readonly LocalBundle[],
  scratch: string,
): Promise<ModelStore> {
  await startToolPod(cluster, {
    name: NAME,
    namespace,
    image,
    files: await compiled('store'),
    // The index comes last, and then all is there.
    command: ['sh', '-c', `until [ -f /data/index.json ]; do sleep 0.2; done; exec node /tool/main.js /data ${PORT}`],
    port: PORT,
  });
  const index = await gather(bundles, join(scratch, 'files'));
  await writeFile(join(scratch, 'index.json'), JSON.stringify(index));
  await cluster.kubectl([
    'wait',
    `pod/${NAME}`,
    '-n',
    namespace,
    '--for=jsonpath={.status.phase}=Running',
    `--timeout=${PATIENCE}`,
  ]);
  await cluster.kubectl(['cp', join(scratch, 'files'), `${namespace}/${NAME}:/data/files`]);
  await cluster.kubectl(['cp', join(scratch, 'index.json'), `${namespace}/${NAME}:/data/index.json`]);
  await untilReady(cluster, namespace, NAME);
  await rm(join(scratch, 'files'), { recursive: true });
  return { endpoint: `http://${await serviceAddress(cluster, namespace, NAME)}:${PORT}` };
}

/** Puts what the bundles hold into one folder, each content once; gives the file of each object. */
async function gather(bundles: readonly LocalBundle[], folder: string): Promise<Record<string, string>> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const index: Record<string, string> = {};
  const there = new Set<string>();
  for (const bundle of bundles) {
    for (const file of bundle.files) {
      const path = join(bundle.folder, file);
      // By what is there, not by what the manifest says: one of the bundles has a file that is too short.
      const digest = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      index[`${BUCKET}/${bundle.name}/${file}`] = `files/${digest}`;
      if (there.has(digest)) continue;
      there.add(digest);
      await link(path, join(folder, digest)).catch(() => copyFile(path, join(folder, digest)));
    }
  }
  return index;
}
