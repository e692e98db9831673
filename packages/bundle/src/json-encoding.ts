/** A JSON text in another encoding than UTF-8. The message names it. */
export class JsonEncodingError extends Error {
  override readonly name = 'JsonEncodingError';
  readonly encoding: string;

  constructor(encoding: string) {
    super(`expected JSON in UTF-8, got ${encoding}`);
    this.encoding = encoding;
  }
}

/** JSON is exchanged in UTF-8 (RFC 8259, section 8.1); editors on Windows put a byte order mark in front of it. */
const UTF8_MARK = [0xef, 0xbb, 0xbf];
const OTHER_MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['UTF-32LE', [0xff, 0xfe, 0, 0]],
  ['UTF-32BE', [0, 0, 0xfe, 0xff]],
  ['UTF-16LE', [0xff, 0xfe]],
  ['UTF-16BE', [0xfe, 0xff]],
];

/**
 * Where a JSON text begins: at 0, or behind the byte order mark of UTF-8.
 *
 * @param bytes the text, or the first four bytes of it
 * @throws JsonEncodingError for UTF-16 and UTF-32, with a byte order mark or without one
 */
export function jsonStart(bytes: Uint8Array): number {
  const begins = (mark: readonly number[]): boolean => mark.every((byte, index) => bytes[index] === byte);
  const encoding = OTHER_MARKS.find(([, mark]) => begins(mark))?.[0] ?? unmarkedEncoding(bytes);
  if (encoding !== undefined) throw new JsonEncodingError(encoding);
  return begins(UTF8_MARK) ? UTF8_MARK.length : 0;
}

/** The first character of a JSON text is ASCII, so that its zero bytes tell the encoding (RFC 4627, section 3). */
function unmarkedEncoding([first, second, third, fourth]: Uint8Array): string | undefined {
  if (first === 0) return second === 0 ? 'UTF-32BE' : 'UTF-16BE';
  if (second !== 0) return undefined;
  return third === 0 && fourth === 0 ? 'UTF-32LE' : 'UTF-16LE';
}
