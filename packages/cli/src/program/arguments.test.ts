import { Arguments, type OptionSpec } from './arguments.js';
import { UsageError } from './cli-error.js';

const SPECS: readonly OptionSpec[] = [
  { name: 'json', help: '' },
  { name: 'rate', value: 'N', help: '' },
  { name: 'model', value: 'MANIFEST', multiple: true, help: '' },
];
const parse = (...args: string[]): Arguments => new Arguments(args, SPECS);

describe('arguments', () => {
  it('are switches, values, values that are repeated, and the rest, in any order', () => {
    const args = parse('a.jpg', '--json', '--model', 'one', '--rate=5', '--model', 'two', 'b.jpg');
    expect(args.positionals).toEqual(['a.jpg', 'b.jpg']);
    expect(args.has('json')).toBe(true);
    expect(args.number('rate', { min: 1, max: 10 })).toBe(5);
    expect(args.texts('model')).toEqual(['one', 'two']);
  });

  it('that are not given have no value', () => {
    const args = parse();
    expect([args.has('json'), args.text('rate'), args.texts('model')]).toEqual([false, undefined, []]);
    expect(() => args.required('rate')).toThrow('--rate N is missing.');
  });

  it('take file names that begin with a dash behind --', () => {
    expect(parse('--', '-a.jpg').positionals).toEqual(['-a.jpg']);
  });

  it.each([
    [['--frob'], "Unknown option '--frob'."],
    [['--rate'], "Option '--rate <value>' argument missing."],
    [['--json=yes'], "Option '--json' does not take an argument."],
  ])('that are wrong are refused in a sentence: %p', (args, message) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(message);
  });

  it.each(['', ' ', 'many', '0', '11', '2.5', 'NaN', 'Infinity'])(
    'refuse %p as a whole number from 1 to 10',
    (text) => {
      expect(() => parse(`--rate=${text}`).number('rate', { min: 1, max: 10, integer: true })).toThrow(/^--rate /);
    },
  );
});
