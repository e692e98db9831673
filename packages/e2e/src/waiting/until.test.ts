import { until } from './until.js';

describe('until', () => {
  it('gives what it waited for', async () => {
    let calls = 0;
    await expect(until('three', () => (++calls === 3 ? calls : undefined), { everyMs: 1 })).resolves.toBe(3);
  });

  it('says what it waited for in vain, and what was there instead', async () => {
    const waiting = until('it is there', () => false, { limitMs: 5, everyMs: 1, describe: () => 'it is away' });
    await expect(waiting).rejects.toThrow('waited 5 ms in vain until it is there; it is away');
  });

  it('ends with the first error of the condition', async () => {
    const condition = jest.fn(() => Promise.reject(new Error('it has ended')));
    await expect(until('it is there', condition)).rejects.toThrow('it has ended');
    expect(condition).toHaveBeenCalledTimes(1);
  });

  it('looks again after an error where it is told to, and says the last one in the end', async () => {
    let calls = 0;
    const second = (): Promise<string> => (++calls === 2 ? Promise.resolve('up') : Promise.reject(new Error('down')));
    await expect(until('it is there', second, { everyMs: 1, retryErrors: true })).resolves.toBe('up');
    const never = until('it is there', () => Promise.reject(new Error('down')), { limitMs: 5, retryErrors: true });
    await expect(never).rejects.toThrow('in vain until it is there; down');
  });
});
