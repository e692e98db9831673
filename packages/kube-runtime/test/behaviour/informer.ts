import {
  Informer,
  KubeClient,
  keyOf,
  keyText,
  ownerReference,
  resources,
  type ConfigMap,
  type InformerEvent,
  type InformerOptions,
} from '../../src/index.js';
import { FakeClock } from '../../src/testing/index.js';
import { eventually } from '../kit/eventually.js';
import { Relay } from '../kit/relay.js';
import { SleepClock } from '../kit/sleep-clock.js';
import type { Target } from '../kit/target.js';

/** What the informer promises of any API server. */
export function informerBehaviour(target: () => Target): void {
  const { configMaps } = resources;
  const cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of cleanUp.splice(0).reverse()) await end();
  });

  const named = (name: string) => ({ namespace: target().namespace, name });
  const write = (name: string, data: Record<string, string>, labels: Record<string, string> = {}) =>
    target().client.apply(configMaps, { metadata: { ...named(name), labels }, data });

  const openRelay = async (): Promise<{ relay: Relay; client: KubeClient }> => {
    const relay = await Relay.open(target().kubeConfig);
    const client = new KubeClient({ kubeConfig: relay.kubeConfig, fieldManager: 'us' });
    cleanUp.push(
      () => relay.close(),
      () => client.close(),
    );
    return { relay, client };
  };

  const start = async (
    options: Partial<InformerOptions<ConfigMap>> = {},
  ): Promise<{ informer: Informer<ConfigMap>; events: InformerEvent<ConfigMap>[] }> => {
    const { client, namespace } = target();
    const informer = new Informer({ client, resource: configMaps, namespace, ...options });
    const events: InformerEvent<ConfigMap>[] = [];
    informer.onChange((event) => events.push(event));
    const stop = new AbortController();
    const running = informer.run(stop.signal);
    cleanUp.push(() => {
      stop.abort();
      return running;
    });
    await informer.synced;
    return { informer, events };
  };
  const shows = (informer: Informer<ConfigMap>, name: string, data: Record<string, string> | undefined) =>
    eventually(() => expect(informer.get(named(name))?.data).toEqual(data));

  it('shows what there is and follows each change', async () => {
    await write('before', { a: '1' });
    const { informer, events } = await start();
    expect(informer.hasSynced).toBe(true);
    expect(informer.get(named('before'))).toMatchObject({ kind: 'ConfigMap', data: { a: '1' } });
    await write('after', { a: '1' });
    await write('after', { a: '2' });
    await target().client.delete(configMaps, named('before'));
    await shows(informer, 'before', undefined);
    await shows(informer, 'after', { a: '2' });
    const seen = events.filter(({ object }) => ['before', 'after'].includes(object.metadata?.name ?? ''));
    expect(seen.map(({ type, object, previous }) => [type, object.metadata?.name, previous?.data])).toEqual([
      ['added', 'before', undefined],
      ['added', 'after', undefined],
      ['updated', 'after', { a: '1' }],
      ['deleted', 'before', undefined],
    ]);
    expect(informer.list({ namespace: 'another' })).toEqual([]);
    expect(informer.list({ namespace: target().namespace })).toEqual(informer.list());
  });

  it('shows an object only while it has the labels', async () => {
    const { informer, events } = await start({ labelSelector: 'chosen=yes' });
    await write('labelled', { a: '1' }, { chosen: 'yes' });
    await shows(informer, 'labelled', { a: '1' });
    await write('labelled', { a: '2' }, { chosen: 'no' });
    await shows(informer, 'labelled', undefined);
    await write('labelled', { a: '3' }, { chosen: 'yes' });
    await shows(informer, 'labelled', { a: '3' });
    expect(events.map(({ type }) => type)).toEqual(['added', 'deleted', 'added']);
  });

  it('finds objects by the uid of their controller', async () => {
    const { client } = target();
    const owner = await write('owner', {});
    const { informer } = await start();
    const ownerReferences = [ownerReference(owner, { controller: true })];
    await client.apply(configMaps, { metadata: { ...named('owned'), ownerReferences } });
    const uid = owner.metadata?.uid ?? '';
    await eventually(() => expect(informer.byOwner(uid).map(({ metadata }) => metadata?.name)).toEqual(['owned']));
    await client.delete(configMaps, named('owned'));
    await eventually(() => expect(informer.byOwner(uid)).toEqual([]));
  });

  it('keeps only what it is told to keep, and lets nobody change it', async () => {
    await write('kept', { a: '1', secret: 'x' });
    const { informer } = await start({
      transform: ({ metadata, data }) => ({ metadata: { ...metadata }, data: { a: data?.['a'] ?? '' } }),
    });
    const kept = informer.get(named('kept'));
    expect(kept?.data).toEqual({ a: '1' });
    expect(() => Object.assign(kept?.data ?? {}, { a: '2' })).toThrow(TypeError);
  });

  it('does not keep managedFields', async () => {
    const written = await write('light', { a: '1' });
    expect(written.metadata?.managedFields).toBeDefined();
    const { informer } = await start();
    expect(informer.get(named('light'))?.metadata?.managedFields).toBeUndefined();
  });

  it('goes on after its connection was reset, and misses nothing', async () => {
    await write('reset-gone', {});
    const { relay, client } = await openRelay();
    const { informer, events } = await start({ client });
    for (let i = 0; i < 3; i++) {
      const restore = relay.refuse();
      await write('reset', { i: String(i) });
      restore();
      await shows(informer, 'reset', { i: String(i) });
    }
    const restore = relay.refuse();
    await target().client.delete(configMaps, named('reset-gone'));
    restore();
    await shows(informer, 'reset-gone', undefined);
    // Each change was told once: the watch went on from where it was.
    expect(events.filter(({ object }) => object.metadata?.name === 'reset').map(({ type }) => type)).toEqual([
      'added',
      'updated',
      'updated',
    ]);
  });

  it('notices a connection that is silently dead', async () => {
    const clock = new SleepClock();
    const { relay, client } = await openRelay();
    const { informer } = await start({ client, clock });
    await write('silent', { a: '1' });
    await shows(informer, 'silent', { a: '1' });
    relay.silence();
    await write('silent', { a: '2' });
    await clock.advance(149_000);
    expect(informer.get(named('silent'))?.data).toEqual({ a: '1' });
    await clock.advance(1_000);
    await eventually(() => clock.isAsleep);
    // So that the next watch does not get an idle connection that is as silent.
    relay.cut();
    await eventually(async () => {
      await clock.passSleeps();
      expect(informer.get(named('silent'))?.data).toEqual({ a: '2' });
    });
  });

  it('is behind an own write until that comes back from the watch', async () => {
    const { relay, client } = await openRelay();
    // By a clock that stands still, the write is never given up.
    const { informer } = await start({ client, clock: new FakeClock() });
    await write('own', { a: '1' });
    await shows(informer, 'own', { a: '1' });
    const resume = relay.silence();
    const written = await write('own', { a: '2' });
    informer.observe(written);
    expect(informer.isBehind(named('own'))).toBe(true);
    expect(informer.isBehind(named('another'))).toBe(false);
    expect(informer.unseen().map((object) => keyText(keyOf(object)))).toEqual([keyText(named('own'))]);
    resume();
    await eventually(() => !informer.isBehind(named('own')));
    expect(informer.get(named('own'))?.data).toEqual({ a: '2' });
    informer.observe(written);
    expect(informer.isBehind(named('own'))).toBe(false);
  });

  it('is not behind for ever', async () => {
    const clock = new FakeClock();
    const { relay, client } = await openRelay();
    const { informer } = await start({ client, clock });
    relay.silence();
    informer.observe(await write('expiring', { a: '1' }));
    await clock.advance(29_000);
    expect(informer.isBehind(named('expiring'))).toBe(true);
    await clock.advance(1_000);
    expect(informer.isBehind(named('expiring'))).toBe(false);
  });

  it('is not behind a write that has been deleted since', async () => {
    const { relay, client } = await openRelay();
    // By a clock that stands still, the write is never given up.
    const { informer } = await start({ client, clock: new FakeClock() });
    const resume = relay.silence();
    const written = await write('short-lived', { a: '1' });
    await target().client.delete(configMaps, named('short-lived'));
    informer.observe(written);
    resume();
    await eventually(() => !informer.isBehind(named('short-lived')));
    await shows(informer, 'short-lived', undefined);
  });
}
