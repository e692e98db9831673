import { criticalPath, layOutCreations, layOutDeletions, type Placed } from './schedule.js';
import type { Task } from './task.js';

const task = (name: string, seconds: number, ...after: string[]): Task => ({ urn: name, name, seconds, after });
const times = (placed: readonly Placed[]): Record<string, [number, number]> =>
  Object.fromEntries(placed.map(({ task: { name }, startSeconds, endSeconds }) => [name, [startSeconds, endSeconds]]));

describe('creations', () => {
  it('begin when all that they depend on is there', () => {
    const placed = layOutCreations([task('node', 100, 'cluster', 'role'), task('cluster', 500), task('role', 5)], 8);

    expect(times(placed)).toEqual({ cluster: [0, 500], role: [0, 5], node: [500, 600] });
    expect([...criticalPath(placed)].toSorted()).toEqual(['cluster', 'node']);
  });

  it('wait for a free slot, and then what freed it is critical', () => {
    const placed = layOutCreations([task('first', 10), task('second', 20), task('third', 30)], 2);

    expect(times(placed)).toEqual({ first: [0, 10], second: [0, 20], third: [10, 40] });
    expect([...criticalPath(placed)].toSorted()).toEqual(['first', 'third']);
  });

  it('ignore what is not of this stack', () => {
    expect(times(layOutCreations([task('one', 1, 'elsewhere')], 8))).toEqual({ one: [0, 1] });
  });

  it('that wait for each other are named', () => {
    expect(() => layOutCreations([task('hen', 1, 'egg'), task('egg', 1, 'hen')], 8)).toThrow('hen, egg');
  });
});

describe('deletions', () => {
  it('run in waves, the farthest from the root first', () => {
    const placed = layOutDeletions(
      [task('vpc', 1), task('subnet', 2, 'vpc'), task('node', 300, 'subnet'), task('bucket', 50)],
      8,
    );

    // Nothing depends on the bucket; it goes with the VPC all the same, for it depends on nothing.
    expect(times(placed)).toEqual({ node: [0, 300], subnet: [300, 302], vpc: [302, 303], bucket: [302, 352] });
    expect([...criticalPath(placed)].toSorted()).toEqual(['bucket', 'node', 'subnet']);
  });
});
