import { checkAgainst, parseComparable, type Comparable } from './check.js';

const spread = (median: number, range = 0) => ({ median, min: median - range / 2, max: median + range / 2 });

const report = (change: Partial<Comparable>): Comparable => ({
  machine: { simd: ['avx2', 'avx512_vnni'] },
  accelerator: 'none',
  peer: { setting: { workers: 2, threads: 1 } },
  ratios: {},
  ...change,
});

/** Of int8 to fp32, by CPU time. */
const ofCpu = (by_photo: Record<string, ReturnType<typeof spread>>): Comparable =>
  report({ ratios: { int8_vs_fp32: { by_photo: { small: spread(9) }, cpu: { by_photo } } } });

const missedBy = (committed: Comparable, current: Comparable): string[] =>
  checkAgainst(committed, current).missed.map(({ what }) => what);

describe('checkAgainst', () => {
  it('lets pass what is as it was', () => {
    const same = ofCpu({ small: spread(2), large: spread(1.5, 0.1) });
    expect(checkAgainst(same, same)).toMatchObject({ missed: [], compared: 3 });
  });

  it('names each photo and the mean when a quarter is lost', () => {
    const committed = ofCpu({ small: spread(2, 0.4), large: spread(4, 0.8) });
    const current = ofCpu({ small: spread(1.5), large: spread(3) });
    expect(missedBy(committed, current)).toEqual([
      'int8_vs_fp32 of CPU time, small',
      'int8_vs_fp32 of CPU time, large',
      'int8_vs_fp32 of CPU time, geometric mean',
    ]);
    expect(checkAgainst(committed, current).missed[0]).toMatchObject({
      wanted: '>= 1.60 (committed: 2.00)',
      got: '1.50',
    });
  });

  it('sees a quarter lost however noisy the committed rounds were', () => {
    expect(missedBy(ofCpu({ small: spread(2, 3) }), ofCpu({ small: spread(1.5) }))).toHaveLength(2);
  });

  it('allows the floor where the rounds were steady, and more where they were not', () => {
    const lower = ofCpu({ small: spread(1.74) });
    expect(missedBy(ofCpu({ small: spread(2) }), lower)).toHaveLength(2);
    expect(missedBy(ofCpu({ small: spread(2, 0.16) }), lower)).toEqual([]);
    expect(missedBy(ofCpu({ small: spread(2) }), ofCpu({ small: spread(1.82) }))).toEqual([]);
  });

  it('judges a photo by its best round, since a loss is in every round', () => {
    const [committed, current] = [ofCpu({ small: spread(2) }), ofCpu({ small: spread(1.85, 0.3) })];
    expect(missedBy(committed, { ...current })).toEqual([]);
    const oneBadRound = ofCpu({ small: { median: 1.4, min: 0.9, max: 1.9 } });
    expect(missedBy(committed, oneBadRound)).toEqual(['int8_vs_fp32 of CPU time, geometric mean']);
  });

  it('leaves out photos that are in one of them only', () => {
    const committed = ofCpu({ small: spread(2), huge: spread(9) });
    const current = ofCpu({ small: spread(2), tiny: spread(0.1) });
    expect(checkAgainst(committed, current)).toMatchObject({ missed: [], compared: 2 });
  });

  it('compares throughput where CPU time is not in both', () => {
    const throughput = report({ ratios: { int8_vs_fp32: { by_photo: { small: spread(5) } } } });
    expect(missedBy(ofCpu({ small: spread(2) }), throughput)).toEqual([
      'int8_vs_fp32, small',
      'int8_vs_fp32, geometric mean',
    ]);
  });

  it('does not compare with a peer of another setting', () => {
    const ratios = { fp32_vs_peer: { by_photo: { small: spread(2) } } };
    const current = report({ ratios, peer: { setting: { workers: 4, threads: 1 } } });
    const result = checkAgainst(report({ ratios }), current);
    expect(result.compared).toBe(0);
    expect(result.leftOut).toContain(
      'fp32_vs_peer: committed with a peer of 2 workers of 1 threads, this run has 4 workers of 1 threads',
    );
  });

  it('compares machines that differ in instructions that are not used', () => {
    const committed = ofCpu({ small: spread(2) });
    const current = { ...committed, machine: { simd: ['avx2', 'avx_vnni', 'avx512_vnni'] } };
    expect(checkAgainst(committed, current).compared).toBe(2);
  });

  it.each([
    [{ machine: { simd: ['avx2'] } }, 'committed on a machine with avx2 avx512_vnni, this one has avx2'],
    [{ accelerator: 'nvidia' }, 'committed with --accelerator none, this run has nvidia'],
  ])('compares nothing with %j', (change, why) => {
    const committed = ofCpu({ small: spread(2) });
    const result = checkAgainst(committed, { ...ofCpu({ small: spread(1) }), ...change });
    expect(result).toEqual({ missed: [], compared: 0, leftOut: [why] });
  });
});

describe('parseComparable', () => {
  it('names the file and the field that is wrong', () => {
    expect(() => parseComparable({ ...report({}), accelerator: 7 }, 'bench.json')).toThrow(
      /bench\.json: .*\/accelerator/,
    );
  });
});
