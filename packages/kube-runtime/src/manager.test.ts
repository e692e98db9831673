import { KubeClient } from './client/client.js';
import { Controller } from './controller.js';
import { Informer } from './informer.js';
import { Manager, type ManagerOptions } from './manager.js';
import { RuntimeMetrics } from './metrics.js';
import { keyOf } from './objects.js';
import { resources } from './resources.js';
import { FakeApiServer, FakeClock } from './testing/index.js';
import { advanceUntil } from '../test/kit/advance-until.js';
import { eventually } from '../test/kit/eventually.js';

const LOCAL = { host: '127.0.0.1', port: 0 };

const LEASE = { namespace: 'default', name: 'l' };
/** Far longer than a test lets the clock advance. */
const LONG = { leaseDurationMs: 1_200_000, renewDeadlineMs: 600_000 };

describe('a manager', () => {
  let server: FakeApiServer;
  let client: KubeClient;
  /** Of leases and of the time limit for a stop; all else goes by the system's clock. */
  let clock: FakeClock;
  const ends: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    server = await FakeApiServer.start();
    client = new KubeClient({ kubeConfig: server.kubeConfig, fieldManager: 'us' });
    clock = new FakeClock();
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    await client.close();
    await server.stop();
  });

  const make = (options: Partial<ManagerOptions> = {}, work: () => Promise<void> = () => Promise.resolve()) => {
    const reconciled: string[] = [];
    const informer = new Informer({ client, resource: resources.configMaps });
    const controller = new Controller({
      name: 'test',
      watches: [{ informer, keys: (object) => [keyOf(object)] }],
      async reconcile(key) {
        reconciled.push(key.name);
        await work();
      },
    });
    const manager = new Manager({ client, informers: [informer], controllers: [controller], clock, ...options });
    const stop = new AbortController();
    const run = manager.run(stop.signal);
    const ended = run.then(
      () => 'ended',
      (error: unknown) => String(error),
    );
    ends.push(() => {
      stop.abort();
      return ended;
    });
    return { manager, reconciled, stop, ended, informer };
  };
  const write = (name: string) => client.apply(resources.configMaps, { metadata: { namespace: 'default', name } });
  const ask = async (address: { host: string; port: number } | undefined, path: string) => {
    const answer = await fetch(`http://${address?.host ?? ''}:${address?.port ?? 0}${path}`);
    return { status: answer.status, text: await answer.text() };
  };

  it('runs controllers, and answers for its health and its metrics', async () => {
    let release: (value?: unknown) => void = () => undefined;
    server.fail(
      { kind: 'wait', until: new Promise((resolve) => (release = resolve)) },
      { when: ({ verb }) => verb === 'list' },
    );
    const { manager, reconciled } = make({
      health: LOCAL,
      metricsServer: LOCAL,
      metrics: new RuntimeMetrics(),
      healthChecks: { mood: () => Promise.reject(new Error('grumpy')) },
    });
    await eventually(() => expect(manager.metricsAddress).toBeDefined());
    const unready = await ask(manager.healthAddress, '/readyz');
    expect(unready.status).toBe(500);
    expect(unready.text).toContain('[-]informers failed: not listed yet: configmaps');
    release();
    await eventually(async () => expect((await ask(manager.healthAddress, '/readyz')).status).toBe(200));
    expect((await ask(manager.healthAddress, '/healthz')).text).toContain('[-]mood failed: grumpy');
    expect((await ask(manager.healthAddress, '/healthz/ping')).status).toBe(200);
    await write('a');
    await eventually(() => reconciled.includes('a'));
    expect((await ask(manager.metricsAddress, '/metrics')).text).toContain('controller_runtime_active_workers');
    expect((await ask(manager.metricsAddress, '/')).status).toBe(404);
  });

  it('runs controllers in one process only, and hands over on a stop', async () => {
    const election = (identity: string) => ({ leaderElection: { ...LEASE, ...LONG, identity } });
    const first = make(election('first'));
    await eventually(() => first.manager.isLeader);
    const second = make({ ...election('second'), health: LOCAL });
    // The one that waits knows everything already, and is ready.
    await second.informer.synced;
    await eventually(async () => expect((await ask(second.manager.healthAddress, '/readyz')).status).toBe(200));
    await write('a');
    await eventually(() => first.reconciled.includes('a'));
    expect(second.reconciled).toEqual([]);
    expect(second.manager.isLeader).toBe(false);
    first.stop.abort();
    expect(await first.ended).toBe('ended');
    await eventually(async () => {
      await clock.advance(100);
      return second.reconciled.includes('a');
    });
    expect(clock.monotonic()).toBeLessThan(LONG.leaseDurationMs);
    expect(second.manager.isLeader).toBe(true);
  });

  it('ends with an error when the lease is lost', async () => {
    const { manager, ended } = make({ leaderElection: { ...LEASE, identity: 'first' } });
    await eventually(() => manager.isLeader);
    const everything = { kind: 'refuse', status: 500, reason: 'InternalError' } as const;
    server.fail(everything, { when: ({ plural }) => plural === 'leases', times: Infinity });
    expect(await advanceUntil(clock, 100, ended)).toContain('LeadershipLostError: first lost the lease l');
    await eventually(() => !manager.isLeader);
  });

  it('waits for reconciles, then for onStop, and only then gives the lease away', async () => {
    const order: string[] = [];
    let finish: () => void = () => undefined;
    const work = () =>
      new Promise<void>((resolve) => (finish = resolve)).then(() => void order.push('reconcile ended'));
    const onStop = (): Promise<void> => {
      order.push('onStop');
      return Promise.resolve();
    };
    const leaderElection = { ...LEASE, ...LONG, identity: 'first' };
    const { reconciled, stop, ended } = make({ leaderElection, onStop, stopTimeoutMs: 3_600_000 }, work);
    await write('a');
    await eventually(() => reconciled.length > 0);
    stop.abort();
    const renewals = () => server.writes.filter(({ plural }) => plural === 'leases').length;
    const before = renewals();
    await eventually(async () => {
      await clock.advance(100);
      return renewals() > before;
    });
    const holder = async () => (await client.get(resources.leases, LEASE)).spec?.holderIdentity;
    expect(await holder()).toBe('first');
    finish();
    expect(await ended).toBe('ended');
    expect(order).toEqual(['reconcile ended', 'onStop']);
    expect(await holder()).toBeUndefined();
  });

  it('does not wait for ever, and keeps the lease then', async () => {
    const leaderElection = { ...LEASE, identity: 'first' };
    let finish: () => void = () => undefined;
    const work = () => new Promise<void>((resolve) => (finish = resolve));
    const { reconciled, stop, ended } = make({ leaderElection, stopTimeoutMs: 100 }, work);
    await write('a');
    await eventually(() => reconciled.length > 0);
    stop.abort();
    expect(await advanceUntil(clock, 100, ended)).toContain(
      'the controllers did not stop within 100 ms; the lease was not released',
    );
    const lease = await client.get(resources.leases, LEASE);
    expect(lease.spec?.holderIdentity).toBe('first');
    finish();
  });

  it('stops at SIGTERM', async () => {
    const informer = new Informer({ client, resource: resources.configMaps });
    const before = process.listenerCount('SIGTERM');
    let up = false;
    const controller = new Controller({
      name: 'test',
      watches: [],
      reconcile: () => {
        up = true;
        return Promise.resolve();
      },
    });
    controller.enqueue({ name: 'a' });
    const managed = new Manager({ client, informers: [informer], controllers: [controller], clock });
    const run = managed.run();
    await eventually(() => up);
    process.emit('SIGTERM');
    await run;
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  it('ends with an error when a port is taken', async () => {
    const first = make({ health: LOCAL });
    await eventually(() => expect(first.manager.healthAddress).toBeDefined());
    const second = make({ health: first.manager.healthAddress });
    expect(await second.ended).toContain('EADDRINUSE');
  });
});
