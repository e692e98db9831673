import { buildImages, openCluster, type Cluster } from '../cluster/index.js';
import { readSettings } from '../cluster/scripts.js';
import { runEngine } from './pulumi-engine.js';

/** The port of every node at which the service is reached. */
const NODE_PORT = 30_080;

/** `infra/service` on the test cluster, by the real engine. */
export async function deployOnCluster(): Promise<void> {
  const cluster = await openCluster();
  const { server, operator } = await buildImages();
  await cluster.loadImage(server);
  await cluster.loadImage(operator);
  const { programs } = await readSettings();
  await runEngine(
    [
      'real-cluster',
      ...['--kubeconfig', cluster.kubeconfig],
      ...['--server-image', server.name, '--operator-image', operator.name],
      ...['--address', `${await nodeAddress(cluster)}:${NODE_PORT}`],
    ],
    { folders: [programs] },
  );
}

async function nodeAddress(cluster: Cluster): Promise<string> {
  const path = `{.items[0].status.addresses[?(@.type=="InternalIP")].address}`;
  const address = await cluster.kubectl(['get', 'nodes', '-o', `jsonpath=${path}`]);
  if (address === '') throw new Error('the first node of the cluster has no InternalIP');
  return address;
}
