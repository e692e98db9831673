import { until } from './until.js';

describe('until', () => {
  it('gives what it waited for', async () => {
    let calls = 0;
    await expect(
      until('three', () => (++calls === 3 ? calls : undefined), { deadlineMs: 5000, everyMs: 1 }),
    ).resolves.toBe(3);
  });

  it('says what it waited for in vain, and what was there instead', async () => {
    const waiting = until('it is there', () => false, { deadlineMs: 5, everyMs: 1, describe: () => 'it is away' });
    await expect(waiting).rejects.toThrow('waited 5 ms in vain until it is there; it is away');
  });
});
