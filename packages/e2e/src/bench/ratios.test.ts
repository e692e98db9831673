import { ratiosOf } from './ratios.js';
import { aMeasurement, MEASUREMENTS } from '../../test/bench-measurements.js';

describe('ratiosOf', () => {
  it('compares each at the concurrency at which it is best over all rounds, round by round', () => {
    expect(ratiosOf(MEASUREMENTS).fp32_vs_peer?.byPhoto).toEqual({
      small: { median: 21 / 11, min: 22 / 12, max: 20 / 10 },
    });
  });

  it('does not choose another concurrency for each round', () => {
    const noisy = [
      aMeasurement('ours', 4, 0, 10),
      aMeasurement('ours', 4, 1, 10),
      // Once faster by chance, and slower in the median.
      aMeasurement('ours', 8, 0, 14),
      aMeasurement('ours', 8, 1, 4),
      aMeasurement('raw', 2, 0, 10),
      aMeasurement('raw', 2, 1, 10),
    ];
    expect(ratiosOf(noisy).fp32_vs_raw?.byPhoto).toEqual({ small: { median: 1, min: 1, max: 1 } });
  });

  it('names the lowest and the geometric mean over the photos', () => {
    const two = [
      ...['small', 'large'].map((photo) => aMeasurement('peer', 4, 0, 10, photo)),
      aMeasurement('ours', 4, 0, 20, 'small'),
      aMeasurement('ours', 4, 0, 5, 'large'),
    ];
    expect(ratiosOf(two).fp32_vs_peer).toMatchObject({ lowest: 0.5, geometricMean: 1 });
  });

  it('says how much more CPU time the other needs under load, where both were measured', () => {
    const { fp32_vs_peer, fp32_vs_raw } = ratiosOf(MEASUREMENTS);
    expect(fp32_vs_peer?.cpu?.byPhoto).toEqual({ small: { median: 2, min: 62 / 32, max: 62 / 30 } });
    expect(fp32_vs_raw?.cpu).toBeUndefined();
  });

  it('leaves lone requests out of CPU time', () => {
    const spreadOut = MEASUREMENTS.map((one) => (one.concurrency === 1 ? { ...one, cpuMsPerRequest: 1000 } : one));
    expect(ratiosOf(spreadOut).fp32_vs_peer?.cpu).toEqual(ratiosOf(MEASUREMENTS).fp32_vs_peer?.cpu);
  });

  it('leaves out what was not measured', () => {
    expect(Object.keys(ratiosOf(MEASUREMENTS))).toEqual(['fp32_vs_peer', 'fp32_vs_raw']);
  });
});
