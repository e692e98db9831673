import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import {
  Informer,
  KubeClient,
  RuntimeMetrics,
  isConflict,
  isGone,
  isInvalid,
  resources,
  type ConfigMap,
  type InformerEvent,
} from '../src/index.js';
import { FakeApiServer, FakeClock, type FakeRequest } from '../src/testing/index.js';
import { eventually, failureOf } from './kit/eventually.js';
import { SleepClock } from './kit/sleep-clock.js';

const { configMaps } = resources;
const named = (name: string) => ({ namespace: 'default', name });
const is = (verb: FakeRequest['verb']) => (request: FakeRequest) => request.verb === verb;

describe('when the API server fails', () => {
  let server: FakeApiServer;
  let client: KubeClient;
  let metrics: RuntimeMetrics;
  const ends: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    server = await FakeApiServer.start();
    metrics = new RuntimeMetrics();
    client = new KubeClient({ kubeConfig: server.kubeConfig, fieldManager: 'us', metrics });
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    await client.close();
    await server.stop();
  });
  const apply = (name: string, data: Record<string, string>) =>
    client.apply(configMaps, { metadata: named(name), data });
  const attempts = (verb: FakeRequest['verb']) => server.requests.filter(is(verb)).length;

  describe('the client', () => {
    it.each([429, 503])('repeats a request that the server answers with %i and when to come back', async (status) => {
      server.fail({ kind: 'refuse', status, reason: 'TooManyRequests', retryAfterSeconds: 0 }, { times: 3 });
      expect((await apply('a', { a: '1' })).data).toEqual({ a: '1' });
      expect(attempts('apply')).toBe(4);
      const text = await metrics.registry.metrics();
      const requests = (code: number): RegExp =>
        new RegExp(`rest_client_requests_total\\{code="${code}",method="PATCH",host=".+"\\} (\\d+)`);
      expect(requests(status).exec(text)?.[1]).toBe('3');
      expect(requests(200).exec(text)?.[1]).toBe('1');
    });

    it('waits as long as the server asks', async () => {
      const clock = new FakeClock();
      const patient = new KubeClient({ kubeConfig: server.kubeConfig, fieldManager: 'us', clock });
      server.fail({ kind: 'refuse', status: 429, reason: 'TooManyRequests', retryAfterSeconds: 3 });
      const applied = patient.apply(configMaps, { metadata: named('a') });
      await eventually(() => clock.waiting === 1);
      await clock.advance(2_999);
      expect(attempts('apply')).toBe(1);
      await clock.advance(1);
      await applied;
      expect(attempts('apply')).toBe(2);
      await patient.close();
    });

    it('gives up after five attempts, and says how long to wait', async () => {
      const fault = { kind: 'refuse', status: 429, reason: 'TooManyRequests', retryAfterSeconds: 0 } as const;
      server.fail(fault, { times: Infinity });
      const error = await failureOf(client.get(configMaps, named('a')));
      expect(error).toMatchObject({ code: 'too_many_requests', retryAfterMs: 0 });
      expect(attempts('get')).toBe(5);
    });

    it('leaves long waits to its caller', async () => {
      server.fail({ kind: 'refuse', status: 503, reason: 'ServiceUnavailable', retryAfterSeconds: 60 });
      expect(await failureOf(client.get(configMaps, named('a')))).toMatchObject({ retryAfterMs: 60_000 });
      expect(attempts('get')).toBe(1);
    });

    it.each([
      { status: 500, reason: 'InternalError', code: 'server_error' },
      { status: 503, reason: 'ServiceUnavailable', code: 'server_error' },
      { status: 429, reason: 'TooManyRequests', code: 'too_many_requests' },
      { status: 409, reason: 'Conflict', code: 'conflict' },
      { status: 422, reason: 'Invalid', code: 'invalid' },
    ])('does not repeat after $status without being asked to', async ({ status, reason, code }) => {
      server.fail({ kind: 'refuse', status, reason });
      expect(await failureOf(apply('a', {}))).toMatchObject({ code, status, reason });
      expect(attempts('apply')).toBe(1);
    });

    it('never repeats a create, which might make two', async () => {
      server.fail({ kind: 'refuse', status: 429, reason: 'TooManyRequests', retryAfterSeconds: 0 });
      const create = () => client.create(configMaps, { metadata: { namespace: 'default', generateName: 'a-' } });
      await failureOf(create());
      server.fail({ kind: 'reset', when: 'after' });
      expect(await failureOf(create())).toMatchObject({ code: 'unreachable' });
      expect(attempts('create')).toBe(2);
    });

    it.each(['before', 'after'] as const)('repeats an apply whose connection broke %s it was done', async (when) => {
      server.fail({ kind: 'reset', when });
      expect((await apply('a', { a: '1' })).data).toEqual({ a: '1' });
      expect(attempts('apply')).toBe(2);
    });

    it('gives up when the connection breaks again', async () => {
      server.fail({ kind: 'reset', when: 'before' }, { times: 2 });
      expect(await failureOf(apply('a', {}))).toMatchObject({ code: 'unreachable' });
      expect(attempts('apply')).toBe(2);
    });

    it('does not wait longer for an answer than it may', async () => {
      let answer: (value?: unknown) => void = () => undefined;
      server.fail({ kind: 'wait', until: new Promise((resolve) => (answer = resolve)) });
      const hasty = new KubeClient({ kubeConfig: server.kubeConfig, fieldManager: 'us', requestTimeoutMs: 50 });
      const error = await failureOf(hasty.get(configMaps, named('a')));
      expect(error).toMatchObject({ code: 'timeout', status: undefined });
      expect(String(error)).toContain('get configmaps default/a: no answer within 50 ms');
      answer();
      await hasty.close();
    });

    it('stops at once when its caller does, with the caller’s reason', async () => {
      let answer: (value?: unknown) => void = () => undefined;
      server.fail({ kind: 'wait', until: new Promise((resolve) => (answer = resolve)) });
      const stop = new AbortController();
      const failure = failureOf(client.get(configMaps, named('a'), { signal: stop.signal }));
      await eventually(() => server.requests.length === 1);
      stop.abort(new Error('changed my mind'));
      expect(String(await failure)).toBe('Error: changed my mind');
      answer();
    });

    it('shows what a proxy in between says', async () => {
      server.fail({ kind: 'raw', status: 502, body: '<html>Bad Gateway</html>' });
      const error = await failureOf(client.list(configMaps));
      expect(String(error)).toBe('KubeError: list configmaps: 502: <html>Bad Gateway</html>');
    });

    it('says that a list took too long to read', async () => {
      for (const name of ['a', 'b', 'c']) await apply(name, {});
      let goOn: (value?: unknown) => void = () => undefined;
      server.fail({ kind: 'wait', until: new Promise((resolve) => (goOn = resolve)) }, { when: is('list'), after: 1 });
      const failure = failureOf(client.list(configMaps, { limit: 1 }));
      await eventually(() => attempts('list') === 2);
      await apply('d', {});
      server.compact();
      goOn();
      expect(isGone(await failure)).toBe(true);
    });
  });

  describe('credentials', () => {
    it('are read anew when the token’s file changes', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'token-'));
      ends.push(() => rm(folder, { recursive: true }));
      const tokenFile = join(folder, 'token');
      const first = server.addToken();
      await writeFile(tokenFile, first);
      // client-node reads the file again after a minute, by this clock.
      jest.useFakeTimers({
        now: Date.now(),
        // prettier-ignore
        doNotFake: [
          'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'nextTick',
          'queueMicrotask', 'performance', 'hrtime',
        ],
      });
      ends.push(() => Promise.resolve(jest.useRealTimers()));
      const kubeConfig = new KubeConfig();
      const { clusters } = server.kubeConfig;
      const cluster = clusters[0];
      if (!cluster) throw new Error('no cluster');
      kubeConfig.loadFromClusterAndUser(cluster, {
        name: 'pod',
        authProvider: { name: 'tokenFile', config: { tokenFile } },
      });
      const pod = new KubeClient({ kubeConfig, fieldManager: 'us' });
      ends.push(() => pod.close());
      await pod.list(configMaps);
      await writeFile(tokenFile, server.addToken());
      server.removeToken(first);
      expect(await failureOf(pod.list(configMaps))).toMatchObject({ code: 'unauthorized' });
      jest.setSystemTime(Date.now() + 61_000);
      await pod.list(configMaps);
      // New headers, the same connections.
      expect(server.connections).toBeLessThanOrEqual(2);
    });

    it('of a new authority are trusted when its file changes, on new connections', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'ca-'));
      const other = await FakeApiServer.start();
      ends.push(
        () => rm(folder, { recursive: true }),
        () => other.stop(),
      );
      const caFile = join(folder, 'ca.crt');
      const [old, fresh] = [server, other].map(({ kubeConfig }) => kubeConfig.getCurrentCluster());
      const user = other.kubeConfig.getCurrentUser();
      if (!old?.caData || !fresh?.caData || !user) throw new Error('no cluster');
      await writeFile(caFile, Buffer.from(old.caData, 'base64'));
      const kubeConfig = new KubeConfig();
      kubeConfig.loadFromClusterAndUser({ name: 'x', server: fresh.server, caFile, skipTLSVerify: false }, user);
      const strict = new KubeClient({ kubeConfig, fieldManager: 'us' });
      ends.push(() => strict.close());
      const error = await failureOf(strict.list(configMaps));
      expect(error).toMatchObject({ code: 'unreachable' });
      expect(String(error)).toMatch(/self-signed certificate/);
      await writeFile(caFile, Buffer.from(fresh.caData, 'base64'));
      await strict.list(configMaps);
      await strict.list(configMaps);
      expect(other.connections).toBeLessThanOrEqual(2);
    });
  });

  describe('an informer', () => {
    const start = (options: { clock?: FakeClock } = {}) => {
      const informer = new Informer({ client, resource: configMaps, metrics, ...options });
      const events: InformerEvent<ConfigMap>[] = [];
      informer.onChange((event) => events.push(event));
      const stop = new AbortController();
      const running = informer.run(stop.signal);
      ends.push(() => {
        stop.abort();
        return running;
      });
      return {
        informer,
        events,
        shows: (name: string, data: Record<string, string> | undefined) =>
          eventually(() => expect(informer.get(named(name))?.data).toEqual(data)),
      };
    };
    const told = (events: readonly InformerEvent<ConfigMap>[]) =>
      events.map(({ type, object }) => `${type} ${object.metadata?.name ?? ''} ${object.data?.['a'] ?? ''}`.trim());

    it('asks for bookmarks, and goes on from the last when a watch ends', async () => {
      const { informer } = start();
      await informer.synced;
      await eventually(() => server.watches === 1);
      expect(server.requests.at(-1)?.query.get('allowWatchBookmarks')).toBe('true');
      // Other objects are written meanwhile; only a bookmark tells this watch of it.
      for (let i = 0; i < 5; i++) await client.apply(resources.serviceAccounts, { metadata: named(`sa-${i}`) });
      server.sendBookmarks();
      const from = Number(server.requests.filter(is('watch')).at(-1)?.query.get('resourceVersion'));
      server.endWatches('in order');
      await eventually(() => server.watches === 1);
      expect(Number(server.requests.at(-1)?.query.get('resourceVersion'))).toBe(from + 5);
      // No list was needed, though the history from before is gone.
      server.compact();
      await apply('a', { a: '1' });
      await eventually(() => informer.get(named('a')) !== undefined);
      expect(attempts('list')).toBe(1);
    });

    it('lists again after failed lists', async () => {
      server.fail({ kind: 'refuse', status: 500, reason: 'InternalError' }, { when: is('list') });
      server.fail({ kind: 'reset', when: 'before' }, { when: is('list'), times: 2 });
      server.fail({ kind: 'raw', status: 502, body: 'oops' }, { when: is('list') });
      await apply('a', { a: '1' });
      const { informer, shows } = start();
      await informer.synced;
      await shows('a', { a: '1' });
    });

    it.each(['gone', 'reset', 'in order'] as const)('misses nothing when its watch ends: %s', async (how) => {
      const { informer, events, shows } = start();
      await apply('stays', { a: '1' });
      await apply('goes', { a: '1' });
      await informer.synced;
      await shows('goes', { a: '1' });
      for (let i = 2; i < 5; i++) {
        await eventually(() => server.watches === 1);
        server.endWatches(how);
        await apply('stays', { a: String(i) });
        await shows('stays', { a: String(i) });
      }
      await eventually(() => server.watches === 1);
      const release = server.holdWatches();
      await client.delete(configMaps, named('goes'));
      if (how === 'gone') server.compact();
      server.endWatches(how);
      release();
      await shows('goes', undefined);
      expect(new Set(told(events)).size).toBe(events.length);
      expect(told(events).at(-1)).toMatch(/^deleted goes/);
      expect(attempts('list')).toBe(how === 'gone' ? 5 : 1);
    });

    it('lists again when its version is too old for the server', async () => {
      const { informer, shows } = start();
      await informer.synced;
      await eventually(() => server.watches === 1);
      // While it cannot watch, the history it would need is forgotten.
      const restore = server.fail(
        { kind: 'refuse', status: 503, reason: 'ServiceUnavailable' },
        { when: is('watch'), times: Infinity },
      );
      server.endWatches('reset');
      await apply('a', { a: '1' });
      server.compact();
      restore();
      await shows('a', { a: '1' });
      expect(attempts('list')).toBe(2);
      expect(await metrics.registry.metrics()).toContain(
        'kube_runtime_informer_restarts_total{resource="configmaps",cause="gone"} 1',
      );
    });

    it('does not list in a loop when every watch is refused', async () => {
      const clock = new SleepClock();
      server.fail({ kind: 'refuse', status: 410, reason: 'Expired' }, { when: is('watch'), times: Infinity });
      start({ clock });
      const waits: number[] = [];
      await eventually(async () => {
        waits.push(...(await clock.passSleeps()));
        return waits.length >= 12;
      });
      // 0.1, 0.2, 0.4, ... 30 seconds, and up to half as much again by chance.
      waits.forEach((waitMs, failures) => {
        const leastMs = Math.min(100 * 2 ** failures, 30_000);
        expect(waitMs).toBeGreaterThanOrEqual(leastMs);
        expect(waitMs).toBeLessThan(1.5 * leastMs);
      });
      // One before each wait, and one after the last.
      expect(attempts('list')).toBeLessThanOrEqual(waits.length + 1);
    });

    it('takes no notice of events that are repeated or late', async () => {
      const { informer, events, shows } = start();
      await informer.synced;
      await eventually(() => server.watches === 1);
      await apply('a', { a: '1' });
      await apply('a', { a: '2' });
      await apply('b', { a: '1' });
      await client.delete(configMaps, named('b'));
      await shows('a', { a: '2' });
      server.repeatEvents(4);
      server.repeatEvents(2);
      await apply('c', { a: '1' });
      await shows('c', { a: '1' });
      expect(told(events)).toEqual(['added a 1', 'updated a 2', 'added b 1', 'deleted b 1', 'added c 1']);
      expect(informer.get(named('b'))).toBeUndefined();
    });

    it('does not go back in time with a list from a server that is behind', async () => {
      const { informer, events, shows } = start();
      await informer.synced;
      await eventually(() => server.watches === 1);
      await apply('a', { a: 'old' });
      const thaw = server.freezeLists();
      await apply('a', { a: 'new' });
      await apply('b', { a: '1' });
      await shows('b', { a: '1' });
      server.endWatches('gone');
      await eventually(() => attempts('list') >= 3);
      expect(informer.get(named('a'))?.data).toEqual({ a: 'new' });
      expect(informer.get(named('b'))).toBeDefined();
      thaw();
      await apply('a', { a: 'newest' });
      await shows('a', { a: 'newest' });
      expect(told(events)).toEqual(['added a old', 'updated a new', 'added b 1', 'updated a newest']);
    });

    it('follows when history itself was rewound', async () => {
      const { informer, events, shows } = start();
      await informer.synced;
      await eventually(() => server.watches === 1);
      await apply('a', { a: 'kept' });
      const thaw = server.freezeLists();
      await apply('a', { a: 'lost' });
      await shows('a', { a: 'lost' });
      server.endWatches('gone');
      // Every list says so, five times over: etcd came back from a backup.
      await eventually(() => told(events).includes('updated a kept'));
      expect(attempts('list')).toBe(6);
      thaw();
    });

    it('waits as long as a server that is too busy asks', async () => {
      const clock = new FakeClock();
      const { informer } = start({ clock });
      await informer.synced;
      await eventually(() => server.watches === 1);
      server.fail(
        { kind: 'refuse', status: 429, reason: 'TooManyRequests', retryAfterSeconds: 20 },
        { when: is('watch') },
      );
      server.endWatches('reset');
      await eventually(async () => {
        await clock.advance(100);
        expect(attempts('watch')).toBe(2);
      });
      const restarts = 'kube_runtime_informer_restarts_total{resource="configmaps",cause="too_many_requests"} 1';
      await eventually(async () => expect(await metrics.registry.metrics()).toContain(restarts));
      await clock.advance(19_000);
      expect(attempts('watch')).toBe(2);
      await clock.advance(1_000);
      await eventually(() => attempts('watch') === 3);
      expect(attempts('list')).toBe(1);
    });

    it('shows late what comes late, and knows that it is behind', async () => {
      const { informer, shows } = start();
      await informer.synced;
      await eventually(() => server.watches === 1);
      const release = server.holdWatches();
      informer.observe(await apply('a', { a: '1' }));
      expect(informer.isBehind(named('a'))).toBe(true);
      release();
      await shows('a', { a: '1' });
      expect(informer.isBehind(named('a'))).toBe(false);
    });

    it('goes on when a listener throws', async () => {
      const { informer, events } = start();
      informer.onChange(() => {
        throw new Error('a careless listener');
      });
      await informer.synced;
      await apply('a', { a: '1' });
      await eventually(() => events.length === 1);
      await apply('b', { a: '1' });
      await eventually(() => events.length === 2);
    });
  });

  it('the errors of a lost race and of a wrong object are told apart', async () => {
    server.fail({ kind: 'refuse', status: 409, reason: 'Conflict' });
    server.fail({ kind: 'refuse', status: 422, reason: 'Invalid' });
    expect(isConflict(await failureOf(apply('a', {})))).toBe(true);
    expect(isInvalid(await failureOf(apply('a', {})))).toBe(true);
  });
});
