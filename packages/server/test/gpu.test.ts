import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FaceComparisonResponse } from '@face-comparison/contract';
import { LITE } from './kit/models.js';
import { photo, PHOTO_NAMES } from './kit/pictures.js';
import { stopServers, TestServer } from './kit/server.js';
import { until } from './kit/until.js';

// There is no GPU here: lanes run with all that --accelerator nvidia changes, and their graphs on the CPU.
const FAKE_CUDA = { NODE_OPTIONS: `--import=${pathToFileURL(join(__dirname, 'kit/cuda-on-cpu.mjs')).href}` };

const onLinuxX64 = process.platform === 'linux' && process.arch === 'x64' ? describe : describe.skip;

afterAll(stopServers);

const start = (...args: string[]): Promise<TestServer> =>
  TestServer.ready(['--model', LITE.manifestPath, '--accelerator', 'nvidia', ...args], FAKE_CUDA);

const untilRunning = (server: TestServer, jobs: number): Promise<boolean> =>
  until(`${jobs} jobs run`, async () => (await server.metric('face_comparison_jobs_running')) === jobs);

const PHOTOS = [...PHOTO_NAMES, ...PHOTO_NAMES.slice(0, 2)].map((name) => photo(name));

function differences(a: FaceComparisonResponse, b: FaceComparisonResponse): number {
  expect(a.Faces.map(({ BoundingBox }) => BoundingBox)).toEqual(b.Faces.map(({ BoundingBox }) => BoundingBox));
  const numbers = a.Faces.flatMap(({ face_hash = [] }, face) =>
    face_hash.map((value, i) => Math.abs(value - (b.Faces[face]?.face_hash?.[i] ?? Number.NaN))),
  );
  return Math.max(...numbers);
}

// onnxruntime knows of CUDA there alone.
onLinuxX64('on a GPU, as far as it can be seen without one', () => {
  it('one lane works on eight photos at once, in fewer runs, with the vectors that they get alone', async () => {
    const server = await start('--lanes', '1');
    const runs = (): Promise<number> => server.metric('face_comparison_head_runs_total', { version: LITE.version });
    const faces = (): Promise<number> =>
      server.metric('face_comparison_head_run_faces_total', { version: LITE.version });
    const alone: FaceComparisonResponse[] = [];
    for (const bytes of PHOTOS) alone.push(await server.analyze(bytes));
    const [runsAlone, facesAlone] = [await runs(), await faces()];
    expect(facesAlone).toBe(alone.reduce((sum, { Faces }) => sum + Faces.length, 0));
    // It is given all of them before it begins with the first, however slowly they are sent.
    const [lane = 0] = await server.lanes();
    process.kill(lane, 'SIGSTOP');
    const requests = Promise.all(PHOTOS.map((bytes) => server.analyze(bytes)));
    await untilRunning(server, PHOTOS.length);
    process.kill(lane, 'SIGCONT');
    const together = await requests;
    together.forEach((answer, i) => expect(differences(answer, alone[i] ?? answer)).toBeLessThan(1e-5));
    expect(await faces()).toBe(2 * facesAlone);
    expect((await runs()) - runsAlone).toBeLessThan(runsAlone);
    // Nothing is wide where the graphs are not on the CPU.
    expect(await server.metric('face_comparison_wide_jobs_total')).toBe(0);
  });

  it('a request goes to the lane that has the fewest', async () => {
    const server = await start();
    const [lost = 0, other = 0] = await server.lanes();
    for (const lane of [lost, other]) process.kill(lane, 'SIGSTOP');
    const requests = Array.from({ length: 4 }, () => server.postImage(photo()));
    await untilRunning(server, 4);
    process.kill(lost, 'SIGKILL');
    process.kill(other, 'SIGCONT');
    const statuses = await Promise.all(requests.map(async (response) => (await response).status));
    expect(statuses.sort()).toEqual([200, 200, 500, 500]);
  });

  it('two lanes have as many requests as each may have, and the rest waits', async () => {
    const server = await start('--jobs-per-lane', '2');
    const lanes = await server.lanes();
    expect(lanes).toHaveLength(2);
    for (const lane of lanes) process.kill(lane, 'SIGSTOP');
    const requests = Array.from({ length: 6 }, () => server.postImage(photo()));
    const [lost = 0, other = 0] = lanes;
    await until('all have come', async () => {
      const names = ['face_comparison_jobs_running', 'face_comparison_queue_length'];
      const [running = 0, queued = 0] = await Promise.all(names.map((name) => server.metric(name)));
      expect(running).toBeLessThanOrEqual(4);
      return running === 4 && queued === 2;
    });
    // A lane that is lost costs all that it worked on, and no more.
    process.kill(lost, 'SIGKILL');
    process.kill(other, 'SIGCONT');
    const statuses = await Promise.all(requests.map(async (response) => (await response).status));
    expect(statuses.sort()).toEqual([200, 200, 200, 200, 500, 500]);
    await until('it is replaced', async () => (await server.metric('face_comparison_lanes')) === 2);
    expect((await server.analyze(photo())).Faces).toHaveLength(3);
  });
});
