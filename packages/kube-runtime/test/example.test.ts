import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { greeter } from '../examples/greeter.js';
import { KubeClient, defineResource, resources, type KubeObject } from '../src/index.js';
import { FakeApiServer } from '../src/testing/index.js';
import { eventually } from './kit/eventually.js';

interface Greeting extends KubeObject {
  spec?: { name: string };
  status?: { text?: string };
}
const greetings = defineResource<Greeting>({
  group: 'example.dev',
  version: 'v1',
  plural: 'greetings',
  kind: 'Greeting',
  namespaced: true,
});
const key = { namespace: 'default', name: 'first' };

describe('the example of the README', () => {
  it('is the one in the README', () => {
    const example = readFileSync(join(__dirname, '../examples/greeter.ts'), 'utf8');
    const published = example.replace("'../src/index.js'", "'@face-comparison/kube-runtime'");
    expect(readFileSync(join(__dirname, '../README.md'), 'utf8')).toContain(published);
  });

  it('greets, repairs what was changed, and writes nothing at rest', async () => {
    const server = await FakeApiServer.start({ resources: [greetings] });
    const client = new KubeClient({ kubeConfig: server.kubeConfig, fieldManager: 'greeter' });
    const user = new KubeClient({ kubeConfig: server.kubeConfig, fieldManager: 'user', userAgent: 'user' });
    const stop = new AbortController();
    // A machine that is busy for long must not cost it the lease.
    const times = { leaseDurationMs: 1_200_000, renewDeadlineMs: 600_000 };
    const leaderElection = { namespace: 'default', name: 'greeter', identity: 'test', ...times };
    const running = greeter(client, { leaderElection, stopTimeoutMs: 600_000 }).run(stop.signal);
    try {
      const says = (text: string) =>
        eventually(async () => {
          expect((await user.get(resources.configMaps, key)).data).toEqual({ text });
          expect((await user.get(greetings, key)).status).toEqual({ text });
        });
      await user.apply(greetings, { metadata: key, spec: { name: 'Ada' } });
      await says('Hello, Ada!');
      await user.apply(greetings, { metadata: key, spec: { name: 'Grace' } });
      await says('Hello, Grace!');
      await user.patch(resources.configMaps, key, { data: { text: 'Go away' } });
      await says('Hello, Grace!');
      const ours = server.writes.filter(({ plural, userAgent }) => userAgent === 'greeter' && plural !== 'leases');
      // Two for each name and one repair; each was needed.
      expect(ours.map(({ plural }) => plural).sort()).toEqual([
        ...Array<string>(3).fill('configmaps'),
        ...Array<string>(2).fill('greetings'),
      ]);
    } finally {
      stop.abort();
      await running;
      await Promise.all([client.close(), user.close()]);
      await server.stop();
    }
  });
});
