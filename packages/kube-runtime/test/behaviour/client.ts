import {
  KubeClient,
  KubeError,
  isAlreadyExists,
  isConflict,
  isInvalid,
  isNotFound,
  microTime,
  resources,
  type ConfigMap,
} from '../../src/index.js';
import { failureOf } from '../kit/eventually.js';
import { Relay } from '../kit/relay.js';
import { widgets, type Target } from '../kit/target.js';

/** What the client promises of any API server. */
export function clientBehaviour(target: () => Target): void {
  const { configMaps, leases } = resources;
  const named = (name: string) => ({ namespace: target().namespace, name });
  const apply = (name: string, data: Record<string, string>, fieldManager = 'us', force = true): Promise<ConfigMap> =>
    target().client.apply(configMaps, { metadata: named(name), data }, { fieldManager, force });

  describe('one object', () => {
    it('is made, read, found and deleted', async () => {
      const { client } = target();
      const made = await client.create(configMaps, { metadata: named('one'), data: { a: '1' } });
      expect(made.metadata).toMatchObject(named('one'));
      expect(made.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(made.metadata?.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(await client.get(configMaps, named('one'))).toMatchObject({ kind: 'ConfigMap', data: { a: '1' } });
      await client.delete(configMaps, named('one'));
      expect(await client.find(configMaps, named('one'))).toBeUndefined();
      const error = await failureOf(client.get(configMaps, named('one')));
      expect(isNotFound(error)).toBe(true);
      expect(error).toMatchObject({ status: 404, reason: 'NotFound', details: { name: 'one', kind: 'configmaps' } });
      expect(String(error)).toContain(`get configmaps ${target().namespace}/one: 404 NotFound`);
    });

    it('cannot be made twice, which is not a conflict though both are 409', async () => {
      const { client } = target();
      await client.create(configMaps, { metadata: named('twice') });
      const error = await failureOf(client.create(configMaps, { metadata: named('twice') }));
      expect(isAlreadyExists(error)).toBe(true);
      expect(isConflict(error)).toBe(false);
    });

    it('cannot be made in a namespace that is not there', async () => {
      const error = await failureOf(
        target().client.create(configMaps, { metadata: { namespace: 'nowhere', name: 'a' } }),
      );
      expect(isNotFound(error)).toBe(true);
      expect(String(error)).toContain('namespaces "nowhere" not found');
    });

    it('is not changed by a dry run', async () => {
      const { client } = target();
      const dry = await client.apply(configMaps, { metadata: named('dry'), data: { a: '1' } }, { dryRun: true });
      expect(dry.data).toEqual({ a: '1' });
      expect(await client.find(configMaps, named('dry'))).toBeUndefined();
    });

    it('is deleted only with the uid that was asked for', async () => {
      const { client } = target();
      const { metadata } = await apply('precondition', { a: '1' });
      expect(isConflict(await failureOf(client.delete(configMaps, named('precondition'), { uid: 'another' })))).toBe(
        true,
      );
      await client.delete(configMaps, named('precondition'), { uid: metadata?.uid });
      expect(await client.find(configMaps, named('precondition'))).toBeUndefined();
    });
  });

  describe('apply', () => {
    it('makes an object that is not there, and changes one that is', async () => {
      const first = await apply('applied', { a: '1' });
      const second = await apply('applied', { a: '2' });
      expect(second.metadata?.uid).toBe(first.metadata?.uid);
      expect(second.metadata?.resourceVersion).not.toBe(first.metadata?.resourceVersion);
      expect(second.data).toEqual({ a: '2' });
    });

    it('writes nothing when nothing differs', async () => {
      const first = await apply('idle', { a: '1' });
      const second = await apply('idle', { a: '1' });
      expect(second.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
    });

    it('removes what it applied before and does not now, and leaves what is not ours', async () => {
      await apply('sparse', { ours: '1', dropped: '1' });
      await apply('sparse', { theirs: '1' }, 'them');
      expect((await apply('sparse', { ours: '1' })).data).toEqual({ ours: '1', theirs: '1' });
    });

    it('takes fields of others by force only, and names them if not', async () => {
      await apply('contested', { a: 'theirs' }, 'them');
      const error = await failureOf(apply('contested', { a: 'ours' }, 'us', false));
      expect(isConflict(error)).toBe(true);
      expect(error).toMatchObject({ details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.a' }] } });
      expect((await apply('contested', { a: 'ours' }, 'us', true)).data).toEqual({ a: 'ours' });
      // Taken is taken: they do not remove it any more.
      expect((await apply('contested', { b: 'theirs' }, 'them')).data).toEqual({ a: 'ours', b: 'theirs' });
    });

    it('of a whole object that was read claims the fields of others, who cannot remove them then', async () => {
      const { client } = target();
      await apply('greedy', { ours: '1' });
      await apply('greedy', { theirs: '1' }, 'them');
      const { data } = await client.get(configMaps, named('greedy'));
      await apply('greedy', data ?? {});
      expect((await apply('greedy', {}, 'them')).data).toEqual({ ours: '1', theirs: '1' });
      // And our next frugal one drops what was never ours.
      expect((await apply('greedy', { ours: '1' })).data).toEqual({ ours: '1' });
    });

    it('of an object as it was read does not fail on its managedFields', async () => {
      const { client } = target();
      const made = await apply('read-back', { a: '1' });
      const { apiVersion: _, metadata, ...rest } = made;
      expect(metadata?.managedFields).toBeDefined();
      await client.apply(configMaps, { ...rest, metadata: { ...metadata, ...named('read-back') } });
    });

    it('with a resourceVersion is an optimistic lock', async () => {
      const { client } = target();
      const first = await apply('locked', { a: '1' });
      await apply('locked', { b: '1' }, 'them');
      const stale = { resourceVersion: first.metadata?.resourceVersion };
      const error = await failureOf(client.apply(configMaps, { metadata: named('locked'), data: { a: '2' } }, stale));
      expect(isConflict(error)).toBe(true);
      const { metadata } = await client.get(configMaps, named('locked'));
      const fresh = { resourceVersion: metadata?.resourceVersion };
      const done = await client.apply(configMaps, { metadata: named('locked'), data: { a: '2' } }, fresh);
      expect(done.data).toEqual({ a: '2', b: '1' });
    });

    it('keeps status and spec apart', async () => {
      const { client } = target();
      const absent = { metadata: named('widget'), status: { ready: 1 } };
      expect(isNotFound(await failureOf(client.apply(widgets, absent, { subresource: 'status' })))).toBe(true);
      const made = await client.apply(widgets, { metadata: named('widget'), spec: { size: 1 }, status: { ready: 9 } });
      expect(made.status).toBeUndefined();
      expect(made.metadata?.generation).toBe(1);
      const status = { metadata: named('widget'), spec: { size: 7 }, status: { ready: 1 } };
      const told = await client.apply(widgets, status, { subresource: 'status' });
      expect(told).toMatchObject({ spec: { size: 1 }, status: { ready: 1 }, metadata: { generation: 1 } });
      const resized = await client.apply(widgets, { metadata: named('widget'), spec: { size: 2 } });
      expect(resized).toMatchObject({ spec: { size: 2 }, status: { ready: 1 }, metadata: { generation: 2 } });
    });

    it('merges conditions by their type', async () => {
      const { client } = target();
      const condition = (type: string) =>
        ({ type, status: 'True', reason: 'Test', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }) as const;
      const metadata = named('conditions');
      await client.apply(widgets, { metadata, spec: {} });
      const tell = (type: string, fieldManager: string) =>
        client.apply(
          widgets,
          { metadata, status: { conditions: [condition(type)] } },
          { subresource: 'status', fieldManager },
        );
      await tell('Ready', 'us');
      const both = await tell('Healthy', 'them');
      expect(both.status?.conditions?.map(({ type }) => type).sort()).toEqual(['Healthy', 'Ready']);
      const replaced = await tell('Broken', 'them');
      expect(replaced.status?.conditions?.map(({ type }) => type).sort()).toEqual(['Broken', 'Ready']);
    });
  });

  describe('patch', () => {
    it('sets and removes one annotation', async () => {
      const { client } = target();
      await apply('annotated', { a: '1' });
      const set = await client.patch(configMaps, named('annotated'), { metadata: { annotations: { x: '1', y: '2' } } });
      expect(set.metadata?.annotations).toEqual({ x: '1', y: '2' });
      const unset = await client.patch(configMaps, named('annotated'), { metadata: { annotations: { x: null } } });
      expect(unset).toMatchObject({ data: { a: '1' }, metadata: { annotations: { y: '2' } } });
    });

    it('with a resourceVersion is an optimistic lock', async () => {
      const { client } = target();
      const { metadata } = await apply('patch-locked', { a: '1' });
      const lock = { resourceVersion: metadata?.resourceVersion };
      await client.patch(configMaps, named('patch-locked'), { data: { b: '1' } }, lock);
      const error = await failureOf(client.patch(configMaps, named('patch-locked'), { data: { b: '2' } }, lock));
      expect(isConflict(error)).toBe(true);
    });

    it('whose test fails is invalid (422), not a conflict', async () => {
      const { client } = target();
      await apply('tested', { a: '1' });
      const patch = [
        { op: 'test', path: '/data/a', value: '2' },
        { op: 'replace', path: '/data/a', value: '3' },
      ] as const;
      const error = await failureOf(client.patch(configMaps, named('tested'), patch));
      expect(isInvalid(error)).toBe(true);
      expect(error).toMatchObject({ status: 422 });
      expect((await client.get(configMaps, named('tested'))).data).toEqual({ a: '1' });
    });
  });

  describe('list', () => {
    it('reads all pages, and says of each item what it is', async () => {
      const { client, namespace } = target();
      const labels = { suite: 'pages' };
      for (let i = 0; i < 5; i++) await client.apply(configMaps, { metadata: { ...named(`page-${i}`), labels } });
      const { items, resourceVersion } = await client.list(configMaps, {
        namespace,
        labelSelector: 'suite=pages',
        limit: 2,
      });
      expect(items.map(({ metadata }) => metadata?.name)).toEqual(['page-0', 'page-1', 'page-2', 'page-3', 'page-4']);
      expect(items.every(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'ConfigMap')).toBe(true);
      expect(Number(resourceVersion)).toBeGreaterThan(0);
    });

    it('has the last write in it', async () => {
      const { client, namespace } = target();
      for (let i = 0; i < 10; i++) {
        const { metadata } = await apply('fresh', { i: String(i) });
        const { items } = await client.list(configMaps, { namespace, fieldSelector: 'metadata.name=fresh' });
        expect(items[0]?.metadata?.resourceVersion).toBe(metadata?.resourceVersion);
      }
    });

    it('understands selectors of labels', async () => {
      const { client, namespace } = target();
      await client.apply(configMaps, { metadata: { ...named('red'), labels: { tone: 'red', warm: '' } } });
      await client.apply(configMaps, { metadata: { ...named('blue'), labels: { tone: 'blue' } } });
      const names = async (labelSelector: string): Promise<unknown[]> =>
        (await client.list(configMaps, { namespace, labelSelector })).items.map(({ metadata }) => metadata?.name);
      expect(await names('tone=red')).toEqual(['red']);
      expect(await names('tone,!warm')).toEqual(['blue']);
      expect(await names('tone in (red, blue),tone!=red')).toEqual(['blue']);
      expect(await names('tone notin (blue),tone')).toEqual(['red']);
    });
  });

  describe('watch', () => {
    it('tells of changes after a version, in order', async () => {
      const { client, namespace } = target();
      const { resourceVersion } = await client.list(configMaps, { namespace });
      await apply('watched', { a: '1' });
      await apply('watched', { a: '2' });
      await client.delete(configMaps, named('watched'));
      const events: string[] = [];
      const selection = { namespace, fieldSelector: 'metadata.name=watched', resourceVersion };
      for await (const { type } of client.watch(configMaps, { ...selection, allowWatchBookmarks: false })) {
        events.push(type);
        if (type === 'DELETED') break;
      }
      expect(events).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    });

    it('ends after the time that was asked for', async () => {
      const { client, namespace } = target();
      const selection = { namespace, fieldSelector: 'metadata.name=nobody', allowWatchBookmarks: false };
      const events = client.watch(configMaps, { ...selection, timeoutSeconds: 1 });
      expect(await events.next()).toEqual({ done: true, value: undefined });
    });

    it('ends when its signal aborts', async () => {
      const { client, namespace } = target();
      const stop = new AbortController();
      const read = async (): Promise<void> => {
        for await (const event of client.watch(configMaps, { namespace, signal: stop.signal })) {
          if (event.object.metadata?.name === 'last-event') stop.abort(new Error('enough'));
        }
      };
      const failure = failureOf(read());
      await apply('last-event', {});
      expect(String(await failure)).toBe('Error: enough');
    });
  });

  describe('instants', () => {
    it('of a Lease have six digits, and are read as they were written', async () => {
      const { client } = target();
      const renewTime = microTime(Date.UTC(2026, 0, 2, 3, 4, 5, 6) + 0.789);
      expect(renewTime).toBe('2026-01-02T03:04:05.006789Z');
      await client.create(leases, { metadata: named('lease'), spec: { renewTime } });
      expect((await client.get(leases, named('lease'))).spec?.renewTime).toBe(renewTime);
      const spec = { renewTime: '2026-01-02T03:04:05.006Z' };
      const error = await failureOf(client.create(leases, { metadata: named('short'), spec }));
      expect(error).toMatchObject({ code: 'bad_request', status: 400 });
    });
  });

  describe('connections', () => {
    it('are shared: 50 calls take two at most', async () => {
      const relay = await Relay.open(target().kubeConfig);
      const client = new KubeClient({ kubeConfig: relay.kubeConfig, fieldManager: 'us' });
      try {
        for (let i = 0; i < 50; i++) await client.list(configMaps, { namespace: target().namespace });
        expect(relay.connections).toBeLessThanOrEqual(2);
      } finally {
        await client.close();
        await relay.close();
      }
    });

    it('that break between two calls are replaced without an error', async () => {
      const relay = await Relay.open(target().kubeConfig);
      const client = new KubeClient({ kubeConfig: relay.kubeConfig, fieldManager: 'us' });
      try {
        for (let i = 0; i < 5; i++) {
          await client.apply(configMaps, { metadata: named('unbroken'), data: { i: String(i) } });
          relay.cut();
        }
        expect((await client.get(configMaps, named('unbroken'))).data).toEqual({ i: '4' });
      } finally {
        await client.close();
        await relay.close();
      }
    });

    it('that are refused are an error that says where to', async () => {
      const relay = await Relay.open(target().kubeConfig);
      const client = new KubeClient({ kubeConfig: relay.kubeConfig, fieldManager: 'us' });
      await relay.close();
      const error = await failureOf(client.get(configMaps, named('a')));
      expect(error).toBeInstanceOf(KubeError);
      expect(error).toMatchObject({ code: 'unreachable', status: undefined });
      expect(String(error)).toMatch(/get configmaps .*: https:\/\/127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/);
      await client.close();
    });
  });
}
