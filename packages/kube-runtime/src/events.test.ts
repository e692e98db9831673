import { EventRecorder } from './events.js';
import { KubeClient } from './client/client.js';
import { silentLogger, type Logger } from './logger.js';
import { FakeApiServer, FakeClock } from './testing/index.js';
import { isObject, type Json } from './testing/fake-api-server/json.js';
import { advanceUntil } from '../test/kit/advance-until.js';
import { eventually } from '../test/kit/eventually.js';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'default', name: 'p', uid: 'u', resourceVersion: '1' },
};
const note = { type: 'Normal', reason: 'Moved', action: 'Move', note: 'it moved' } as const;

const fieldOf = (body: Json | undefined, name: string): Json | undefined => (isObject(body) ? body[name] : undefined);

describe('an event recorder', () => {
  let server: FakeApiServer;
  let client: KubeClient;
  let clock: FakeClock;
  let warnings: string[];
  let recorder: EventRecorder;
  beforeEach(async () => {
    server = await FakeApiServer.start();
    client = new KubeClient({ kubeConfig: server.kubeConfig, fieldManager: 'us' });
    clock = new FakeClock();
    warnings = [];
    const log: Logger = { ...silentLogger, warn: (_, message) => void warnings.push(message) };
    recorder = new EventRecorder({ client, controller: 'example.dev/test', clock, log });
  });
  afterEach(async () => {
    await client.close();
    await server.stop();
  });
  const writes = () => server.writes.map(({ verb, body }) => ({ verb, series: fieldOf(body, 'series') }));

  it('counts repetitions and writes them once in ten seconds', async () => {
    for (let i = 0; i < 50; i++)
      recorder.record({ ...pod, metadata: { ...pod.metadata, resourceVersion: String(i) } }, note);
    await clock.advance(9_999);
    await eventually(() => expect(writes()).toEqual([{ verb: 'create', series: undefined }]));
    await clock.advance(1);
    await recorder.flush();
    expect(writes()[1]).toEqual({
      verb: 'patch',
      series: { count: 50, lastObservedTime: '2026-01-01T00:00:00.000000Z' },
    });
    await recorder.flush();
    expect(writes()).toHaveLength(2);
  });

  it('makes a new event after six minutes without one', async () => {
    recorder.record(pod, note);
    await clock.advance(5 * 60_000);
    recorder.record(pod, note);
    await clock.advance(6 * 60_000);
    recorder.record(pod, note);
    await recorder.flush();
    expect(writes().map(({ verb }) => verb)).toEqual(['create', 'patch', 'create']);
  });

  it('keeps events apart that say something else or are about something else', async () => {
    recorder.record(pod, note);
    recorder.record(pod, { ...note, note: 'it moved back' });
    recorder.record(pod, { ...note, reason: 'Stayed' });
    recorder.record(pod, { ...note, type: 'Warning' });
    recorder.record({ ...pod, metadata: { ...pod.metadata, uid: 'another' } }, note);
    await recorder.flush();
    expect(writes().map(({ verb }) => verb)).toEqual(Array(5).fill('create'));
  });

  it('writes in the order in which things happened', async () => {
    let answer: (value?: unknown) => void = () => undefined;
    server.fail({ kind: 'wait', until: new Promise((resolve) => (answer = resolve)) });
    for (const reason of ['First', 'Second', 'Third']) recorder.record(pod, { ...note, reason });
    const flushed = recorder.flush();
    await eventually(() => server.requests.length === 1);
    answer();
    await flushed;
    expect(server.writes.map(({ body }) => fieldOf(body, 'reason'))).toEqual(['First', 'Second', 'Third']);
  });

  it('tries again when the server has trouble', async () => {
    server.fail({ kind: 'refuse', status: 500, reason: 'InternalError' }, { times: 2 });
    recorder.record(pod, note);
    await advanceUntil(clock, 100, recorder.flush(3_600_000));
    expect(server.writes.map(({ status }) => status)).toEqual([500, 500, 201]);
    expect(warnings).toEqual([]);
  });

  it('drops what is refused, and says so in the log only', async () => {
    server.fail({ kind: 'refuse', status: 403, reason: 'Forbidden' });
    recorder.record(pod, note);
    recorder.record(pod, { ...note, reason: 'Next' });
    await recorder.flush();
    expect(server.writes.map(({ status }) => status)).toEqual([403, 201]);
    expect(warnings).toEqual(['an event could not be written']);
  });

  it('makes an event anew that the server has forgotten', async () => {
    recorder.record(pod, note);
    await recorder.flush();
    server.fail({ kind: 'refuse', status: 404, reason: 'NotFound' });
    recorder.record(pod, note);
    await recorder.flush();
    recorder.record(pod, note);
    await recorder.flush();
    expect(server.writes.map(({ verb, status }) => `${verb} ${status ?? 0}`)).toEqual([
      'create 201',
      'patch 404',
      'create 201',
    ]);
  });

  it('does not hold up the end of the process', async () => {
    server.fail({ kind: 'wait', until: new Promise(() => undefined) });
    recorder.record(pod, note);
    let flushed = false;
    const done = recorder.flush().then(() => (flushed = true));
    await clock.advance(2_999);
    expect(flushed).toBe(false);
    await clock.advance(1);
    await done;
  });

  it('never throws, whatever it is given', async () => {
    await server.stop();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(() => recorder.record({}, note)).not.toThrow();
    expect(() => recorder.record({ metadata: { name: Object(1n) as string } }, note)).not.toThrow();
    await advanceUntil(clock, 100, recorder.flush(3_600_000));
    expect(warnings.length).toBeGreaterThan(0);
  });
});
