import type { ServingPlan } from '@face-comparison/contract';
import type { EngineModel } from '@face-comparison/engine';
import { until } from '../../test/kit/until.js';
import { Registry, type RegistryOptions, type VersionLanes } from './registry.js';

/** What the world holds of a version: its space, what it declares, and how well it really agrees with others. */
interface World {
  readonly space: string;
  readonly comparableWith?: { space: string; minCosine: number }[];
  readonly cosine?: number | null;
}

interface Fixture {
  readonly registry: Registry;
  readonly events: string[];
  now: number;
}

/** Waits for everything that is due now: nothing in these tests takes time. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

function fixture(world: Readonly<Record<string, World>>, more: Partial<RegistryOptions> = {}): Fixture {
  const events: string[] = [];
  const state: Fixture = {
    events,
    now: Date.parse('2026-01-01T00:00:00Z'),
    registry: new Registry({
      open: ({ version }) => {
        const described = world[version];
        if (described === undefined) return Promise.reject(new Error(`${version} is not there`));
        events.push(`open ${version}`);
        return Promise.resolve(modelOf(version, described));
      },
      createLanes: (model) => lanesOf(model, world[model.manifest.version]?.cosine ?? null, events),
      log: () => undefined,
      now: () => state.now,
      ...more,
    }),
  };
  return state;
}

function modelOf(version: string, { space, comparableWith }: World): EngineModel {
  const manifest = { version, name: 'default', golden: { minCosine: 0.999 }, comparableWith };
  return { manifest, space, files: {} } as unknown as EngineModel;
}

function lanesOf(model: EngineModel, cosine: number | null, events: string[]): VersionLanes {
  const { version } = model.manifest;
  return {
    size: 1,
    start: () => Promise.resolve(),
    warm: () => Promise.resolve(1),
    goldenCosine: (other) => {
      events.push(`measure ${version} against ${other.manifest.version}`);
      return Promise.resolve(cosine);
    },
    stop: () => {
      events.push(`stop ${version}`);
      return Promise.resolve();
    },
    acquire: () => undefined,
    release: () => undefined,
  };
}

const planOf = (versions: readonly string[], more: Partial<ServingPlan> = {}): ServingPlan => ({
  generation: 1,
  default: versions[0] ?? '',
  models: versions.map((version) => ({ version, manifest: `file:///${version}/manifest.json` })),
  ...more,
});

const everybody = (registry: Registry): string[] => {
  const versions = Array.from({ length: 50 }, (_, client) => {
    const chosen = registry.route(undefined, `client:${client}`);
    return chosen.kind === 'version' ? chosen.version : chosen.kind;
  });
  return [...new Set(versions)].sort();
};

describe('a registry', () => {
  it('loads what the plan names, once, and unloads what it no longer names', async () => {
    const { registry, events } = fixture({ a: { space: 's' }, b: { space: 't' } });
    registry.apply(planOf(['a', 'b']));
    await settle();
    registry.apply(planOf(['a', 'b'], { generation: 2 }));
    await settle();
    expect(registry.loadedVersions).toEqual(['a', 'b']);
    registry.apply(planOf(['b'], { generation: 3 }));
    await settle();
    expect(registry.loadedVersions).toEqual(['b']);
    expect(events.filter((event) => !event.startsWith('measure'))).toEqual(['open a', 'open b', 'stop a']);
  });

  it('is not ready before a switch whose target is not', async () => {
    const { registry } = fixture({ a: { space: 's' }, b: { space: 't' } });
    const at = '2026-01-01T00:01:00.000Z';
    registry.apply(planOf(['a', 'missing'], { switch: { to: 'missing', at } }));
    await settle();
    expect(registry.standard?.version).toBe('a');
    expect(registry.isReady).toBe(false);
    registry.apply(planOf(['a', 'b'], { generation: 2, switch: { to: 'b', at } }));
    await settle();
    expect(registry.isReady).toBe(true);
  });

  it('keeps a version until its requests are answered', async () => {
    const { registry, events } = fixture({ a: { space: 's' }, b: { space: 's' } });
    registry.apply(planOf(['a', 'b']));
    await settle();
    const leaving = registry.get('b');
    if (leaving === undefined) throw new Error('b is loaded');
    leaving.inFlight = 1;
    registry.apply(planOf(['a']));
    await settle();
    expect(registry.versions.map(({ version, state }) => `${version} ${state}`)).toEqual(['a ready', 'b unloading']);
    expect(registry.route('b', 'client:1').kind).toBe('unavailable');
    expect(events).not.toContain('stop b');
  });

  it('gives a comparable canary its share once parity has been measured, and not before', async () => {
    const declared = { space: 't', comparableWith: [{ space: 's', minCosine: 0.99 }], cosine: 0.995 };
    const { registry } = fixture({ a: { space: 's' }, b: declared });
    const plan = planOf(['a', 'b'], { canary: { version: 'b', weight: 50 } });
    expect(registry.apply(plan)).toBe(true);
    expect(everybody(registry)).toEqual(['not-ready']);
    await settle();
    expect(everybody(registry)).toEqual(['a', 'b']);
    expect(registry.refused).toBeUndefined();
  });

  it.each<[string, World]>([
    ['is of another space', { space: 't' }],
    ['declares more than is measured', { space: 't', comparableWith: [{ space: 's', minCosine: 0.99 }], cosine: 0.98 }],
    ['cannot be measured', { space: 't', comparableWith: [{ space: 's', minCosine: 0.99 }], cosine: null }],
    ['declares another space', { space: 't', comparableWith: [{ space: 'u', minCosine: 0.1 }], cosine: 1 }],
  ])('drops a canary that %s, and says so', async (_what, canary) => {
    const { registry } = fixture({ a: { space: 's' }, b: canary });
    registry.apply(planOf(['a', 'b'], { generation: 5, canary: { version: 'b', weight: 100 } }));
    await settle();
    expect(everybody(registry)).toEqual(['a']);
    expect(registry.refused).toMatchObject({ generation: 5 });
    expect(registry.plan?.canary).toBeUndefined();
    expect(registry.loadedVersions).toEqual(['a', 'b']);
  });

  it('refuses a plan with such a canary once its space is known, and goes on with the one before', async () => {
    const { registry } = fixture({ a: { space: 's' }, b: { space: 't' } });
    registry.apply(planOf(['a', 'b']));
    await settle();
    const refused = planOf(['b', 'a'], { generation: 2, default: 'b', canary: { version: 'a', weight: 1 } });
    expect(registry.apply(refused)).toBe(false);
    expect(registry.plan?.generation).toBe(1);
    expect(registry.refused?.generation).toBe(2);
    expect(everybody(registry)).toEqual(['a']);
    registry.apply(planOf(['a', 'b'], { generation: 3 }));
    expect(registry.refused).toBeUndefined();
  });

  it('measures against the new default when it has changed at an instant', async () => {
    const at = Date.parse('2026-01-01T00:00:00Z') + 30;
    const world = fixture({ a: { space: 's' }, b: { space: 's' }, c: { space: 's' } });
    const { registry, events } = world;
    registry.apply(planOf(['a', 'b', 'c'], { switch: { to: 'b', at: new Date(at).toISOString() } }));
    await settle();
    expect(everybody(registry)).toEqual(['a']);
    expect(events.filter((event) => event.startsWith('measure'))).toEqual([
      'measure b against a',
      'measure c against a',
    ]);
    world.now = at;
    expect(everybody(registry)).toEqual(['b']);
    await until('c is measured against b', () => events.includes('measure c against b'));
    expect(events).toContain('measure a against b');
    await registry.stop();
  });

  it('does not serve a version under another name than its own', async () => {
    const { registry } = fixture({}, { open: () => Promise.resolve(modelOf('other', { space: 's' })) });
    registry.apply(planOf(['a']));
    await settle();
    expect(registry.get('a')).toMatchObject({
      state: 'failed',
      reason: 'the plan calls it a, its manifest says other',
    });
    await registry.stop();
  });

  it('does not serve a model that computes other vectors here than where it was made', async () => {
    const { registry, events } = fixture(
      { a: { space: 's' } },
      { createLanes: (model) => ({ ...lanesOf(model, 1, events2), warm: () => Promise.resolve(0.9) }) },
    );
    const events2: string[] = [];
    registry.apply(planOf(['a']));
    await settle();
    expect(registry.get('a')?.state).toBe('failed');
    expect(registry.get('a')?.reason).toContain('cosine 0.9');
    expect(events2).toEqual(['stop a']);
    expect(events).toEqual(['open a']);
    await registry.stop();
  });

  it('tries a version again that could not be loaded', async () => {
    let attempts = 0;
    const { registry } = fixture(
      {},
      {
        retryDelaysMs: [0],
        open: ({ version }) =>
          ++attempts < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve(modelOf(version, { space: 's' })),
      },
    );
    registry.apply(planOf(['a']));
    await until('it is loaded', () => registry.loadedVersions.length > 0);
    expect(attempts).toBe(3);
    expect(registry.get('a')?.reason).toBeUndefined();
  });

  it('lets a version be corrected that has not served yet, and never one that has', async () => {
    const { registry } = fixture({ a: { space: 's' } });
    const right = { version: 'b', manifest: 'file:///right.json' };
    const wrong = { version: 'b', manifest: 'file:///wrong.json' };
    const [a] = planOf(['a']).models;
    if (a === undefined) throw new Error('a plan has models');
    registry.apply({ ...planOf(['a']), models: [a, wrong] });
    await settle();
    expect(registry.get('b')?.state).toBe('failed');
    expect(registry.apply({ ...planOf(['a']), models: [a, right] })).toBe(true);
    expect(registry.get('b')?.entry).toEqual(right);
    expect(registry.apply({ ...planOf(['a']), models: [{ ...a, sha256: 'f'.repeat(64) }] })).toBe(false);
    await registry.stop();
  });
});
