import { RateLimit } from './rate-limit.js';

const never = new AbortController().signal;

describe('a rate limit', () => {
  it('spaces calls evenly, and saves nothing up in a pause', async () => {
    let nowMs = 0;
    const waits: number[] = [];
    const limit = new RateLimit(10, {
      nowMs: () => nowMs,
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
    await Promise.all([limit.turn(never), limit.turn(never), limit.turn(never)]);
    nowMs = 10_000;
    await Promise.all([limit.turn(never), limit.turn(never)]);
    expect(waits).toEqual([100, 200, 100]);
  });

  it('does not hold up what is stopped', async () => {
    const limit = new RateLimit(0.001);
    await limit.turn(never);
    const controller = new AbortController();
    const turn = limit.turn(controller.signal);
    controller.abort();
    await expect(turn).rejects.toThrow('aborted');
  });
});
