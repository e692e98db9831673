import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LITE } from './kit/models.js';
import { photo } from './kit/pictures.js';
import { problemOf } from './kit/answers.js';
import { alive } from './kit/processes.js';
import { stopServers, TestServer } from './kit/server.js';
import { until } from './kit/until.js';

afterAll(stopServers);

const start = (lanes: number, ...args: string[]): Promise<TestServer> =>
  TestServer.ready(['--model', LITE.manifestPath, '--lanes', String(lanes), ...args]);

const stopLanes = async (server: TestServer): Promise<number[]> => {
  const lanes = await server.lanes();
  for (const lane of lanes) process.kill(lane, 'SIGSTOP');
  return lanes;
};

const untilMetric = (server: TestServer, name: string, value: number): Promise<boolean> =>
  until(`${name} is ${value}`, async () => (await server.metric(`face_comparison_${name}`)) === value);

describe('with two lanes', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start(2);
  });

  const untilReplaced = (lost: number): Promise<number[]> =>
    until('the lane is replaced', async () => {
      const lanes = await server.lanes();
      return lanes.length === 2 && !lanes.includes(lost) && (await server.metric('face_comparison_lanes')) === 2
        ? lanes
        : undefined;
    });

  it('a lane that dies with nothing to do costs nothing and is replaced', async () => {
    const [lost = 0] = await server.lanes();
    process.kill(lost, 'SIGKILL');
    await untilReplaced(lost);
    for (let i = 0; i < 4; i++) expect((await server.analyze(photo())).Faces).toHaveLength(3);
    expect(await server.metric('face_comparison_lanes_lost_total')).toBe(1);
  });

  it('a lane that dies at work costs the one request that it worked on', async () => {
    const [lost = 0, other = 0] = await stopLanes(server);
    const requests = Array.from({ length: 4 }, () => server.postImage(photo()));
    await untilMetric(server, 'jobs_running', 2);
    await untilMetric(server, 'queue_length', 2);
    process.kill(lost, 'SIGKILL');
    process.kill(other, 'SIGCONT');
    const statuses = await Promise.all(requests.map(async (response) => (await response).status));
    expect(statuses.sort()).toEqual([200, 200, 200, 500]);
    await untilReplaced(lost);
    expect((await server.version(LITE.version))?.errors).toBe(1);
  });
});

describe('with two lanes and one request at a time', () => {
  /** Sends a photo until one was begun with all cores, which is possible soon after the start. */
  const untilWide = async (server: TestServer): Promise<void> => {
    await until('a request has all cores', async () => {
      expect((await server.analyze(photo())).Faces).toHaveLength(3);
      return (await server.metric('face_comparison_wide_jobs_total')) > 0;
    });
  };

  it('a request has all cores, and makes room for one that comes meanwhile', async () => {
    const server = await start(2);
    await untilWide(server);
    const lanes = await stopLanes(server);
    const before = await server.metric('face_comparison_wide_jobs_total');
    const first = server.postImage(photo());
    await untilMetric(server, 'wide_jobs_total', before + 1);
    const second = server.postImage(photo());
    // It waits, or has been begun if this took longer than the first may hold it up.
    await until('the second has come', async () => {
      const metrics = ['face_comparison_queue_length', 'face_comparison_jobs_running'];
      const [queued = 0, running = 0] = await Promise.all(metrics.map((name) => server.metric(name)));
      return queued + running === 2;
    });
    for (const lane of lanes) process.kill(lane, 'SIGCONT');
    for (const response of [first, second]) expect((await server.readFaces(await response)).Faces).toHaveLength(3);
    expect(await server.metric('face_comparison_wide_jobs_total')).toBe(before + 1);
  });

  it('the place of the lane that had all cores is taken by the one that replaces it', async () => {
    const server = await start(2);
    await untilWide(server);
    for (const lane of await server.lanes()) process.kill(lane, 'SIGKILL');
    await untilMetric(server, 'lanes_lost_total', 2);
    await untilMetric(server, 'lanes', 2);
    const before = await server.metric('face_comparison_wide_jobs_total');
    await until('a request has all cores again', async () => {
      expect((await server.analyze(photo())).Faces).toHaveLength(3);
      return (await server.metric('face_comparison_wide_jobs_total')) > before;
    });
  });

  it('no request has all cores where that is switched off', async () => {
    const server = await start(2, '--latency-mode', 'off');
    for (let i = 0; i < 5; i++) await server.analyze(photo());
    expect(await server.metric('face_comparison_wide_jobs_total')).toBe(0);
  });
});

describe('with one lane and a short deadline', () => {
  let server: TestServer;

  beforeAll(async () => {
    // Long enough for a photo on a slow machine, since the same server has to answer one at the end.
    server = await start(1, '--deadline', '4s');
  });

  it('a lane that hangs is killed with its request, what waited is told too, and the next is answered', async () => {
    const [hung = 0] = await stopLanes(server);
    const working = server.postImage(photo());
    await untilMetric(server, 'jobs_running', 1);
    const waiting = server.postImage(photo());
    const late = await problemOf(await waiting, 'deadline_exceeded');
    expect(late).toMatchObject({ deadlineMs: 4000, detail: expect.stringContaining('waiting for a lane') as string });
    await problemOf(await working, 'deadline_exceeded');
    await until('the lane has been killed', async () => (await alive([hung])).length === 0);
    await until('another is ready', async () => (await server.metric('face_comparison_lanes')) === 1);
    expect((await server.analyze(photo())).Faces).toHaveLength(3);
  });
});

describe('when it is told to end', () => {
  it('a server finishes what it has begun, takes nothing new, and ends well', async () => {
    const server = await start(1);
    const [lane = 0] = await stopLanes(server);
    const running = server.postImage(photo());
    await untilMetric(server, 'jobs_running', 1);
    server.signal('SIGTERM');
    await until('it takes nothing new', () =>
      server.fetch('/v2/health/live').then(
        () => false,
        () => true,
      ),
    );
    process.kill(lane, 'SIGCONT');
    const response = await running;
    expect(response.headers.get('connection')).toBe('close');
    expect((await server.readFaces(response)).Faces).toHaveLength(3);
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(await alive([lane])).toEqual([]);
  });

  it('a server that cannot finish in time says so to everybody who waits, and ends well', async () => {
    const server = await start(1, '--drain', '300ms');
    await stopLanes(server);
    const running = server.postImage(photo());
    await untilMetric(server, 'jobs_running', 1);
    const waiting = server.postImage(photo());
    await untilMetric(server, 'queue_length', 1);
    server.signal('SIGTERM');
    await problemOf(await running, 'shutting_down');
    await problemOf(await waiting, 'shutting_down');
    expect(await server.ended).toEqual({ code: 0, signal: null });
  });

  it('a server that is still loading ends at once and leaves no process behind', async () => {
    const server = await TestServer.start(['--lanes', '2']);
    const lanes = await until('a lane is loading', async () => {
      const pids = await server.lanes();
      return pids.length > 0 ? pids : undefined;
    });
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(await alive(lanes)).toEqual([]);
  });

  it('a server that is told twice does not wait', async () => {
    const server = await start(1);
    const [lane = 0] = await stopLanes(server);
    const lost = server.postImage(photo()).catch(() => undefined);
    await untilMetric(server, 'jobs_running', 1);
    server.signal('SIGINT');
    await until('it finishes', () => server.lines.find(({ msg }) => msg.startsWith('finishing')));
    server.signal('SIGINT');
    expect(await server.ended).toEqual({ code: 130, signal: null });
    await lost;
    process.kill(lane, 'SIGCONT');
    await until('the lane is gone', async () => (await alive([lane])).length === 0);
  });
});

it('a lane that had to make the memory-mapped model gives its place to one that did not, and others find it made', async () => {
  const cacheDir = await mkdtemp(join(tmpdir(), 'face-comparison-lanes-'));
  const firstLane = async (server: TestServer): Promise<number> => {
    const [pid = 0] = await until('a lane is there', async () => {
      const pids = await server.lanes();
      return pids.length > 0 ? pids : undefined;
    });
    return pid;
  };
  const args = ['--model', LITE.manifestPath, '--lanes', '2', '--cache-dir', cacheDir];
  try {
    const cold = await TestServer.start(args);
    const maker = await firstLane(cold);
    await cold.untilReady();
    expect(await cold.lanes()).toHaveLength(2);
    expect(await cold.lanes()).not.toContain(maker);
    expect(await cold.metric('face_comparison_lanes_lost_total')).toBe(0);
    await cold.stop();

    const warm = await TestServer.start(args);
    const first = await firstLane(warm);
    await warm.untilReady();
    expect(await warm.lanes()).toContain(first);
    await warm.stop();
  } finally {
    await rm(cacheDir, { recursive: true, force: true });
  }
});

it('no lane outlives a server that is killed', async () => {
  const server = await start(2);
  const lanes = await server.lanes();
  expect(lanes).toHaveLength(2);
  await server.kill();
  await until('the lanes have ended', async () => (await alive(lanes)).length === 0);
});
