import { eventually } from '../test/kit/eventually.js';
import { KubeClient, type CallOptions, type PatchOptions, type WriteOptions } from './client/client.js';
import { LeaderElector } from './lease.js';
import { RuntimeMetrics } from './metrics.js';
import type { KubeObject, ObjectKey, ObjectMeta } from './objects.js';
import type { Resource } from './resource.js';
import { resources } from './resources.js';
import { FakeApiServer, FakeClock, type FakeRequest } from './testing/index.js';

const KEY = { namespace: 'default', name: 'operator' };

/** Knows how many of its calls have no answer yet. */
class CountedClient extends KubeClient {
  inFlight = 0;

  override find<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    options?: CallOptions,
  ): Promise<T | undefined> {
    return this.#count(super.find(resource, key, options));
  }

  override create<T extends KubeObject>(
    resource: Resource<T>,
    object: Partial<T> & { readonly metadata: ObjectMeta },
    options?: WriteOptions,
  ): Promise<T> {
    return this.#count(super.create(resource, object, options));
  }

  override patch<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: object,
    options?: PatchOptions,
  ): Promise<T> {
    return this.#count(super.patch(resource, key, patch, options));
  }

  #count<V>(call: Promise<V>): Promise<V> {
    this.inFlight++;
    return call.finally(() => this.inFlight--);
  }
}

describe('a leader', () => {
  let server: FakeApiServer;
  let client: CountedClient;
  let clock: FakeClock;
  let hanging: boolean;
  const clients: CountedClient[] = [];
  const stops: AbortController[] = [];
  beforeEach(async () => {
    server = await FakeApiServer.start();
    clock = new FakeClock();
    hanging = false;
    client = connect('test');
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop.abort();
    await Promise.all(clients.splice(0).map((made) => made.close()));
    await server.stop();
  });

  const connect = (userAgent: string): CountedClient => {
    const made = new CountedClient({ kubeConfig: server.kubeConfig, fieldManager: 'us', userAgent });
    clients.push(made);
    return made;
  };
  const candidate = (identity: string, metrics?: RuntimeMetrics) => {
    // Each has a user agent of its own, by which its requests can be refused.
    const own = connect(identity);
    const elector = new LeaderElector({ ...KEY, client: own, identity, clock, ...(metrics ? { metrics } : {}) });
    const stop = new AbortController();
    stops.push(stop);
    const log: string[] = [];
    const ended = elector
      .run(stop.signal, async (signal) => {
        log.push(`leads at ${clock.monotonic()}`);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        log.push(`stops at ${clock.monotonic()}`);
      })
      .then(
        () => 'ended',
        (error: unknown) => (error instanceof Error ? error.name : String(error)),
      );
    return { elector, stop, log, ended };
  };

  /** Lets time pass in small steps, and each request be answered before the next, however slow the machine is. */
  const pass = async (ms: number, each: () => void = () => undefined): Promise<void> => {
    for (let left = ms; left > 0; left -= 250) {
      await clock.advance(Math.min(left, 250));
      if (!hanging) await eventually(() => clients.every(({ inFlight }) => inFlight === 0));
      await new Promise((resolve) => setImmediate(resolve));
      each();
    }
  };
  const of = (identity: string) => (request: FakeRequest) => request.userAgent === identity;
  const refused = { kind: 'refuse', status: 500, reason: 'InternalError' } as const;

  it('renews each two seconds, with one request', async () => {
    const first = candidate('first');
    await pass(1_000);
    expect(first.elector.isLeader).toBe(true);
    const before = server.requests.length;
    await pass(20_000);
    const requests = server.requests.slice(before);
    expect(new Set(requests.map(({ verb }) => verb))).toEqual(new Set(['patch']));
    expect(requests.length).toBeGreaterThanOrEqual(8);
    expect(requests.length).toBeLessThanOrEqual(10);
  });

  it('that cannot renew stops after ten seconds, before another starts after fifteen', async () => {
    const metrics = new RuntimeMetrics();
    const first = candidate('first', metrics);
    await pass(500);
    const second = candidate('second');
    await pass(3_000);
    expect(await metrics.registry.metrics()).toContain('leader_election_master_status{name="operator"} 1');
    server.fail(refused, { when: of('first'), times: Infinity });
    const lostFrom = clock.monotonic();
    await pass(30_000, () => expect(first.elector.isLeader && second.elector.isLeader).toBe(false));
    expect(await first.ended).toBe('LeadershipLostError');
    const [, stopsAt] = /stops at (\d+)/.exec(first.log.join()) ?? [];
    const [, leadsAt] = /leads at (\d+)/.exec(second.log.join()) ?? [];
    // The last renewal was up to two seconds before.
    expect(Number(stopsAt) - lostFrom).toBeGreaterThanOrEqual(8_000 - 250);
    expect(Number(stopsAt) - lostFrom).toBeLessThanOrEqual(10_000 + 250);
    expect(Number(leadsAt) - Number(stopsAt)).toBeGreaterThan(2_000);
    expect(Number(leadsAt) - lostFrom).toBeLessThanOrEqual(15_000 + 3_000);
    expect(await metrics.registry.metrics()).toContain('leader_election_master_status{name="operator"} 0');
  });

  it('outlives failures shorter than ten seconds', async () => {
    const first = candidate('first');
    const second = candidate('second');
    await pass(3_000);
    const [leader, other] = first.elector.isLeader ? [first, second] : [second, first];
    server.fail(refused, { when: of(leader === first ? 'first' : 'second'), times: 3 });
    await pass(30_000);
    expect(leader.elector.isLeader).toBe(true);
    expect(other.elector.isLeader).toBe(false);
    expect(other.log).toEqual([]);
  });

  it('outlives a renewal whose answer was lost', async () => {
    const first = candidate('first');
    await pass(1_000);
    server.fail({ kind: 'reset', when: 'after' }, { when: ({ verb }) => verb === 'patch' });
    await pass(10_000);
    expect(first.elector.isLeader).toBe(true);
    expect(first.log).toHaveLength(1);
  });

  it('that stood still for too long does not go on as if nothing had been', async () => {
    const first = candidate('first');
    await pass(1_000);
    const writes = server.writes.length;
    await clock.stall(11_000);
    expect(await first.ended).toBe('LeadershipLostError');
    expect(first.elector.isLeader).toBe(false);
    // It did not make the others wait for a lease that it gives up.
    expect(server.writes).toHaveLength(writes);
  });

  it('does not wait for a renewal that hangs longer than it may', async () => {
    const first = candidate('first');
    await pass(1_000);
    let answer: (value?: unknown) => void = () => undefined;
    const until = new Promise((resolve) => (answer = resolve));
    hanging = true;
    server.fail({ kind: 'wait', until }, { when: ({ verb }) => verb === 'patch', times: Infinity });
    await pass(11_000);
    expect(await first.ended).toBe('LeadershipLostError');
    expect(first.elector.isLeader).toBe(false);
    answer();
  });

  it('keeps the lease until its work has ended, and releases it then', async () => {
    const elector = new LeaderElector({ ...KEY, client, identity: 'slow', clock });
    const stop = new AbortController();
    let finish: () => void = () => undefined;
    const run = elector.run(stop.signal, () => new Promise((resolve) => (finish = resolve)));
    await pass(1_000);
    stop.abort();
    await pass(20_000);
    expect(elector.isLeader).toBe(true);
    const held = await client.get(resources.leases, KEY);
    expect(held.spec?.holderIdentity).toBe('slow');
    finish();
    await pass(1_000);
    await run;
    const released = await client.get(resources.leases, KEY);
    expect(released.spec?.holderIdentity).toBeUndefined();
    expect(released.spec?.renewTime).toMatch(/\.\d{6}Z$/);
  });

  it('releases a lease that somebody else has written on meanwhile', async () => {
    const first = candidate('first');
    await pass(1_000);
    await client.patch(resources.leases, KEY, { metadata: { labels: { note: 'seen' } } });
    first.stop.abort();
    await pass(500);
    expect(await first.ended).toBe('ended');
    const { metadata, spec } = await client.get(resources.leases, KEY);
    expect(spec?.holderIdentity).toBeUndefined();
    expect(metadata?.labels).toEqual({ note: 'seen' });
  });

  it('whose work fails releases the lease and says why', async () => {
    const elector = new LeaderElector({ ...KEY, client, identity: 'broken', clock });
    const run = elector.run(new AbortController().signal, () => Promise.reject(new Error('cannot work')));
    const failure = expect(run).rejects.toThrow('cannot work');
    await pass(500);
    await failure;
    expect((await client.get(resources.leases, KEY)).spec?.holderIdentity).toBeUndefined();
  });

  it('is not made by a candidate that lost the race to create the lease', async () => {
    server.fail({ kind: 'refuse', status: 409, reason: 'AlreadyExists' }, { when: ({ verb }) => verb === 'create' });
    const first = candidate('first');
    await pass(250);
    expect(first.elector.isLeader).toBe(false);
    await pass(3_000);
    expect(first.elector.isLeader).toBe(true);
  });

  it('needs times that fit each other', () => {
    const make = () => new LeaderElector({ ...KEY, client, identity: 'x', renewDeadlineMs: 15_000 });
    expect(make).toThrow('renewDeadlineMs (15000) < leaseDurationMs (15000)');
  });
});
