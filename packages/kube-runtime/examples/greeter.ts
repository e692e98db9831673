import {
  Controller,
  Informer,
  KubeClient,
  Manager,
  RuntimeMetrics,
  defineResource,
  keyOf,
  ownerKeys,
  ownerReference,
  resources,
  type KubeObject,
  type ManagerOptions,
} from '../src/index.js';

interface Greeting extends KubeObject {
  spec: { name: string };
  status?: { text?: string };
}
const group = 'example.dev';
const greetings = defineResource<Greeting>({
  group,
  version: 'v1',
  plural: 'greetings',
  kind: 'Greeting',
  namespaced: true,
});

/** Keeps a ConfigMap for each Greeting, and says in its status what is in it. */
export function greeter(client: KubeClient, options: Partial<ManagerOptions>): Manager {
  const metrics = new RuntimeMetrics();
  const parents = new Informer({ client, resource: greetings, metrics });
  const children = new Informer({ client, resource: resources.configMaps, labelSelector: 'app=greeter', metrics });
  const controller = new Controller({
    name: 'greeter',
    metrics,
    watches: [
      { informer: parents, keys: (greeting) => [keyOf(greeting)] },
      { informer: children, keys: ownerKeys({ kind: 'Greeting', group }) },
    ],
    async reconcile(key, signal) {
      const greeting = parents.get(key);
      if (!greeting || greeting.metadata?.deletionTimestamp) return;
      const text = `Hello, ${greeting.spec.name}!`;
      if (children.get(key)?.data?.['text'] !== text) {
        const ownerReferences = [ownerReference(greeting, { controller: true, blockOwnerDeletion: true })];
        const metadata = { ...key, labels: { app: 'greeter' }, ownerReferences };
        children.observe(await client.apply(resources.configMaps, { metadata, data: { text } }, { signal }));
      }
      if (greeting.status?.text !== text) {
        const status = { metadata: key, status: { text } };
        parents.observe(await client.apply(greetings, status, { subresource: 'status', signal }));
      }
    },
  });
  return new Manager({ ...options, client, metrics, informers: [parents, children], controllers: [controller] });
}

/** Runs until SIGTERM. */
export function main(): Promise<void> {
  const client = KubeClient.fromEnvironment({ fieldManager: 'greeter' });
  const identity = process.env['HOSTNAME'] ?? String(process.pid);
  return greeter(client, {
    leaderElection: { namespace: 'default', name: 'greeter', identity },
    health: { host: '0.0.0.0', port: 8081 },
    metricsServer: { host: '0.0.0.0', port: 8080 },
  }).run();
}
