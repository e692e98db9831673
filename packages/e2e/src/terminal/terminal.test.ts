import { forEachConcurrently } from './concurrency.js';
import { numberFlag } from './program.js';
import { Progress, progressLine } from './progress.js';
import { markdownTable } from './table.js';

describe('progress', () => {
  it('shows share, rate and the time to go', () => {
    expect(progressLine('posting', 50, 200, 10)).toBe('posting [#####...............] 50/200 (25 %) 5.0/s, 30 s to go');
  });

  it('writes seldom where there is no terminal', () => {
    let nowMs = 0;
    const lines: string[] = [];
    const write = (text: string): void => void lines.push(text);
    const progress = new Progress({ label: 'x', total: 100, write, isTerminal: false, nowMs: () => nowMs });
    for (let i = 0; i < 100; i++) {
      nowMs += 250;
      progress.advance();
    }
    progress.finish();
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)).toContain('100/100 (100 %) 4.0/s, took 25 s\n');
  });
});

it('aligns tables and puts figures to the right', () => {
  expect(
    markdownTable(
      ['photo', 'ms'],
      [
        ['small', '7'],
        ['a', '1234'],
      ],
    ),
  ).toBe(
    // prettier-ignore
    ['| photo |   ms |', '| ----- | ---: |', '| small |    7 |', '| a     | 1234 |'].join('\n'),
  );
});

describe('forEachConcurrently', () => {
  it('never runs more than the limit at a time', async () => {
    let running = 0;
    let most = 0;
    await forEachConcurrently(Array.from({ length: 20 }), 3, async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    });
    expect(most).toBe(3);
  });

  it('throws the first failure and starts nothing after it', async () => {
    const started: number[] = [];
    const run = forEachConcurrently([1, 2, 3, 4, 5, 6], 2, async (item) => {
      started.push(item);
      await Promise.resolve();
      if (item === 2) throw new Error('two');
    });
    await expect(run).rejects.toThrow('two');
    expect(started.length).toBeLessThan(6);
  });
});

describe('numberFlag', () => {
  it('reads a number within its limits, and nothing when not given', () => {
    expect(numberFlag('rounds', '3', { min: 1, integer: true })).toBe(3);
    expect(numberFlag('rounds', undefined)).toBeUndefined();
  });

  it.each(['', 'many', '0', '2.5'])('refuses %p, naming the flag', (text) => {
    expect(() => numberFlag('rounds', text, { min: 1, integer: true })).toThrow(/^--rounds: expected a whole number/);
  });
});
