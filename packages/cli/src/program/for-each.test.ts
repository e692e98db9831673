import { forEach } from './for-each.js';

const never = new AbortController().signal;

describe('forEach', () => {
  it('runs no more than so many tasks at a time', async () => {
    let running = 0;
    let most = 0;
    await forEach(Array.from({ length: 20 }), { concurrency: 3, signal: never }, async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    });
    expect(most).toBe(3);
  });

  it('throws the first failure, after the others have heard of it and ended', async () => {
    const ended: number[] = [];
    const run = forEach([1, 2, 3, 4, 5], { concurrency: 2, signal: never }, async (item, signal) => {
      if (item === 2) throw new Error('two');
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      ended.push(item);
    });
    await expect(run).rejects.toThrow('two');
    expect(ended).toEqual([1]);
  });

  it('stops when it is told to, with the reason', async () => {
    const controller = new AbortController();
    const started: number[] = [];
    const run = forEach([1, 2, 3], { concurrency: 1, signal: controller.signal }, (item) => {
      started.push(item);
      controller.abort(new Error('enough'));
      return Promise.resolve();
    });
    await expect(run).rejects.toThrow('enough');
    expect(started).toEqual([1]);
  });
});
