import { Controller, TerminalError, type ControllerOptions, type ReconcileResult } from './controller.js';
import { KubeClient } from './client/client.js';
import { Informer } from './informer.js';
import { RuntimeMetrics } from './metrics.js';
import { resources } from './resources.js';
import { FakeApiServer, FakeClock } from './testing/index.js';

const key = { namespace: 'n', name: 'a' };

describe('a controller', () => {
  let clock: FakeClock;
  let stop: AbortController;
  let running: Promise<void> | undefined;
  beforeEach(() => {
    clock = new FakeClock();
    stop = new AbortController();
    running = undefined;
  });
  afterEach(async () => {
    stop.abort();
    await running?.catch(() => undefined);
  });

  const start = async (options: Partial<ControllerOptions>): Promise<Controller> => {
    const reconcile = (): Promise<void> => Promise.resolve();
    const controller = new Controller({ name: 'test', reconcile, watches: [], clock, ...options });
    running = controller.run(stop.signal);
    await clock.advance(0);
    return controller;
  };

  it('retries what failed after 5 ms, 10 ms, 20 ms, and begins anew after a success', async () => {
    const times: number[] = [];
    let failing = true;
    const controller = await start({
      reconcile: () => {
        times.push(clock.monotonic());
        return failing ? Promise.reject(new Error('not yet')) : Promise.resolve();
      },
    });
    controller.enqueue(key);
    await clock.advance(40);
    expect(times).toEqual([0, 5, 15, 35]);
    failing = false;
    await clock.advance(40);
    expect(times).toEqual([0, 5, 15, 35, 75]);
    failing = true;
    controller.enqueue(key);
    await clock.advance(5);
    expect(times.slice(5)).toEqual([80, 85]);
  });

  it('retries a reconcile that throws at once, too', async () => {
    let runs = 0;
    const controller = await start({
      reconcile: () => {
        runs++;
        throw new Error('not even a promise');
      },
    });
    controller.enqueue(key);
    await clock.advance(5);
    expect(runs).toBe(2);
  });

  it('does not retry what no retry will change', async () => {
    const reconcile = jest.fn(() => Promise.reject(new TerminalError('never')));
    const controller = await start({ reconcile });
    controller.enqueue(key);
    await clock.advance(3_600_000);
    expect(reconcile).toHaveBeenCalledTimes(1);
    controller.enqueue(key);
    await clock.advance(0);
    expect(reconcile).toHaveBeenCalledTimes(2);
  });

  it('runs again after the time that a reconcile asked for', async () => {
    const reconcile = jest.fn(() => Promise.resolve({ requeueAfterMs: 1_000 }));
    const controller = await start({ reconcile });
    controller.enqueue(key);
    await clock.advance(2_999);
    expect(reconcile).toHaveBeenCalledTimes(3);
  });

  it('works on as many keys at once as it may, and never twice on one', async () => {
    const at = new Map<string, number>();
    let most = 0;
    const controller = await start({
      concurrency: 3,
      async reconcile({ name }) {
        expect(at.get(name) ?? 0).toBe(0);
        at.set(name, 1);
        most = Math.max(
          most,
          [...at.values()].reduce((sum, count) => sum + count, 0),
        );
        await clock.sleep(10);
        at.set(name, 0);
      },
    });
    for (let i = 0; i < 30; i++) controller.enqueue({ name: String(i % 5) });
    for (let i = 0; i < 30; i++) {
      await clock.advance(3);
      controller.enqueue({ name: '0' });
    }
    await clock.advance(100);
    expect(most).toBe(3);
    expect(at.size).toBe(5);
  });

  it('aborts the signal of a reconcile that takes too long, and waits for it to end', async () => {
    const reasons: unknown[] = [];
    let runs = 0;
    const controller = await start({
      reconcileTimeoutMs: 1_000,
      async reconcile(_, signal) {
        runs++;
        // Deaf for another second.
        await clock.sleep(2_000);
        reasons.push(signal.reason);
      },
    });
    controller.enqueue(key);
    await clock.advance(1_999);
    controller.enqueue(key);
    expect(runs).toBe(1);
    await clock.advance(1);
    expect(String(reasons[0])).toContain('took longer than 1000 ms');
    expect(runs).toBe(2);
    await clock.advance(2_000);
  });

  it('tells running reconciles to stop, waits for them, and starts none after', async () => {
    const log: string[] = [];
    const controller = await start({
      async reconcile({ name }, signal) {
        log.push(`${name} starts`);
        await clock.sleep(10_000, signal).catch(() => undefined);
        await clock.sleep(100);
        log.push(`${name} ends`);
      },
    });
    controller.enqueue({ name: 'a' });
    controller.enqueue({ name: 'b' });
    await clock.advance(0);
    stop.abort();
    const ended = running?.then(() => log.push('stopped'));
    await clock.advance(99);
    expect(log).toEqual(['a starts']);
    await clock.advance(1);
    await ended;
    expect(log).toEqual(['a starts', 'a ends', 'stopped']);
  });

  it('gives up when its informers do not get to know everything', async () => {
    const server = await FakeApiServer.start();
    const client = new KubeClient({ kubeConfig: server.kubeConfig, fieldManager: 'us' });
    const informer = new Informer({ client, resource: resources.deployments });
    const controller = new Controller({
      name: 'early',
      clock,
      watches: [{ informer, keys: () => [] }],
      reconcile: () => Promise.resolve(),
    });
    const failure = expect(controller.run(stop.signal)).rejects.toThrow(
      'controller early: no complete list of deployments.apps after 120000 ms',
    );
    await clock.advance(120_000);
    await failure;
    await client.close();
    await server.stop();
  });

  it('counts under the names of controller-runtime and client-go', async () => {
    const metrics = new RuntimeMetrics();
    let run = 0;
    const results: (() => Promise<ReconcileResult | undefined>)[] = [
      () => Promise.reject(new Error('first')),
      () => Promise.resolve({ requeueAfterMs: 50 }),
      () => Promise.reject(new TerminalError('third')),
      () => clock.sleep(5_000).then(() => undefined),
    ];
    const controller = await start({ metrics, reconcile: async () => results[run++]?.() });
    controller.enqueue(key);
    await clock.advance(100);
    controller.enqueue(key);
    await clock.advance(3_000);
    controller.enqueue({ name: 'waits' });
    const text = await metrics.registry.metrics();
    const samples = text.split('\n').filter((line) => line && !line.startsWith('#'));
    const labels = 'name="test",controller="test"';
    for (const line of [
      'controller_runtime_reconcile_total{controller="test",result="error"} 2',
      'controller_runtime_reconcile_total{controller="test",result="requeue_after"} 1',
      'controller_runtime_reconcile_total{controller="test",result="success"} 0',
      'controller_runtime_reconcile_errors_total{controller="test"} 2',
      'controller_runtime_terminal_reconcile_errors_total{controller="test"} 1',
      'controller_runtime_reconcile_time_seconds_count{controller="test"} 3',
      'controller_runtime_active_workers{controller="test"} 1',
      'controller_runtime_max_concurrent_reconciles{controller="test"} 1',
      `workqueue_adds_total{${labels}} 5`,
      `workqueue_retries_total{${labels}} 1`,
      `workqueue_depth{${labels}} 1`,
      `workqueue_queue_duration_seconds_count{${labels}} 4`,
      `workqueue_work_duration_seconds_count{${labels}} 3`,
      `workqueue_unfinished_work_seconds{${labels}} 3`,
      `workqueue_longest_running_processor_seconds{${labels}} 3`,
    ]) {
      expect(samples).toContain(line);
    }
    await clock.advance(10_000);
  });
});
