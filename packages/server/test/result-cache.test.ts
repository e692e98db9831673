import { FaceComparisonResponseSchema, HEADERS } from '@face-comparison/contract';
import { answerOf, problemOf } from './kit/answers.js';
import { startImageHost } from './kit/image-host.js';
import { DEFAULT, LITE } from './kit/models.js';
import { greyPng, photo } from './kit/pictures.js';
import { PlanFile, removeTemporaryFolders } from './kit/plan-file.js';
import { stopServers, TestServer, type PostOptions } from './kit/server.js';
import { until } from './kit/until.js';

/** Costs a lane a few milliseconds. */
const SPECK = greyPng(64, 64);
const PNG = { type: 'image/png' };

afterAll(async () => {
  await stopServers();
  removeTemporaryFolders();
});

const start = (...args: string[]): Promise<TestServer> =>
  TestServer.ready(['--model', LITE.manifestPath, '--lanes', '1', ...args]);

const isHit = (response: Response): boolean => response.headers.get(HEADERS.serverTiming) === 'cache;desc=hit';
const bytesKept = (server: TestServer): Promise<number> => server.metric('face_comparison_result_cache_bytes');
const hits = (server: TestServer): Promise<number> => server.metric('face_comparison_result_cache_hits_total');
const misses = (server: TestServer): Promise<number> => server.metric('face_comparison_result_cache_misses_total');

async function isSpeckHit(server: TestServer, options: PostOptions = {}): Promise<boolean> {
  const response = await server.postImage(SPECK, { ...PNG, ...options });
  await answerOf(response.clone(), FaceComparisonResponseSchema);
  return isHit(response);
}

it('is off unless it is asked for', async () => {
  const server = await start();
  expect([await isSpeckHit(server), await isSpeckHit(server)]).toEqual([false, false]);
  expect([await hits(server), await misses(server), await bytesKept(server)]).toEqual([0, 0, 0]);
  await server.stop();
});

describe('a cache of recent answers', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start('--result-cache', '8MiB');
  });

  it('gives the same bytes again, with the headers of the new request, and says where they are from', async () => {
    const ask = (id: string): Promise<Response> => server.postImage(photo(), { headers: { [HEADERS.requestId]: id } });
    const computed = await ask('first');
    const again = await ask('second');
    expect([isHit(computed), isHit(again)]).toEqual([false, true]);
    const own: string[] = ['date', HEADERS.requestId, HEADERS.serverTiming].map((name) => name.toLowerCase());
    const shared = ({ headers }: Response): [string, string][] => [...headers].filter(([name]) => !own.includes(name));
    expect(shared(again)).toEqual(shared(computed));
    expect(again.headers.get(HEADERS.requestId)).toBe('second');
    const copy = again.clone();
    expect(Buffer.from(await copy.arrayBuffer()).equals(Buffer.from(await computed.arrayBuffer()))).toBe(true);
    expect((await server.readFaces(again)).Faces).toHaveLength(3);
  });

  it('counts hits and faces, and leaves the version out of it, which has done nothing', async () => {
    await server.analyze(photo());
    const before = [await hits(server), await misses(server), await server.metric('face_comparison_faces_total')];
    const requests = (await server.version(LITE.version))?.requests;
    await server.analyze(photo());
    const after = [await hits(server), await misses(server), await server.metric('face_comparison_faces_total')];
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 0, 3]);
    expect((await server.version(LITE.version))?.requests).toBe(requests);
    expect(await bytesKept(server)).toBeGreaterThan(0);
  });

  it('knows a photo by its bytes, however they come', async () => {
    await server.analyze(photo());
    expect(isHit(await server.postJson('/face_comparison', { img: photo().toString('base64') }))).toBe(true);
  });

  it.each(['?face_hash=false', '?landmarks=true', '?quality=true', '?max_faces=1', '?detail=high'])(
    'computes anew for %s',
    async (query) => {
      await isSpeckHit(server);
      expect(await isSpeckHit(server, { query })).toBe(false);
      expect(await isSpeckHit(server, { query })).toBe(true);
    },
  );

  it('knows a comparison by both sides and its threshold', async () => {
    const side = (name?: string): { img: string } => ({ img: photo(name).toString('base64') });
    const compare = async (body: object): Promise<boolean> => isHit(await server.postJson('/compare', body));
    const pair = { source: side(), target: side('sample6.jpg') };
    expect([await compare(pair), await compare(pair)]).toEqual([false, true]);
    expect(await compare({ source: pair.target, target: pair.source })).toBe(false);
    expect(await compare({ ...pair, SimilarityThreshold: 10 })).toBe(false);
    const [face] = (await server.analyze(photo())).Faces;
    const stored = { face_hash: face?.face_hash ?? [], FaceModelVersion: LITE.version };
    expect(await compare({ source: stored, target: pair.target })).toBe(false);
    expect(await compare({ source: stored, target: pair.target })).toBe(true);
  });

  it('never keeps an error', async () => {
    const sides = { source: { img: SPECK.toString('base64') }, target: { img: SPECK.toString('base64') } };
    const before = await bytesKept(server);
    for (let i = 0; i < 2; i++) await problemOf(await server.postJson('/compare', sides), 'no_face_found');
    expect(await bytesKept(server)).toBe(before);
  });
});

it('does not tell one client what another has sent', async () => {
  const keys = { 'check-in': 'key-of-the-check-in', albums: 'key-of-the-albums' };
  const file = new PlanFile(JSON.stringify({ clients: Object.entries(keys).map(([name, key]) => ({ name, key })) }));
  const server = await start('--result-cache', '1MiB', '--keys-file', file.path);
  const ask = (client: keyof typeof keys): Promise<boolean> =>
    isSpeckHit(server, { headers: { [HEADERS.apiKey]: keys[client] } });
  expect([await ask('check-in'), await ask('check-in'), await ask('albums'), await ask('albums')]).toEqual([
    ...[false, true],
    ...[false, true],
  ]);
  await problemOf(await server.postImage(SPECK, PNG), 'unauthorized');
  await server.stop();
});

it('keeps no answer for longer than it may', async () => {
  const server = await start('--result-cache', '1MiB', '--result-cache-ttl', '100ms');
  await isSpeckHit(server);
  await until('the answer is dropped', async () => (await bytesKept(server)) === 0);
  expect(await isSpeckHit(server)).toBe(false);
  await server.stop();
});

it('makes room for the latest answers, and takes none that is too large', async () => {
  const server = await start('--result-cache', '3KiB');
  const specks = [64, 65, 66].map((width) => greyPng(width, 64));
  const areHits = async (images: readonly Buffer[]): Promise<boolean[]> => {
    const found: boolean[] = [];
    for (const image of images) found.push(isHit(await server.postImage(image, PNG)));
    return found;
  };
  // Two fit.
  expect(await areHits(specks)).toEqual([false, false, false]);
  expect(await areHits([...specks].reverse())).toEqual([true, true, false]);
  const kept = await bytesKept(server);
  expect(kept).toBeLessThanOrEqual(3 * 1024);
  for (let i = 0; i < 2; i++) expect(isHit(await server.postImage(photo()))).toBe(false);
  expect(await bytesKept(server)).toBe(kept);
  await server.stop();
});

it('keeps versions apart, and nothing of one that was unloaded', async () => {
  const both = { generation: 1, default: DEFAULT.version, models: [DEFAULT.entry, LITE.entry] };
  const file = new PlanFile(both);
  const server = await TestServer.ready(['--plan', file.path, '--lanes', '1', '--result-cache', '1MiB']);
  await server.untilVersionReady(LITE.version);
  const lite = { headers: { [HEADERS.modelVersion]: LITE.version } };
  expect([await isSpeckHit(server), await isSpeckHit(server)]).toEqual([false, true]);
  const ofDefault = await bytesKept(server);
  expect([await isSpeckHit(server, lite), await isSpeckHit(server, lite)]).toEqual([false, true]);
  file.write({ ...both, generation: 2, models: [DEFAULT.entry] });
  await until('its answers are dropped', async () => (await bytesKept(server)) === ofDefault);
  await until('it is unloaded', async () => (await server.version(LITE.version)) === undefined);
  await problemOf(await server.postImage(SPECK, { ...PNG, ...lite }), 'model_version_unavailable');
  file.write({ ...both, generation: 3 });
  await server.untilVersionReady(LITE.version);
  expect([await isSpeckHit(server), await isSpeckHit(server, lite)]).toEqual([true, false]);
  await server.stop();
});

it('answers what it has while the queue is full, and fetches nothing then', async () => {
  const host = await startImageHost();
  const server = await start('--result-cache', '1MiB', '--queue-limit', '1', '--allow-host', host.host);
  await isSpeckHit(server);
  const [lane = 0] = await server.lanes();
  process.kill(lane, 'SIGSTOP');
  const running = server.postImage(greyPng(65, 64), PNG);
  await until('the lane works', async () => (await server.metric('face_comparison_jobs_running')) === 1);
  const waiting = server.postImage(greyPng(66, 64), PNG);
  await until('one waits', async () => (await server.metric('face_comparison_queue_length')) === 1);
  expect(await isSpeckHit(server)).toBe(true);
  await problemOf(await server.postImage(greyPng(67, 64), PNG), 'overloaded');
  await problemOf(await server.postJson('/face_comparison', { url: host.url('/silent') }), 'overloaded');
  process.kill(lane, 'SIGCONT');
  expect([(await running).status, (await waiting).status]).toEqual([200, 200]);
  await server.stop();
  await host.close();
});
