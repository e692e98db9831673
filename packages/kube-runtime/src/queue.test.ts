import fc from 'fast-check';
import { RateLimitedQueue } from './queue.js';
import { FakeClock } from './testing/fake-clock.js';

describe('a queue', () => {
  let clock: FakeClock;
  let queue: RateLimitedQueue<string>;
  beforeEach(() => {
    clock = new FakeClock();
    queue = new RateLimitedQueue({ clock });
  });

  it('gives out keys in the order they came, each once', async () => {
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect(queue.length).toBe(3);
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual(['a', 'b', 'c']);
  });

  it('gives a key to whoever waited first', async () => {
    const [first, second] = [queue.take(), queue.take()];
    queue.add('a');
    queue.add('b');
    expect([await first, await second]).toEqual(['a', 'b']);
  });

  it('gives out a key that is added during its work exactly once more, and not before that has ended', async () => {
    queue.add('a');
    await queue.take();
    for (let i = 0; i < 5; i++) queue.add('a');
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(queue.length).toBe(1);
    expect(await queue.take()).toBe('a');
    queue.done('a');
    expect(queue.length).toBe(0);
  });

  it('adds later, and of several times the earliest', async () => {
    queue.addAfter('a', 1_000);
    queue.addAfter('a', 200);
    queue.addAfter('a', 500);
    await clock.advance(199);
    expect(queue.length).toBe(0);
    await clock.advance(1);
    expect(await queue.take()).toBe('a');
    queue.done('a');
    await clock.advance(10_000);
    expect(queue.length).toBe(0);
  });

  it('adds at once what is to be added after no time', () => {
    queue.addAfter('a', 0);
    expect(queue.length).toBe(1);
  });

  it('doubles the wait of a key that fails, from 5 ms to 1000 s, until it is forgotten', () => {
    const waits = Array.from({ length: 20 }, () => queue.addRateLimited('a'));
    expect(waits.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
    expect(waits[17]).toBe(655_360);
    expect(waits.slice(18)).toEqual([1_000_000, 1_000_000]);
    expect(queue.failures('a')).toBe(20);
    expect(queue.addRateLimited('b')).toBe(5);
    queue.forget('a');
    expect(queue.addRateLimited('a')).toBe(5);
  });

  it('still waits a bounded time after thousands of failures', () => {
    for (let i = 0; i < 3_000; i++) queue.addRateLimited('a');
    expect(queue.addRateLimited('a')).toBe(1_000_000);
  });

  it('lets go of everybody when it is shut down, and takes nothing more', async () => {
    const waiting = queue.take();
    queue.addAfter('later', 10);
    queue.shutDown();
    queue.add('a');
    expect(await waiting).toBeUndefined();
    expect(await queue.take()).toBeUndefined();
    expect(clock.waiting).toBe(0);
  });

  it('tells nobody twice of work that ended twice', () => {
    const finished = jest.fn();
    const observed = new RateLimitedQueue({
      clock,
      observer: { added: jest.fn(), taken: jest.fn(), retried: jest.fn(), watch: jest.fn(), finished },
    });
    observed.add('a');
    void observed.take();
    observed.done('a');
    observed.done('a');
    expect(finished).toHaveBeenCalledTimes(1);
  });

  it('never runs a key twice at once and never loses an add, whatever the order', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constant('take' as const) }),
      fc.record({ do: fc.constant('done' as const), key: fc.constantFrom('a', 'b', 'c') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const tried = new RateLimitedQueue({ clock: new FakeClock() });
        const running = new Set<string>();
        const owed = new Set<string>();
        const take = async (): Promise<void> => {
          const key = await tried.take();
          if (key === undefined) return;
          expect(running.has(key)).toBe(false);
          expect(owed.delete(key)).toBe(true);
          running.add(key);
        };
        const done = (key: string): void => {
          if (running.delete(key)) tried.done(key);
        };
        for (const each of steps) {
          if (each.do === 'add') {
            tried.add(each.key);
            owed.add(each.key);
          } else if (each.do === 'done') done(each.key);
          else if (tried.length > 0) await take();
        }
        for (const key of ['a', 'b', 'c']) done(key);
        while (tried.length > 0) {
          await take();
          for (const key of ['a', 'b', 'c']) done(key);
        }
        expect(owed).toEqual(new Set());
      }),
    );
  });
});
