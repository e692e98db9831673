import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../waiting/until.js';
import { ModelWorld, type ModelSource } from './model-world.js';
import { ServingProcess, isDue } from './serving-process.js';

const OFTEN = { everyMs: 5 };

describe('a simulated serving process', () => {
  let folder = '';
  let world: ModelWorld;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'serving-'));
    world = await ModelWorld.create(folder);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const newProcess = (): ServingProcess =>
    new ServingProcess({ address: '127.0.0.1', pod: 'pod-1', lanes: 1, world, retryDelaysMs: [20] });

  const plan = (models: readonly ModelSource[], more: object = {}): string =>
    JSON.stringify({
      generation: 1,
      default: models[0]?.version,
      models: models.map(({ version, manifest, sha256 }) => ({ version, manifest, sha256 })),
      ...more,
    });

  it('is ready once the default of its plan is loaded, and answers with it', async () => {
    const model = await world.make({ version: '1', space: 'a', behaviour: { loadMs: 10, latencyMs: 1 } });
    const simulated = newProcess();
    expect(simulated.isReady).toBe(false);
    expect((await simulated.answer('somebody')).status).toBe(503);
    simulated.readPlan(plan([model]));
    await until('it is ready', () => simulated.isReady, OFTEN);
    expect(await simulated.answer('somebody')).toEqual({ status: 200, version: '1' });
    expect(simulated.serving().versions[0]).toMatchObject({
      version: '1',
      requests: 1,
      errors: 0,
      embeddingSpace: model.space,
    });
    simulated.drain();
    expect(simulated.isReady).toBe(false);
    await simulated.stop();
  });

  it('fails to load as the world says, with its code, and tries again', async () => {
    const failing = { failure: () => ({ code: 'model_unusable', message: 'broken' }) };
    const model = await world.make({ version: '1', space: 'a', behaviour: { loadMs: 0, ...failing } });
    const simulated = newProcess();
    simulated.readPlan(plan([model]));
    const report = await until(
      'it has failed',
      () => simulated.serving().versions.find(({ state }) => state === 'failed'),
      OFTEN,
    );
    expect(report).toMatchObject({ reason: 'broken', reasonCode: 'model_unusable' });
    world.change('1', { failure: () => undefined });
    await until('it is ready', () => simulated.isReady, OFTEN);
    expect(world.timesOpened('1')).toBeGreaterThan(1);
    await simulated.stop();
  });

  it('refuses a pin to what it has not loaded, and a plan that cannot be read', async () => {
    const model = await world.make({ version: '1', space: 'a', behaviour: { loadMs: 0 } });
    const simulated = newProcess();
    simulated.readPlan(plan([model]));
    await until('it is ready', () => simulated.isReady, OFTEN);
    expect((await simulated.answer('somebody', '2')).status).toBe(409);
    simulated.readPlan('{}');
    expect(simulated.serving().rejected?.reason).toMatch(/generation/);
    expect(simulated.isReady).toBe(true);
    await simulated.stop();
  });

  it('spreads failures evenly over its requests', () => {
    const failures = Array.from({ length: 100 }, (_, n) => isDue(n, 0.2)).filter(Boolean).length;
    expect(failures).toBe(20);
    expect(Array.from({ length: 5 }, (_, n) => isDue(n, 0.2))).toEqual([false, false, false, false, true]);
    expect(isDue(0, 0)).toBe(false);
  });
});
