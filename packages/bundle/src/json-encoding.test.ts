import { jsonStart } from './json-encoding.js';

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('jsonStart', () => {
  it.each([
    ['an object', '{"a": 1}', 0],
    ['a byte order mark', '\ufeff{"a": 1}', 3],
    ['one digit', '1', 0],
    ['nothing', '', 0],
    ['a text that begins with another letter than ASCII', '"é"', 0],
  ])('finds where UTF-8 begins: %s', (_what, text, start) => {
    expect(jsonStart(Buffer.from(text))).toBe(start);
  });

  it.each([
    ['UTF-16LE', Buffer.from('\ufeff{"a": 1}', 'utf16le')],
    ['UTF-16LE', Buffer.from('{"a": 1}', 'utf16le')],
    ['UTF-16LE', Buffer.from('"あ"', 'utf16le')],
    ['UTF-16LE', Buffer.from('1', 'utf16le')],
    ['UTF-16BE', utf16be('\ufeff{"a": 1}')],
    ['UTF-16BE', utf16be('{"a": 1}')],
    ['UTF-32LE', Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0])],
    ['UTF-32LE', Buffer.from([0x7b, 0, 0, 0, 0x7d, 0, 0, 0])],
    ['UTF-32BE', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x7b])],
    ['UTF-32BE', Buffer.from([0, 0, 0, 0x7b, 0, 0, 0, 0x7d])],
  ])('names %s', (encoding, bytes) => {
    expect(() => jsonStart(bytes)).toThrow(`expected JSON in UTF-8, got ${encoding}`);
  });
});
