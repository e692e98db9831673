import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest } from '@face-comparison/bundle';
import { ModelWorld } from './model-world.js';

describe('a world of models', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'world-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('writes manifests that the bundle reads, in the space that it says', async () => {
    const world = await ModelWorld.create(folder);
    const made = await world.make({ version: 'a1', space: 'a' });
    const { manifest, space } = await readManifest(
      { manifest: made.manifest, sha256: made.sha256 },
      { cacheDir: folder },
    );
    expect(manifest.version).toBe('a1');
    expect(space).toBe(made.space);
    expect(world.spaceOf('a1')).toBe(space);
  });

  it('gives one space to models of one word, another to others', async () => {
    const world = await ModelWorld.create(folder);
    const spaces = [];
    for (const [version, space] of [
      ['b1', 'b'],
      ['b2', 'b'],
      ['c1', 'c'],
    ] as const) {
      spaces.push((await world.make({ version, space })).space);
    }
    expect(spaces[0]).toBe(spaces[1]);
    expect(spaces[0]).not.toBe(spaces[2]);
  });

  it('knows which spaces are declared comparable, either way', async () => {
    const world = await ModelWorld.create(folder);
    const old = await world.make({ version: 'd1', space: 'd' });
    const made = await world.make({ version: 'e1', space: 'e', comparableWith: ['d'] });
    const other = await world.make({ version: 'f1', space: 'f' });
    expect(world.areComparable(old.space, made.space)).toBe(true);
    expect(world.areComparable(made.space, old.space)).toBe(true);
    expect(world.areComparable(other.space, old.space)).toBe(false);
  });

  it('refuses to make a version twice', async () => {
    const world = await ModelWorld.create(folder);
    await world.make({ version: 'g1', space: 'g' });
    await expect(world.make({ version: 'g1', space: 'h' })).rejects.toThrow(/g1 is there already/);
  });
});
