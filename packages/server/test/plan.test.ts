import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HEADERS, ModelMetadataSchema, type Serving, type ServingPlan } from '@face-comparison/contract';
import { answerOf, problemOf } from './kit/answers.js';
import { DEFAULT, FLOAT32, LITE, type TestModel } from './kit/models.js';
import { greyPng, photo } from './kit/pictures.js';
import { MountedPlan, PlanFile, removeTemporaryFolders, temporaryFolder } from './kit/plan-file.js';
import { alive } from './kit/processes.js';
import { stopServers, TestServer } from './kit/server.js';
import { until } from './kit/until.js';

/** Costs a lane a few milliseconds. */
const SPECK = greyPng(64, 64);

afterAll(async () => {
  await stopServers();
  removeTemporaryFolders();
});

const planOf = (generation: number, models: readonly TestModel[], more: Partial<ServingPlan> = {}): ServingPlan => ({
  generation,
  default: models[0]?.version ?? '',
  models: models.map(({ entry }) => entry),
  ...more,
});

async function untilServing(server: TestServer, what: string, isSo: (serving: Serving) => boolean): Promise<Serving> {
  return until(what, async () => {
    const serving = await server.serving();
    return isSo(serving) ? serving : undefined;
  });
}

/** The version that answered. */
function versionOf(response: Response): string | null {
  return response.headers.get(HEADERS.modelVersion);
}

async function versionFor(server: TestServer, headers: Readonly<Record<string, string>> = {}): Promise<string | null> {
  const response = await server.postImage(SPECK, { type: 'image/png', headers });
  expect((await server.readFaces(response)).FaceModelVersion).toBe(versionOf(response));
  return versionOf(response);
}

describe('two versions of two spaces', () => {
  const both = planOf(1, [DEFAULT, LITE]);
  let file: PlanFile;
  let server: TestServer;

  beforeAll(async () => {
    file = new PlanFile(both);
    server = await TestServer.ready(['--plan', file.path, '--lanes', '1']);
    await server.untilVersionReady(LITE.version);
  });

  it('are served side by side, the default to who does not pin', async () => {
    expect(await versionFor(server)).toBe(DEFAULT.version);
    for (const { version, space } of [DEFAULT, LITE]) {
      const response = await server.postImage(photo(), { headers: { [HEADERS.modelVersion]: version } });
      expect(versionOf(response)).toBe(version);
      expect(response.headers.get(HEADERS.embeddingSpace)).toBe(space);
      const { Faces, FaceModelVersion } = await server.readFaces(response);
      expect(FaceModelVersion).toBe(version);
      expect(Faces[0]?.face_hash).toHaveLength(version === DEFAULT.version ? 768 : 128);
    }
  });

  it('are told on the private port with state, space, parity, lanes and counts', async () => {
    const { default: standard, versions } = await server.serving();
    expect(standard).toBe(DEFAULT.version);
    expect(versions).toEqual([
      expect.objectContaining({
        version: DEFAULT.version,
        state: 'ready',
        embeddingSpace: DEFAULT.space,
        comparable: true,
        lanes: 1,
        errors: 0,
      }),
      expect.objectContaining({
        version: LITE.version,
        state: 'ready',
        embeddingSpace: LITE.space,
        comparable: false,
        lanes: 1,
        requests: 1,
      }),
    ]);
    expect(versions[0]?.parity).toBeGreaterThan(0.9999);
    expect(versions[0]?.latency.count).toBe(2);
    expect(versions[0]?.latency.p50Ms).toBeGreaterThan(0);
  });

  it('let a stored vector choose the version that made it', async () => {
    const pin = { [HEADERS.modelVersion]: LITE.version };
    const { Faces } = await server.analyze(photo(), { headers: pin });
    const vector = { face_hash: Faces[0]?.face_hash ?? [], FaceModelVersion: LITE.version };
    const answer = await server.compare({ source: vector, target: { img: photo().toString('base64') } });
    expect(answer.FaceModelVersion).toBe(LITE.version);
    expect(answer.FaceMatches[0]?.Similarity).toBe(100);
  });

  it.each<[string, string, number | null]>([
    ['is no JSON', '{"generation": 2,', null],
    ['names a default that it does not list', JSON.stringify({ ...both, generation: 3, default: '9.9.9' }), 3],
    ['has a field that there is not', JSON.stringify({ ...both, generation: 4, cannary: {} }), 4],
    [
      'gives a served version another manifest',
      JSON.stringify({
        ...both,
        generation: 5,
        models: [DEFAULT.entry, { ...LITE.entry, manifest: 'file:///other.json' }],
      }),
      5,
    ],
    [
      'splits traffic across two spaces',
      JSON.stringify({ ...both, generation: 6, canary: { version: LITE.version, weight: 100 } }),
      6,
    ],
  ])('stay when a plan comes that %s, and it is told why', async (_what, text, generation) => {
    file.write(text);
    const serving = await untilServing(
      server,
      'the plan is refused',
      ({ rejected }) => rejected?.generation === generation,
    );
    expect(serving).toMatchObject({ generation: 1, default: DEFAULT.version });
    expect(serving.rejected?.reason.length).toBeGreaterThan(20);
    expect(await versionFor(server)).toBe(DEFAULT.version);
    file.write(both);
    await untilServing(server, 'the good plan is followed again', ({ rejected }) => rejected === undefined);
  });

  it('stay when the plan is deleted', async () => {
    file.remove();
    await untilServing(server, 'it is told', ({ rejected }) => rejected?.generation === null);
    expect(await versionFor(server)).toBe(DEFAULT.version);
    file.write(both);
    await untilServing(server, 'the plan is followed again', ({ rejected }) => rejected === undefined);
  });

  it('change places at one instant, without a mixed answer', async () => {
    const planned = async (): Promise<unknown> =>
      (
        await answerOf(
          await server.fetch(`/v2/models/${DEFAULT.name}/versions/${DEFAULT.version}`),
          ModelMetadataSchema,
        )
      ).parameters.switch;
    const follow = async (generation: number, at: number): Promise<unknown> => {
      const to = { to: LITE.version, at: new Date(at).toISOString() };
      file.write({ ...both, generation, switch: to });
      await untilServing(server, 'the plan is followed', (serving) => serving.generation === generation);
      return to;
    };
    const inAnHour = await follow(7, Date.now() + 3_600_000);
    expect(await planned()).toEqual(inAnHour);
    expect(await versionFor(server)).toBe(DEFAULT.version);

    // The server follows a plan within a second; were it later than the instant, only the answers after that are looked at.
    const at = Date.now() + 4000;
    await follow(8, at);
    const answers: { sent: number; received: number; version: string | null }[] = [];
    while (answers.filter(({ sent }) => sent >= at).length < 5) {
      const sent = Date.now();
      const response = await server.postImage(SPECK, { type: 'image/png' });
      answers.push({ sent, received: Date.now(), version: versionOf(response) });
    }
    for (const { sent, received, version } of answers) {
      if (received < at) expect(version).toBe(DEFAULT.version);
      if (sent >= at) expect(version).toBe(LITE.version);
    }
    expect((await server.serving()).default).toBe(LITE.version);
    expect(await planned()).toBeUndefined();
    expect(await versionFor(server, { [HEADERS.modelVersion]: DEFAULT.version })).toBe(DEFAULT.version);
  });

  it('lose the one that the plan no longer names: its processes end, its memory is free', async () => {
    file.write(both);
    await untilServing(server, 'the default is back', (serving) => serving.default === DEFAULT.version);
    const before = await server.lanes();
    file.write(planOf(9, [DEFAULT]));
    await untilServing(server, 'it is unloaded', ({ versions }) => versions.length === 1);
    const after = await server.lanes();
    expect(after).toHaveLength(before.length - 1);
    expect(await alive(before)).toEqual(after);
    await problemOf(
      await server.postImage(photo(), { headers: { [HEADERS.modelVersion]: LITE.version } }),
      'model_version_unavailable',
    );
    expect(await versionFor(server)).toBe(DEFAULT.version);
  });

  it('are not split by a canary that comes together with its model: it is told once the model is known', async () => {
    file.write({ ...both, generation: 10, canary: { version: LITE.version, weight: 100 } });
    const serving = await untilServing(server, 'the canary is refused', ({ rejected }) => rejected?.generation === 10);
    expect(serving.canary).toBeUndefined();
    expect(serving.rejected?.reason).toContain('embedding spaces');
    await server.untilVersionReady(LITE.version);
    expect(await versionFor(server)).toBe(DEFAULT.version);
  });
});

describe('a version whose files are not what the manifest says', () => {
  it('fails and says why, the default goes on, and the plan can be corrected', async () => {
    const folder = join(temporaryFolder(), 'damaged');
    cpSync(dirname(LITE.manifestPath), folder, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, version: '3.0.0' }));
    const embedder = readFileSync(join(folder, 'embedder.onnx'));
    const damaged = Buffer.from(embedder);
    damaged.writeUInt8((damaged.readUInt8(5000) + 1) % 256, 5000);
    writeFileSync(join(folder, 'embedder.onnx'), damaged);
    const entry = { version: '3.0.0', manifest: join(folder, 'manifest.json') };
    const plan = planOf(1, [LITE]);
    const file = new PlanFile({ ...plan, models: [...plan.models, entry] });
    const server = await TestServer.ready(['--plan', file.path, '--lanes', '1']);

    const failed = await until('it has failed', async () => {
      const version = await server.version('3.0.0');
      return version?.state === 'failed' ? version : undefined;
    });
    expect(failed.reason).toMatch(/embedder\.onnx.*sha256/);
    expect(failed.lanes).toBe(0);
    expect(await versionFor(server)).toBe(LITE.version);
    await problemOf(
      await server.postImage(SPECK, { type: 'image/png', headers: { [HEADERS.modelVersion]: '3.0.0' } }),
      'model_version_unavailable',
    );

    writeFileSync(join(folder, 'embedder.onnx'), embedder);
    file.write({
      ...plan,
      generation: 2,
      models: [...plan.models, { ...entry, manifest: `file://${entry.manifest}` }],
    });
    await server.untilVersionReady('3.0.0');
    expect(await versionFor(server, { [HEADERS.modelVersion]: '3.0.0' })).toBe('3.0.0');
    await server.stop();
  });
});

describe('a canary that is declared and measured to be comparable', () => {
  const WEIGHT = 30;
  let server: TestServer;

  beforeAll(async () => {
    const plan = planOf(1, [DEFAULT, FLOAT32], { canary: { version: FLOAT32.version, weight: WEIGHT } });
    server = await TestServer.ready([
      ...['--plan', new PlanFile(plan).path, '--lanes', '1', '--trust-proxy', '127.0.0.1'],
    ]);
    await until('parity is measured', async () => (await server.version(FLOAT32.version))?.comparable);
  });

  it('answers about its share of the clients, and each client always by one version', async () => {
    const clients = Array.from({ length: 60 }, (_, index) => `203.0.113.${index}`);
    let share = 0;
    for (const client of clients) {
      const headers = { 'X-Forwarded-For': client };
      const versions = new Set([await versionFor(server, headers), await versionFor(server, headers)]);
      expect(versions.size).toBe(1);
      if (versions.has(FLOAT32.version)) share++;
    }
    // 60 clients at 30 %: 18 are expected; the standard deviation is 3.5.
    expect(share).toBeGreaterThan(7);
    expect(share).toBeLessThan(29);
    expect((await server.version(FLOAT32.version))?.requests).toBe(2 * share);
  });

  it('is told with its parity, and in the model that it is one', async () => {
    const served = await server.version(FLOAT32.version);
    expect(served?.parity).toBeGreaterThan(0.999);
    const path = `/v2/models/${FLOAT32.name}/versions/${FLOAT32.version}`;
    const { parameters } = await answerOf(await server.fetch(path), ModelMetadataSchema);
    expect(parameters.canaryWeight).toBe(WEIGHT);
    expect([...parameters.comparableWith].sort()).toEqual([DEFAULT.space, FLOAT32.space].sort());
  });

  it('has vectors that can be compared with those of the default', async () => {
    const [own, other] = await Promise.all(
      [FLOAT32, DEFAULT].map(async ({ version }) => {
        const { Faces } = await server.analyze(photo(), { headers: { [HEADERS.modelVersion]: version } });
        return { face_hash: Faces[0]?.face_hash ?? [], FaceModelVersion: version };
      }),
    );
    if (own === undefined || other === undefined) throw new Error('two vectors were asked for');
    const answer = await server.compare({ source: own, target: other });
    expect(answer.FaceMatches[0]?.Similarity).toBeGreaterThan(99);
  });
});

it('waits for a plan that is not there yet, and follows one that is mounted from a ConfigMap', async () => {
  const mounted = new MountedPlan(planOf(1, [LITE]));
  mounted.unmount();
  const server = await TestServer.start(['--plan', mounted.path, '--lanes', '1']);
  await problemOf(await server.fetch('/v2/health/ready'), 'not_ready');
  expect(await server.serving()).toMatchObject({
    default: null,
    versions: [],
    rejected: { reason: expect.stringContaining('cannot be read') as string },
  });
  mounted.write(planOf(2, [LITE]));
  await server.untilReady();
  const { versions } = await server.serving();
  mounted.write(planOf(3, [LITE]));
  const serving = await untilServing(server, 'the plan is followed', ({ generation }) => generation === 3);
  expect(serving.versions.map(({ version, lanes }) => ({ version, lanes }))).toEqual(
    versions.map(({ version, lanes }) => ({ version, lanes })),
  );
  await server.stop();
});
