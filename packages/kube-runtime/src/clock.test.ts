import { systemClock } from './clock.js';
import { FakeClock } from './testing/fake-clock.js';

describe('the clock of the system', () => {
  it('does not take a wait of months for none at all', async () => {
    const fired = jest.fn();
    const cancel = systemClock.schedule(2 ** 31 + 1_000, fired);
    await systemClock.sleep(20);
    cancel();
    expect(fired).not.toHaveBeenCalled();
  });

  it('ends a sleep with the reason of the signal', async () => {
    const stop = new AbortController();
    const sleeping = expect(systemClock.sleep(60_000, stop.signal)).rejects.toThrow('enough');
    stop.abort(new Error('enough'));
    await sleeping;
    await expect(systemClock.sleep(60_000, stop.signal)).rejects.toThrow('enough');
  });
});

describe('a fake clock', () => {
  it('fires each timer at its own instant, in order, and lets those who waited run in between', async () => {
    const clock = new FakeClock();
    const log: string[] = [];
    const sleeper = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(10);
        log.push(`sleeper at ${clock.monotonic()}`);
      }
    };
    void sleeper();
    clock.schedule(20, () => log.push(`timer at ${clock.monotonic()}`));
    const cancel = clock.schedule(5, () => log.push('cancelled'));
    cancel();
    await clock.advance(25);
    expect(log).toEqual(['sleeper at 10', 'timer at 20', 'sleeper at 20']);
    expect(clock.monotonic()).toBe(25);
    expect(clock.now()).toBe(Date.UTC(2026, 0, 1) + 25);
  });

  it('that stands still fires late', async () => {
    const clock = new FakeClock();
    const at: number[] = [];
    clock.schedule(10, () => at.push(clock.monotonic()));
    await clock.stall(1_000);
    expect(at).toEqual([1_000]);
  });
});
