import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LITE } from './kit/models.js';
import { greyPng, photo } from './kit/pictures.js';
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

/**
 * Sends a photo until one is begun with all cores. That is possible soon after the start, and again soon after the lane that
 * can do it was lost; then no lane is being prepared for it any more.
 */
const untilWide = async (server: TestServer): Promise<void> => {
  const before = await server.metric('face_comparison_wide_jobs_total');
  await until('a request has all cores', async () => {
    expect((await server.analyze(photo())).Faces).toHaveLength(3);
    return (await server.metric('face_comparison_wide_jobs_total')) > before;
  });
};

describe('with two lanes', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start(2);
    await untilWide(server);
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
    await untilWide(server);
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
    await untilWide(server);
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
    server = await start(1, '--deadline', '4s');
  });

  /** Takes a lane a few milliseconds: a machine would have to be some hundred times slower to exceed the deadline. */
  const analyzeSpeck = (): Promise<Response> => server.postImage(greyPng(64, 64), { type: 'image/png' });

  it('a lane that hangs is killed with its request, what waited is told too, and the next is answered', async () => {
    const [hung = 0] = await stopLanes(server);
    const problems = await Promise.all(
      [analyzeSpeck(), analyzeSpeck()].map(async (response) => problemOf(await response, 'deadline_exceeded')),
    );
    for (const { deadlineMs } of problems) expect(deadlineMs).toBe(4000);
    expect(problems.map(({ detail }) => detail).sort()).toEqual([
      expect.stringContaining('worked on'),
      expect.stringContaining('waiting for a lane'),
    ]);
    await until('the lane has been killed', async () => (await alive([hung])).length === 0);
    await until('another is ready', async () => (await server.metric('face_comparison_lanes')) === 1);
    expect((await analyzeSpeck()).status).toBe(200);
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
  const folder = await mkdtemp(join(tmpdir(), 'face-comparison-lanes-'));
  /** Starts a server, and says which lanes it has and which it ever had, in the order in which they began. */
  const lanesOf = async (run: string): Promise<{ now: number[]; ever: number[]; lost: number }> => {
    const pids = join(folder, run);
    const server = await TestServer.ready(
      ['--model', LITE.manifestPath, '--lanes', '2', '--cache-dir', join(folder, 'cache')],
      { NODE_OPTIONS: `--import=${pathToFileURL(join(__dirname, 'kit/record-lanes.mjs')).href}`, LANE_PIDS: pids },
    );
    const ever = (await readFile(pids, 'utf8')).trim().split('\n').map(Number);
    const [now, lost] = [await server.lanes(), await server.metric('face_comparison_lanes_lost_total')];
    await server.stop();
    return { now: now.sort(), ever, lost };
  };
  try {
    const cold = await lanesOf('cold');
    expect(cold).toEqual({ now: cold.ever.slice(1).sort(), ever: cold.ever, lost: 0 });
    expect(cold.now).toHaveLength(2);
    const warm = await lanesOf('warm');
    expect(warm).toEqual({ now: [...warm.ever].sort(), ever: warm.ever, lost: 0 });
    expect(warm.now).toHaveLength(2);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('no lane outlives a server that is killed', async () => {
  const server = await start(2);
  const lanes = await server.lanes();
  expect(lanes).toHaveLength(2);
  await server.kill();
  await until('the lanes have ended', async () => (await alive(lanes)).length === 0);
});
