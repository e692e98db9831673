import { Messages } from './messages.js';
import { duration, progressLine } from './progress.js';

function recorder({ isTerminal = false, isQuiet = false }: { isTerminal?: boolean; isQuiet?: boolean }): {
  messages: Messages;
  written: string[];
  pass: (ms: number) => void;
} {
  const written: string[] = [];
  let nowMs = 0;
  const messages = new Messages({ write: (text) => written.push(text), isTerminal, isQuiet, nowMs: () => nowMs });
  return { messages, written, pass: (ms) => (nowMs += ms) };
}

describe('progress', () => {
  it('shows share, rate and the time to go', () => {
    expect(progressLine('analyzing', 50, 200, 10)).toBe(
      'analyzing [#####...............] 50/200 (25 %) 5.0/s, 30 s to go',
    );
    expect(progressLine('analyzing', 200, 200, 40)).toMatch(/200\/200 \(100 %\) 5\.0\/s, took 40 s$/);
  });

  it('counts what an earlier run did as done, and not for the rate', () => {
    expect(progressLine('migrating', 150, 200, 10, 100)).toMatch(/150\/200 \(75 %\) 5\.0\/s, 10 s to go$/);
  });

  it('is never full before it is done', () => {
    expect(progressLine('x', 999, 1000, 1)).toContain('[###################.] 999/1000 (99 %)');
  });

  it.each([
    [0.2, '1 s'],
    [119, '119 s'],
    [600, '10 min'],
    [7500, '2 h 5 min'],
  ])('says %p seconds as a person would', (seconds, text) => expect(duration(seconds)).toBe(text));

  it('is one line drawn again and again on a terminal', () => {
    const { messages, written, pass } = recorder({ isTerminal: true });
    const progress = messages.progress('x', 100);
    for (let i = 0; i < 100; i++) {
      pass(50);
      progress.advance();
    }
    progress.finish();
    expect(written).toHaveLength(1 + 25 + 2);
    expect(written.slice(0, -1).every((text) => text.startsWith('\r\u001b[2K'))).toBe(true);
    expect(written.at(-1)).toBe('\n');
  });

  it('is a plain line now and then elsewhere, and at the end', () => {
    const { messages, written, pass } = recorder({});
    const progress = messages.progress('x', 100);
    for (let i = 0; i < 100; i++) {
      pass(250);
      progress.advance();
    }
    progress.finish();
    expect(written).toHaveLength(3);
    expect(written.join('')).not.toContain('\u001b');
  });

  it('is not shown for one item, nor when it is to be quiet', () => {
    const one = recorder({ isTerminal: true });
    one.messages.progress('x', 1).finish();
    const quiet = recorder({ isTerminal: true, isQuiet: true });
    quiet.messages.progress('x', 100).finish();
    expect([...one.written, ...quiet.written]).toEqual([]);
  });
});

describe('messages', () => {
  it('push the bar down and draw it again below', () => {
    const { messages, written } = recorder({ isTerminal: true });
    messages.progress('x', 10);
    messages.error('a.jpg is empty.');
    expect(written.at(-1)).toContain('\r\u001b[2Ka.jpg is empty.\nx [');
  });

  it('that are no errors are left out when it is to be quiet', () => {
    const { messages, written } = recorder({ isQuiet: true });
    messages.note('by the way');
    messages.error('broken');
    expect(written).toEqual(['broken\n']);
  });
});
