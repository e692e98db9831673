import { leastReadyPods, mixedMs, mixedSamples, overlapMs, type RouteSample, type Spaces } from './route-samples.js';

const spaces: Spaces = {
  spaceOf: (version) => version[0],
  areComparable: (a, b) => a === b || [a, b].sort().join('') === 'bc',
};

const sample = (at: number, pods: Record<string, string[]>): RouteSample => ({ at, pods });

describe('samples of what pods answer', () => {
  it('find two spaces in one pod, and in two', () => {
    const inOne = sample(1, { p: ['a1', 'b1'] });
    const inTwo = sample(2, { p: ['a1'], q: ['b1'] });
    expect(mixedSamples([inOne, sample(3, { p: ['a1'], q: ['a2'] }), inTwo], spaces)).toEqual([inOne, inTwo]);
  });

  it('tell for how long two spaces were given out', () => {
    const [good, bad] = [{ p: ['a1'] }, { p: ['a1', 'b1'] }];
    expect(mixedMs([sample(10, good), sample(20, bad), sample(27, good), sample(40, bad)], spaces)).toBe(7);
  });

  it('let comparable spaces stand beside each other', () => {
    expect(mixedSamples([sample(1, { p: ['b1'], q: ['c1'] })], spaces)).toEqual([]);
  });

  it('tell the least number of pods that answered', () => {
    expect(leastReadyPods([sample(1, { p: ['a1'], q: ['a1'] }), sample(2, { q: [] })])).toBe(1);
    expect(leastReadyPods([])).toBeUndefined();
  });

  it('tell for how long the old one answered beside the new one', () => {
    const before = sample(10, { p: ['a1'], q: ['a1'] });
    const half = sample(20, { p: ['b1'], q: ['a1'] });
    const after = sample(35, { p: ['b1'], q: ['b1'] });
    expect(overlapMs([before, half, after], 'a1', 'b1')).toBe(15);
    expect(overlapMs([before, after], 'a1', 'b1')).toBe(0);
    expect(overlapMs([before], 'a1', 'b1')).toBeUndefined();
  });
});
