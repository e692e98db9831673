import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { JsonEncodingError, jsonStart } from '@face-comparison/bundle';
import { ProblemError, type LongTexts } from '@face-comparison/contract';

/** A JSON body: its value, with the long texts beside it. */
export interface JsonBody {
  readonly value: unknown;
  /** The bytes of the `img` texts that were cut out, by the text that stands in their place. */
  readonly longTexts: LongTexts;
}

/** JSON beside the photos in it: two stored vectors of the greatest length that is taken fit. */
export const JSON_SLACK_BYTES = 1024 * 1024;

/** Shorter texts are parsed with the rest. */
const LONG_TEXT_BYTES = 64 * 1024;

/** So much of a text is looked through at once; other requests have their turn in between. */
const STEP_BYTES = 256 * 1024;

/**
 * Requests have some twenty quotes and at most seven lists and objects. Far more of them are no request of ours, and are
 * given to JSON.parse only where they are few enough to be parsed at once: a million brackets take it 50 ms.
 */
const MAX_QUOTES = 10_000;
const MAX_BRACKETS = 1_000;

const QUOTE = 0x22;
const BRACKETS = [0x5b, 0x7b];
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** Characters that JSON wants escaped in a text, of those that base64 may contain. */
const RAW_WHITE_SPACE = [0x09, 0x0a, 0x0c, 0x0d];

interface Place {
  /** First byte of the text, behind its quote. */
  readonly start: number;
  /** Its closing quote. */
  readonly end: number;
}

/**
 * Parses a JSON body. A long `img` is cut out first: JSON.parse and a string of 13 million characters would hold up
 * every other request for tens of milliseconds, and its bytes are all that is wanted of it.
 *
 * @param parameter the part of a form that the body is, named in errors
 * @throws ProblemError `invalid_json`; `body_too_large` when there is too much beside the photos
 */
export async function parseJson(body: Buffer, parameter?: string): Promise<JsonBody> {
  const bytes = body.subarray(startOf(body, parameter));
  const longTexts = new Map<string, Buffer>();
  const rest: Buffer[] = [];
  let at = 0;
  for (const { start, end } of longImages(bytes, parameter)) {
    const placeholder = randomUUID();
    longTexts.set(placeholder, await unescaped(bytes.subarray(start, end), parameter));
    rest.push(bytes.subarray(at, start), Buffer.from(placeholder));
    at = end;
  }
  rest.push(bytes.subarray(at));
  const restBytes = rest.reduce((sum, { length }) => sum + length, 0);
  if (restBytes > JSON_SLACK_BYTES) {
    throw new ProblemError(
      'body_too_large',
      `the JSON may have ${JSON_SLACK_BYTES} bytes beside img; it has ${restBytes}`,
      { limitBytes: JSON_SLACK_BYTES, receivedBytes: restBytes },
    );
  }
  const json = rest.length === 1 ? bytes : Buffer.concat(rest);
  if (BRACKETS.some((byte) => hasMoreThan(MAX_BRACKETS, byte, json))) {
    throw invalidJson(parameter, `it has more than ${MAX_BRACKETS} lists or objects`);
  }
  return { value: parse(json.toString(), parameter), longTexts };
}

function startOf(body: Buffer, parameter: string | undefined): number {
  try {
    return jsonStart(body);
  } catch (error) {
    if (!(error instanceof JsonEncodingError)) throw error;
    throw invalidJson(parameter, error.message);
  }
}

function hasMoreThan(limit: number, byte: number, bytes: Buffer): boolean {
  let found = 0;
  for (let at = bytes.indexOf(byte); at >= 0 && found <= limit; at = bytes.indexOf(byte, at + 1)) found++;
  return found > limit;
}

/** Where the long texts of fields named `img` are. */
function* longImages(bytes: Buffer, parameter: string | undefined): Generator<Place> {
  if (bytes.length < LONG_TEXT_BYTES) return;
  let isImage = false;
  let behind = 0;
  let start: number | undefined;
  let quotes = 0;
  for (let quote = bytes.indexOf(QUOTE); quote >= 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
    quotes++;
    if (quotes > MAX_QUOTES) return;
    if (start === undefined) {
      start = quote + 1;
      if (!isColon(bytes, behind, quote)) isImage = false;
    } else if (backslashesBefore(bytes, quote, start) % 2 === 0) {
      if (isImage && quote - start >= LONG_TEXT_BYTES) yield { start, end: quote };
      isImage = quote - start === 3 && bytes.toString('latin1', start, quote) === 'img';
      behind = quote + 1;
      start = undefined;
    }
  }
  if (start !== undefined) throw invalidJson(parameter, 'it ends within a text');
}

function backslashesBefore(bytes: Buffer, at: number, from: number): number {
  let first = at;
  while (first > from && bytes[first - 1] === BACKSLASH) first--;
  return at - first;
}

/** Whether nothing but a colon lies between a name and a text. */
function isColon(bytes: Buffer, from: number, to: number): boolean {
  if (to - from > 1024) return false;
  return (to - from === 1 && bytes[from] === COLON) || bytes.toString('latin1', from, to).trim() === ':';
}

/** The bytes that a text of JSON stands for; a text without escapes is not copied. */
async function unescaped(text: Buffer, parameter: string | undefined): Promise<Buffer> {
  // What a text stands for is never longer than the text.
  let copy: Buffer | undefined;
  let length = 0;
  for (let at = 0; at < text.length;) {
    const end = stepEnd(text, at);
    const piece = text.subarray(at, end);
    if (RAW_WHITE_SPACE.some((byte) => piece.includes(byte))) {
      throw invalidJson(parameter, 'a text contains a line break or a tab that is not escaped');
    }
    if (piece.includes(BACKSLASH)) {
      if (copy === undefined) {
        copy = Buffer.allocUnsafe(text.length);
        for (let from = 0; from < at; from += STEP_BYTES) text.copy(copy, from, from, Math.min(from + STEP_BYTES, at));
      }
      length += copy.write(String(parse(`"${piece.toString()}"`, parameter)), length);
    } else {
      if (copy !== undefined) piece.copy(copy, length);
      length += piece.length;
    }
    at = end;
    if (at < text.length) await setImmediate();
  }
  return copy === undefined ? text : copy.subarray(0, length);
}

/** The end of the next step, which no escape may lie across: `\\` and a character, or `\\u` and four digits. */
function stepEnd(text: Buffer, at: number): number {
  const end = at + STEP_BYTES;
  if (end >= text.length) return text.length;
  const last = text.lastIndexOf(BACKSLASH, end - 1);
  if (last < end - 6) return end;
  const isEscape = backslashesBefore(text, last + 1, at) % 2 === 1;
  return isEscape ? last : end;
}

function parse(text: string, parameter: string | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 quotes the text around the mistake; that may be part of an image or a key, so only the place is passed on.
    const place = /position \d+/.exec(error instanceof Error ? error.message : '')?.[0];
    throw invalidJson(
      parameter,
      place === undefined ? 'it ends too early or is something else' : `parsing stopped at ${place}`,
    );
  }
}

function invalidJson(parameter: string | undefined, what: string): ProblemError {
  return new ProblemError(
    'invalid_json',
    `${parameter ?? 'the body'} must be JSON; ${what}`,
    parameter === undefined ? {} : { parameter },
  );
}
