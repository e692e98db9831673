import { csvLine } from './csv.js';
import { InOrder } from './in-order.js';
import { table } from './table.js';

describe('CSV', () => {
  it('quotes what RFC 4180 wants quoted, and ends lines with CRLF', () => {
    expect(csvLine(['a', 1.5, undefined, 'a,b', 'say "x"', 'two\nlines'])).toBe(
      'a,1.5,,"a,b","say ""x""","two\nlines"\r\n',
    );
  });
});

describe('a table', () => {
  it('aligns columns, figures to the right, and leaves no blanks at the end of lines', () => {
    const text = table(
      [{ title: 'photo' }, { title: 'ms', isFigure: true }, { title: 'note' }],
      [
        ['small', '7', 'x'],
        ['a', '1234'],
      ],
    );
    expect(text).toBe(['photo    ms  note', 'small     7  x', 'a      1234'].join('\n'));
  });
});

describe('what gets done in any order', () => {
  it('is passed on in order, as soon as it can be', async () => {
    const passed: string[] = [];
    const order = new InOrder((text) => {
      passed.push(text);
      return Promise.resolve();
    });
    await order.put(2, 'c');
    expect(passed).toEqual([]);
    await order.put(0, 'a');
    expect(passed).toEqual(['a']);
    await order.put(1, 'b');
    expect(passed).toEqual(['a', 'b', 'c']);
  });
});
