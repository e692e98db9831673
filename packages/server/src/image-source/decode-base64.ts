import { setImmediate } from 'node:timers/promises';
import { ImageSourceError } from './image-source-error.js';

/** Longer than any header of a data: URL that a browser writes, and short enough to look through. */
const MAX_DATA_URL_HEADER_CHARS = 512;

/** So much is looked through or decoded at once; other requests have their turn in between. A multiple of four digits. */
const STEP_BYTES = 256 * 1024;

/**
 * The bytes that a text stands for: base64 in the standard or the URL-safe alphabet (RFC 4648), padded or not, with ASCII
 * white space between lines, or a `data:` URL whose content is such base64. The media type of a `data:` URL is not looked
 * at: the bytes say what they are.
 *
 * A single space between two digits is refused. Line breaks and indentation never look like that; a '+' that a form decoder
 * has turned into a space does, and the bytes without it would be others.
 *
 * Takes time linear in the length of the text, whatever the text, and holds up the event loop for a step at most.
 *
 * @param text The value of the field, or its bytes in UTF-8.
 * @param maxBytes Most bytes the image may have; judged by the number of digits, before anything is decoded.
 * @param parameter The field the text came from, named in errors.
 * @throws ImageSourceError invalid_base64, naming the first character that does not belong there; image_too_large.
 */
export async function decodeBase64Image(text: string | Buffer, maxBytes: number, parameter = 'img'): Promise<Buffer> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const start = base64Start(bytes.toString('latin1', 0, MAX_DATA_URL_HEADER_CHARS), parameter);
  const content = withoutWhiteSpaceAtTheEnd(bytes.subarray(start));
  const { digits, paddingChars, whiteSpaceChars } = await count(content);
  const expectedBytes = Math.floor((digits * 3) / 4);
  if (expectedBytes > maxBytes) {
    throw new ImageSourceError(
      'image_too_large',
      `the image in ${parameter} may have ${maxBytes} bytes; it has ${expectedBytes}`,
      { parameter, limitBytes: maxBytes, receivedBytes: expectedBytes },
    );
  }
  const lostPlusAt = whiteSpaceChars > 0 ? await firstLostPlus(content) : -1;
  if (lostPlusAt >= 0) {
    await refuseForeign(content, start, parameter);
    throw invalid(
      parameter,
      `character ${start + lostPlusAt + 1} is a space: "+" was probably decoded as a space (form encoding); send "+" as %2B or use the URL-safe alphabet`,
    );
  }
  const decoded = Buffer.allocUnsafe(expectedBytes);
  const isDecoded = await decode(content, whiteSpaceChars > 0, decoded);
  const isComplete = digits % 4 !== 1 && (paddingChars === 0 || (digits + paddingChars) % 4 === 0) && paddingChars <= 2;
  if (digits > 0 && isDecoded && isComplete) {
    return decoded;
  }
  await refuseForeign(content, start, parameter);
  if (!isDecoded) {
    throw invalidCharacter(parameter, content, content.indexOf('='), start);
  }
  if (digits === 0) {
    throw invalid(parameter, 'it has no digits');
  }
  throw invalid(
    parameter,
    `it ends too early or is padded wrongly: ${digits} digits and ${paddingChars} padding characters`,
  );
}

const WHITE_SPACE_CHARS = ['\t', '\n', '\f', '\r', ' '];
/** 1 for a byte that does not count as a digit, by byte. */
const IS_WHITE_SPACE = Uint8Array.from({ length: 256 }, (_, byte) =>
  WHITE_SPACE_CHARS.includes(String.fromCharCode(byte)) ? 1 : 0,
);
const PADDING = 0x3d;
const SPACE = 0x20;

/** The steps of a content, with turns for others in between. */
async function* steps(content: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += STEP_BYTES) {
    if (at > 0) await setImmediate();
    yield content.subarray(at, at + STEP_BYTES);
  }
}

/** Padding at the end of a text that is padded as it should be. */
const MAX_PADDING_CHARS = 2;

/**
 * How many characters of a text are padding, and how many are digits, if all that is neither padding nor white space is
 * one. They are counted byte by byte, in a time that does not depend on where they are, and only in steps that have white space
 * or padding in another place than the end.
 */
async function count(content: Buffer): Promise<{ digits: number; paddingChars: number; whiteSpaceChars: number }> {
  let whiteSpaceChars = 0;
  let end = content.length;
  while (content[end - 1] === PADDING && content.length - end < MAX_PADDING_CHARS) end -= 1;
  let paddingChars = content.length - end;
  for await (const step of steps(content.subarray(0, end))) {
    const hasWhiteSpace = WHITE_SPACE_CHARS.some((char) => step.includes(char));
    if (!hasWhiteSpace && !step.includes(PADDING)) continue;
    // By index: for-of over a Buffer takes ten times as long.
    for (let at = 0; at < step.length; at += 1) {
      const byte = step[at] ?? 0;
      whiteSpaceChars += IS_WHITE_SPACE[byte] ?? 0;
      paddingChars += byte === PADDING ? 1 : 0;
    }
  }
  return { digits: content.length - whiteSpaceChars - paddingChars, paddingChars, whiteSpaceChars };
}

/**
 * Decodes a content into a buffer of the size that its digits promise.
 *
 * @returns whether it was filled. Node's decoder never throws: it leaves out what it does not know and stops at '=', so
 * that anything foreign makes the result shorter than the digits promise.
 */
async function decode(content: Buffer, hasWhiteSpace: boolean, decoded: Buffer): Promise<boolean> {
  let filled = 0;
  let left = content.length;
  /** Digits of a group that the next step completes. */
  let begun = '';
  for await (const step of steps(content)) {
    left -= step.length;
    const text = begun + (hasWhiteSpace ? withoutWhiteSpace(step) : step).toString('latin1');
    const whole = left === 0 ? text.length : text.length - (text.length % 4);
    begun = text.slice(whole);
    const written = decoded.write(text.slice(0, whole), filled, 'base64');
    filled += written;
    if (left > 0 && written < (whole / 4) * 3) return false;
  }
  return filled === decoded.length;
}

function withoutWhiteSpace(step: Buffer): Buffer {
  const packed = Buffer.allocUnsafe(step.length);
  let length = 0;
  for (let at = 0; at < step.length; at += 1) {
    const byte = step[at] ?? 0;
    packed[length] = byte;
    length += 1 - (IS_WHITE_SPACE[byte] ?? 0);
  }
  return packed.subarray(0, length);
}

function withoutWhiteSpaceAtTheEnd(content: Buffer): Buffer {
  let end = content.length;
  while (end > 0 && IS_WHITE_SPACE[content[end - 1] ?? 0] === 1) end -= 1;
  return content.subarray(0, end);
}

/** Where the first single space between two digits is; -1 when there is none. */
async function firstLostPlus(content: Buffer): Promise<number> {
  let before = 0;
  for await (const step of steps(content)) {
    // Lines that are broken and not indented have no space at all.
    let at = step.indexOf(SPACE);
    for (; at >= 0 && at < step.length; at += 1) {
      if (step[at] !== SPACE) continue;
      if (isInLine(content[before + at - 1]) && isInLine(content[before + at + 1])) return before + at;
    }
    before += step.length;
  }
  return -1;
}

/** Whether a byte beside a space says that the space is within a line: it is no white space, no padding and no end. */
function isInLine(byte: number | undefined): boolean {
  return byte !== undefined && byte !== PADDING && IS_WHITE_SPACE[byte] === 0;
}

/** @throws ImageSourceError for the first byte that is no digit, no padding and no white space */
async function refuseForeign(content: Buffer, start: number, parameter: string): Promise<void> {
  let before = 0;
  for await (const step of steps(content)) {
    const at = step.toString('latin1').search(/[^A-Za-z0-9+/_=\-\t\n\f\r ]/);
    if (at >= 0) throw invalidCharacter(parameter, content, before + at, start);
    before += step.length;
  }
}

/** Where the base64 begins: 0, or behind the comma of a data: URL.
 *
 * @param head the first characters of the text
 */
function base64Start(head: string, parameter: string): number {
  if (!/^\s{0,16}data:/i.test(head.slice(0, 32))) {
    return 0;
  }
  const comma = head.indexOf(',');
  if (comma < 0) {
    throw invalid(parameter, `the data: URL has no comma within its first ${MAX_DATA_URL_HEADER_CHARS} characters`);
  }
  if (!/;\s*base64\s*$/i.test(head.slice(0, comma))) {
    throw invalid(parameter, 'the data: URL does not say ";base64" before its comma');
  }
  return comma + 1;
}

function invalidCharacter(parameter: string, content: Buffer, at: number, offset: number): ImageSourceError {
  // All bytes before are ASCII; this one may begin a character of up to four.
  const codePoint = content.toString('utf8', at, at + 4).codePointAt(0) ?? 0;
  const hex = codePoint.toString(16).toUpperCase().padStart(4, '0');
  const char = JSON.stringify(String.fromCodePoint(codePoint));
  return invalid(parameter, `character ${offset + at + 1} is ${char} (U+${hex})`);
}

function invalid(parameter: string, what: string): ImageSourceError {
  return new ImageSourceError('invalid_base64', `${parameter} must be base64 or a data: URL; ${what}`, { parameter });
}
