import { seededRandom } from './random.js';
import { geometricMean, median, percentile, standardError, theilSenSlope, wilsonInterval } from './summary.js';

describe('percentile', () => {
  const oneToHundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  it.each([
    [0, 1],
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
    [1, 100],
  ])('of 1..100 at %p is %p, whatever the order', (share, expected) => {
    expect(percentile(oneToHundred, share)).toBe(expected);
  });

  it('is a value that was seen, even for two values', () => {
    expect(percentile([10, 20], 0.99)).toBe(20);
    expect(percentile([10, 20], 0.5)).toBe(10);
  });

  it('refuses no values and a percentage in place of a share', () => {
    expect(() => percentile([], 0.5)).toThrow('at least one value');
    expect(() => percentile([1], 95)).toThrow('between 0 and 1, got 95');
  });
});

describe('summaries', () => {
  it('takes the mean of the two middle values as the median of an even number', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([3, 1, 2])).toBe(2);
  });

  it('gives the standard error of the mean with n - 1', () => {
    // sample standard deviation of 2,4,4,4,5,5,7,9 is 2.13809
    expect(standardError([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.13809 / Math.sqrt(8), 5);
    expect(standardError([5])).toBe(0);
  });

  it('finds that twice and half as fast are as fast on average', () => {
    expect(geometricMean([2, 0.5])).toBeCloseTo(1, 12);
  });
});

describe('wilsonInterval', () => {
  it('agrees with published values', () => {
    // 10 of 100: 0.0552 to 0.1744 (Newcombe, Statistics in Medicine 17, 1998, method 3)
    const { low, high } = wilsonInterval(10, 100);
    expect(low).toBeCloseTo(0.0552, 4);
    expect(high).toBeCloseTo(0.1744, 4);
  });

  it('stays within 0..1 and has a width when nothing or everything was counted', () => {
    expect(wilsonInterval(0, 100).low).toBe(0);
    expect(wilsonInterval(0, 100).high).toBeGreaterThan(0.03);
    expect(wilsonInterval(100, 100).high).toBe(1);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('theilSenSlope', () => {
  it('finds the slope of a line although one point is far off', () => {
    expect(
      theilSenSlope([
        [0, 1],
        [1, 3],
        [2, 500],
        [3, 7],
        [4, 9],
      ]).slope,
    ).toBe(2);
  });

  it('is not a number for a single place', () => {
    expect(
      theilSenSlope([
        [1, 1],
        [1, 2],
      ]).slope,
    ).toBeNaN();
  });

  it('is not sure of a trend in noise, and sure of one in a line', () => {
    const random = seededRandom(4);
    const noise = Array.from({ length: 40 }, (_, i): [number, number] => [i, random()]);
    const { low, high } = theilSenSlope(noise);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(theilSenSlope(noise.map(([x, y]) => [x, y + x])).low).toBeGreaterThan(0.9);
  });
});
