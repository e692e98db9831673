import {
  Controller,
  EventRecorder,
  Informer,
  LeaderElector,
  addFinalizer,
  keyOf,
  keyText,
  ownerKeys,
  ownerReference,
  removeFinalizer,
  resources,
  timestamp,
  type ConfigMap,
  type KubeObject,
  type ObjectKey,
} from '../../src/index.js';
import { FakeClock } from '../../src/testing/index.js';
import { eventually } from '../kit/eventually.js';
import { widgets, type Target, type Widget } from '../kit/target.js';

/** What controllers, leases, finalizers and events promise with any API server. */
export function controllerBehaviour(target: () => Target): void {
  const { configMaps, leases } = resources;
  const cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of cleanUp.splice(0).reverse()) await end();
  });
  const named = (name: string) => ({ namespace: target().namespace, name });
  const background = (run: (signal: AbortSignal) => Promise<unknown>): (() => Promise<unknown>) => {
    const stop = new AbortController();
    const running = run(stop.signal);
    const end = (): Promise<unknown> => {
      stop.abort(new Error('the test is over'));
      return running;
    };
    cleanUp.push(end);
    return end;
  };

  describe('a controller', () => {
    /** Keeps a config map for each widget that says its size. */
    const startWidgetController = (
      labelSelector: string,
      started: (key: ObjectKey) => void = () => undefined,
    ): void => {
      const { client, namespace } = target();
      const parents = new Informer<Widget>({ client, resource: widgets, namespace, labelSelector });
      const children = new Informer<ConfigMap>({ client, resource: configMaps, namespace });
      const controller = new Controller({
        name: 'widgets',
        watches: [
          { informer: parents, keys: (widget) => [keyOf(widget)] },
          { informer: children, keys: ownerKeys({ kind: 'Widget', group: widgets.group }) },
        ],
        async reconcile(key, signal) {
          started(key);
          const widget = parents.get(key);
          if (!widget) return;
          const data = { size: String(widget.spec?.size ?? 0) };
          if (children.get(key)?.data?.['size'] === data.size) return;
          const ownerReferences = [ownerReference(widget, { controller: true, blockOwnerDeletion: true })];
          children.observe(await client.apply(configMaps, { metadata: { ...key, ownerReferences }, data }, { signal }));
        },
      });
      background((signal) => parents.run(signal));
      background((signal) => children.run(signal));
      background((signal) => controller.run(signal));
    };
    const makeWidget = (name: string, suite: string, size: number): Promise<Widget> =>
      target().client.apply(widgets, { metadata: { ...named(name), labels: { suite } }, spec: { size } });
    const childIs = (name: string, size: string) =>
      eventually(async () => expect((await target().client.get(configMaps, named(name))).data).toEqual({ size }));

    it('reconciles what there is, what changes, and what is done to its children', async () => {
      const { client } = target();
      await makeWidget('child', 'reconcile', 1);
      startWidgetController('suite=reconcile');
      await childIs('child', '1');
      await makeWidget('child', 'reconcile', 2);
      await childIs('child', '2');
      await client.patch(configMaps, named('child'), { data: { size: 'drifted' } });
      await childIs('child', '2');
      await client.delete(configMaps, named('child'));
      await childIs('child', '2');
    });

    it('tells both owners of a child that changes hands', async () => {
      const { client } = target();
      const log: string[] = [];
      startWidgetController('suite=hands', ({ name }) => log.push(name));
      const giver = await makeWidget('giver', 'hands', 1);
      const taker = await makeWidget('taker', 'hands', 1);
      const ownedBy = (owner: Widget) =>
        client.apply(configMaps, {
          metadata: { ...named('handed'), ownerReferences: [ownerReference(owner, { controller: true })] },
        });
      await ownedBy(giver);
      await childIs('giver', '1');
      await childIs('taker', '1');
      await eventually(() => log.filter((name) => name === 'giver').length >= 2);
      log.length = 0;
      await ownedBy(taker);
      await eventually(() => log.includes('giver') && log.includes('taker'));
    });

    it('does not act on a picture older than its own last write', async () => {
      const writes: string[] = [];
      const { client, namespace } = target();
      const informer = new Informer<ConfigMap>({
        client,
        resource: configMaps,
        namespace,
        labelSelector: 'suite=counting',
      });
      const controller: Controller = new Controller({
        name: 'counting',
        watches: [{ informer, keys: (object) => [keyOf(object)] }],
        async reconcile(key) {
          const count = Number(informer.get(key)?.data?.['count'] ?? 0);
          writes.push(`${keyText(key)} ${count}`);
          if (count >= 10) return;
          const metadata = { ...named('counter'), labels: { suite: 'counting' } };
          informer.observe(await client.apply(configMaps, { metadata, data: { count: String(count + 1) } }));
          // At once, long before the watch has told of the write.
          controller.enqueue(key);
        },
      });
      background((signal) => informer.run(signal));
      background((signal) => controller.run(signal));
      await informer.synced;
      controller.enqueue(named('counter'));
      await eventually(() => informer.get(named('counter'))?.data?.['count'] === '10');
      // Without the guard the same count would be read, and written, more than once.
      expect(new Set(writes).size).toBeGreaterThanOrEqual(10);
      expect(writes.filter((count) => !count.endsWith(' 10'))).toEqual(
        [...new Set(writes)].filter((count) => !count.endsWith(' 10')),
      );
    });
  });

  describe('a lease', () => {
    // On a fake clock, requests may take as long as they like: the clock advances by far less than the lease lasts.
    const times = { leaseDurationMs: 600_000, renewDeadlineMs: 300_000, retryPeriodMs: 200 };
    let clock: FakeClock;
    beforeEach(() => (clock = new FakeClock()));
    /** Advances the clock until a check neither throws nor returns false. */
    const inTime = <T>(check: () => T | false | Promise<T | false>): Promise<T> =>
      eventually(async () => {
        await clock.advance(50);
        return check();
      });
    const candidate = (name: string, identity: string, log: string[]) => {
      const { client, namespace } = target();
      const elector = new LeaderElector({ client, namespace, name, identity, clock, ...times });
      const lead = (signal: AbortSignal): Promise<void> => {
        log.push(`${identity} leads`);
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            log.push(`${identity} stops`);
            resolve();
          });
        });
      };
      return background((signal) => elector.run(signal, lead));
    };

    it('is had by one, and handed over when that one stops', async () => {
      const log: string[] = [];
      const stopFirst = candidate('handed-over', 'first', log);
      await eventually(() => log.length === 1);
      candidate('handed-over', 'second', log);
      const held = await inTime(async () => {
        const { spec } = await target().client.get(leases, named('handed-over'));
        expect(spec?.renewTime).not.toBe(spec?.acquireTime);
        return spec;
      });
      expect(held).toMatchObject({ holderIdentity: 'first', leaseDurationSeconds: 600, leaseTransitions: 0 });
      expect(held?.renewTime).toMatch(/\.\d{6}Z$/);
      expect(log).toEqual(['first leads']);
      const stoppedAt = clock.monotonic();
      await stopFirst();
      await inTime(() => log.length === 3);
      expect(log).toEqual(['first leads', 'first stops', 'second leads']);
      // Long before the lease would have run out.
      expect(clock.monotonic() - stoppedAt).toBeLessThan(times.leaseDurationMs);
      const { spec } = await target().client.get(leases, named('handed-over'));
      expect(spec).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 });
    });

    it('of a leader that vanished is taken when it has run out', async () => {
      const { client } = target();
      // Its clock was years ahead: what counts is how long we saw no change.
      const renewTime = '2040-01-01T00:00:00.000000Z';
      await client.create(leases, {
        metadata: named('vanished'),
        spec: {
          holderIdentity: 'gone',
          leaseDurationSeconds: 1,
          renewTime,
          acquireTime: renewTime,
          leaseTransitions: 4,
        },
      });
      const log: string[] = [];
      candidate('vanished', 'heir', log);
      await inTime(() => log.length === 1);
      expect(clock.monotonic()).toBeGreaterThanOrEqual(1_000);
      const { spec } = await client.get(leases, named('vanished'));
      expect(spec).toMatchObject({ holderIdentity: 'heir', leaseTransitions: 5 });
    });

    it('that was deleted is made again by its leader', async () => {
      const { client } = target();
      const log: string[] = [];
      candidate('deleted', 'first', log);
      await eventually(() => log.length === 1);
      await client.delete(leases, named('deleted'));
      await inTime(async () => (await client.find(leases, named('deleted')))?.spec?.holderIdentity === 'first');
      expect(log).toEqual(['first leads']);
    });

    it('that another took is lost at once', async () => {
      const { client, namespace } = target();
      const elector = new LeaderElector({ client, namespace, name: 'stolen', identity: 'first', clock, ...times });
      const ended: string[] = [];
      const run = elector.run(new AbortController().signal, (signal) => {
        signal.addEventListener('abort', () => ended.push('told to stop'));
        return new Promise(() => undefined);
      });
      const lost = expect(run).rejects.toThrow('first lost the lease stolen to thief');
      await eventually(() => elector.isLeader);
      await client.patch(leases, named('stolen'), { spec: { holderIdentity: 'thief' } });
      await inTime(() => ended.length === 1);
      await lost;
      expect(ended).toEqual(['told to stop']);
      expect(elector.isLeader).toBe(false);
      // It is not ours to release.
      expect((await client.get(leases, named('stolen'))).spec?.holderIdentity).toBe('thief');
    });
  });

  describe('a finalizer', () => {
    const finalizer = 'runtime.example.dev/test';

    it('keeps an object until it is removed', async () => {
      const { client } = target();
      const made = await client.apply(widgets, { metadata: named('final'), spec: { size: 1 } });
      const held = await addFinalizer(client, widgets, made, finalizer);
      expect(held?.metadata?.finalizers).toEqual([finalizer]);
      await client.delete(widgets, named('final'));
      const dying = await client.get(widgets, named('final'));
      expect(dying.metadata?.deletionTimestamp).toBeDefined();
      await removeFinalizer(client, widgets, dying, finalizer);
      expect(await client.find(widgets, named('final'))).toBeUndefined();
      // Again, from an old picture: nothing to do.
      expect(await removeFinalizer(client, widgets, dying, finalizer)).toBeUndefined();
    });

    it('is added and removed beside other writers', async () => {
      const { client } = target();
      const old = await client.apply(widgets, { metadata: named('busy'), spec: { size: 1 } });
      await client.patch(widgets, named('busy'), { metadata: { finalizers: ['runtime.example.dev/theirs'] } });
      const held = await addFinalizer(client, widgets, old, finalizer);
      expect(held?.metadata?.finalizers).toEqual(['runtime.example.dev/theirs', finalizer]);
      await client.patch(widgets, named('busy'), { spec: { size: 2 } });
      const freed = await removeFinalizer(client, widgets, held ?? old, finalizer);
      expect(freed).toMatchObject({ spec: { size: 2 }, metadata: { finalizers: ['runtime.example.dev/theirs'] } });
    });

    it('is not added to an object that is being deleted, nor to another of the same name', async () => {
      const { client } = target();
      const made = await client.apply(widgets, { metadata: named('late'), spec: {} });
      await client.patch(widgets, named('late'), { metadata: { finalizers: ['runtime.example.dev/theirs'] } });
      await client.delete(widgets, named('late'));
      const dying = await client.get(widgets, named('late'));
      const same = await addFinalizer(client, widgets, dying, finalizer);
      expect(same?.metadata?.finalizers).toEqual(['runtime.example.dev/theirs']);
      await client.patch(widgets, named('late'), { metadata: { finalizers: null } });
      await client.apply(widgets, { metadata: named('late'), spec: {} });
      expect(await addFinalizer(client, widgets, made, finalizer)).toBeUndefined();
      expect((await client.get(widgets, named('late'))).metadata?.finalizers).toBeUndefined();
    });
  });

  describe('an event', () => {
    const eventsOf = async (object: KubeObject) =>
      (await target().client.list(resources.events, { namespace: object.metadata?.namespace })).items.filter(
        ({ regarding }) => regarding?.uid === object.metadata?.uid,
      );

    it('is written, and counted in a series when it happens again', async () => {
      const { client } = target();
      const widget = await client.apply(widgets, { metadata: named('eventful'), spec: {} });
      const recorder = new EventRecorder({ client, controller: 'runtime.example.dev/tests', instance: 'here' });
      const note = { type: 'Warning', reason: 'TooSmall', action: 'Grow', note: 'the widget is too small' } as const;
      recorder.record(widget, note);
      await recorder.flush();
      const [event] = await eventsOf(widget);
      expect(event).toMatchObject({
        ...note,
        regarding: { kind: 'Widget', apiVersion: 'runtime.example.dev/v1', ...named('eventful') },
        reportingController: 'runtime.example.dev/tests',
        reportingInstance: 'here',
      });
      for (let i = 0; i < 3; i++) recorder.record(widget, note);
      recorder.record(widget, { ...note, note: 'the widget is much too small' });
      await recorder.flush();
      const events = await eventsOf(widget);
      expect(events.map(({ series }) => series?.count).sort()).toEqual([4, undefined]);
    });

    it('with words that are too long, and about an object of the cluster, is written all the same', async () => {
      const { client, namespace } = target();
      const object = await client.get(resources.namespaces, { name: namespace });
      const recorder = new EventRecorder({ client, controller: 'runtime.example.dev/tests' });
      recorder.record(object, {
        type: 'Normal',
        reason: 'R'.repeat(200),
        action: 'A'.repeat(200),
        note: 'ü€'.repeat(1000),
      });
      await recorder.flush();
      const { items } = await client.list(resources.events, { namespace: 'default' });
      const event = items.find(({ regarding }) => regarding?.uid === object.metadata?.uid);
      expect(event?.reason).toHaveLength(128);
      expect(new TextEncoder().encode(event?.note).length).toBeLessThanOrEqual(1024);
      expect(event?.note).toMatch(/^(ü€)+ü?…$/);
    });
  });

  it('writes instants of conditions as the API server keeps them', async () => {
    const { client } = target();
    const lastTransitionTime = timestamp(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
    expect(lastTransitionTime).toBe('2026-01-02T03:04:05Z');
    await client.apply(widgets, { metadata: named('timed'), spec: {} });
    const conditions = [{ type: 'Ready', status: 'True', reason: 'R', message: '', lastTransitionTime } as const];
    const told = await client.apply(
      widgets,
      { metadata: named('timed'), status: { conditions: [...conditions] } },
      { subresource: 'status' },
    );
    expect(told.status?.conditions).toEqual(conditions);
  });
}
