import { VirtualClock } from '../../test/virtual-clock.js';
import type { HttpAnswer } from '../service/http.js';
import { seededRandom } from '../statistics/random.js';
import { poissonArrivals, runOpenLoop } from './open-loop.js';

const answer = (status: number): HttpAnswer => ({ status, headers: {}, body: Buffer.alloc(0), durationMs: 1 });

describe('poissonArrivals', () => {
  const arrivals = poissonArrivals(50, 200_000, seededRandom(7));
  const gaps = arrivals.map((at, i) => at - (arrivals[i - 1] ?? 0));

  it('has the rate that is asked for, within the time', () => {
    expect(arrivals.length / 200).toBeGreaterThan(48);
    expect(arrivals.length / 200).toBeLessThan(52);
    expect(Math.max(...arrivals)).toBeLessThan(200_000);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
  });

  it('has gaps without memory: a share of 1/e is longer than the mean', () => {
    expect(gaps.filter((gap) => gap > 20).length / gaps.length).toBeCloseTo(1 / Math.E, 1);
  });

  it('is the same for the same seed', () => {
    expect(poissonArrivals(50, 200_000, seededRandom(7))).toEqual(arrivals);
    expect(poissonArrivals(50, 200_000, seededRandom(8))).not.toEqual(arrivals);
  });

  it('refuses a rate of nothing', () => {
    expect(() => poissonArrivals(0, 1000, seededRandom(1))).toThrow('must be positive, got 0');
  });
});

describe('runOpenLoop', () => {
  let clock: VirtualClock;
  beforeEach(() => (clock = new VirtualClock()));

  it('sends without waiting for answers', async () => {
    let underWay = 0;
    let most = 0;
    const send = async (): Promise<HttpAnswer> => {
      most = Math.max(most, ++underWay);
      await clock.sleep(100);
      underWay--;
      return answer(200);
    };
    await clock.run(runOpenLoop(send, [0, 1, 2, 3], clock));
    expect(most).toBe(4);
  });

  it('counts the time for which a request could not be sent', async () => {
    // The first request holds up the process that sends, as a client that waits for its answer would be held up.
    let isFirst = true;
    const send = (): Promise<HttpAnswer> => {
      if (isFirst) clock.stall(120);
      isFirst = false;
      return Promise.resolve(answer(200));
    };
    const { latenciesMs } = await clock.run(runOpenLoop(send, [0, 20, 40], clock));
    expect(latenciesMs).toEqual([120, 100, 80]);
  });

  it('counts refusals and broken connections as failures', async () => {
    let sent = 0;
    const send = (): Promise<HttpAnswer> =>
      sent++ === 0 ? Promise.reject(new Error('reset')) : Promise.resolve(answer(sent === 2 ? 429 : 200));
    const result = await clock.run(runOpenLoop(send, [0, 5, 10], clock));
    expect(result).toMatchObject({ failures: 2 });
    expect(result.latenciesMs).toHaveLength(1);
  });
});
