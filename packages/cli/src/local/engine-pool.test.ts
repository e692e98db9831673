import { EnginePool, type Lendable } from './engine-pool.js';

class Tool implements Lendable {
  hasEnded = false;
  end(): void {
    this.hasEnded = true;
  }
}

const never = new AbortController().signal;

describe('a pool of engines', () => {
  it('makes no more than it may, when they are needed, and lends them again', async () => {
    const made: Tool[] = [];
    const pool = new EnginePool(2, () => {
      const tool = new Tool();
      made.push(tool);
      return Promise.resolve(tool);
    });
    await pool.use(() => Promise.resolve(), never);
    expect(made).toHaveLength(1);
    let running = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    await Promise.all(Array.from({ length: 6 }, () => pool.use(task, never)));
    expect([made.length, most]).toEqual([2, 2]);
    pool.end();
    expect(made.every(({ hasEnded }) => hasEnded)).toBe(true);
  });

  it('replaces one that has ended', async () => {
    let made = 0;
    const pool = new EnginePool(1, () => {
      made++;
      return Promise.resolve(new Tool());
    });
    await expect(
      pool.use((tool) => {
        tool.end();
        return Promise.reject(new Error('lost'));
      }, never),
    ).rejects.toThrow('lost');
    await pool.use(() => Promise.resolve(), never);
    expect(made).toBe(2);
  });

  it('can go on after one that could not be made', async () => {
    let isFirst = true;
    const pool = new EnginePool(1, () => {
      if (!isFirst) return Promise.resolve(new Tool());
      isFirst = false;
      return Promise.reject(new Error('no memory'));
    });
    await expect(pool.use(() => Promise.resolve(), never)).rejects.toThrow('no memory');
    await expect(pool.use(() => Promise.resolve('done'), never)).resolves.toBe('done');
  });

  it('lets go of work that nobody waits for, and ends what does it', async () => {
    const tools: Tool[] = [];
    const pool = new EnginePool(1, () => {
      const tool = new Tool();
      tools.push(tool);
      return Promise.resolve(tool);
    });
    const controller = new AbortController();
    const endless = pool.use(() => new Promise<never>(() => undefined), controller.signal);
    const waiting = pool.use(() => Promise.resolve(), controller.signal);
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(endless).rejects.toThrow('enough');
    await expect(waiting).rejects.toThrow('enough');
    expect(tools.map(({ hasEnded }) => hasEnded)).toEqual([true]);
  });
});
