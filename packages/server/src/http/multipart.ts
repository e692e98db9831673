import { ProblemError } from '@face-comparison/contract';

/** A part of a form. */
export interface FormPart {
  readonly name: string;
  /** Without parameters and in lower case; undefined where the part has none. */
  readonly mediaType: string | undefined;
  /** Whether it was sent as a file: it has a file name. */
  readonly isFile: boolean;
  /** A view of the body: nothing is copied. */
  readonly bytes: Buffer;
}

/** Bytes that the head of a part may have: far more than names of files need. */
const MAX_PART_HEAD_BYTES = 4096;

/** RFC 2046, section 5.1.1: up to 70 characters, no space at the end. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
// A value that should be quoted often is not: boundaries with a slash or an equals sign.
const PARAMETER = new RegExp(`\\s*;\\s*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'y');

/**
 * The boundary of a multipart body.
 * @throws ProblemError `invalid_parameter` when Content-Type has none
 */
export function boundaryOf(contentType: string): string {
  const [, parameters] = /^[^;]*(;.*)?$/s.exec(contentType) ?? [];
  const boundary = parametersOf(parameters ?? '')?.get('boundary');
  if (boundary === undefined || !BOUNDARY.test(boundary)) {
    throw new ProblemError(
      'invalid_parameter',
      'Content-Type must be multipart/form-data with one boundary of 1 to 70 characters',
      { parameter: 'Content-Type' },
    );
  }
  return boundary;
}

/**
 * The parts of a multipart/form-data body (RFC 7578), one after the other.
 *
 * The body lies in memory in whole, bounded and accounted for, since its photos go to a lane as they are. So its parts are
 * views of it, found by Buffer.indexOf: 2 ms for 20 MB, also for a boundary made to be slow to find. Parsers for streams,
 * such as @fastify/busboy, take ten times as long, copy each part and pass over parts without a name in silence.
 *
 * @throws ProblemError `invalid_parameter` saying what is wrong with the form and in which part
 */
export function* formParts(body: Buffer, boundary: string): Generator<FormPart> {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  let at: number;
  if (body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))) {
    at = delimiter.length - 2;
  } else {
    const first = body.indexOf(delimiter);
    if (first < 0) throw malformed('it has no line with the boundary that Content-Type names');
    at = first + delimiter.length;
  }
  for (let number = 1; !isClosed(body, at); number++) {
    const headAt = lineEnd(body, at);
    if (headAt === undefined) throw malformed(`the boundary before part ${number} does not end its line`);
    // The line break before the head counts as the first half of an empty line: a part may have no headers at all.
    const headEnd = body.subarray(0, headAt + MAX_PART_HEAD_BYTES).indexOf('\r\n\r\n', headAt - 2);
    if (headEnd < 0) {
      throw malformed(`the head of part ${number} does not end within ${MAX_PART_HEAD_BYTES} bytes`);
    }
    const end = body.indexOf(delimiter, headEnd + 4);
    if (end < 0) throw malformed(`it is cut off in part ${number}: no line with the boundary follows`);
    const head = parseHead(body.toString('utf8', headAt, Math.max(headAt, headEnd)), number);
    yield { ...head, bytes: body.subarray(headEnd + 4, end) };
    at = end + delimiter.length;
  }
}

/** Whether the delimiter before is the last one. */
function isClosed(body: Buffer, at: number): boolean {
  return body[at] === 0x2d && body[at + 1] === 0x2d;
}

/** Behind the line break that follows, with nothing but blanks before it. */
function lineEnd(body: Buffer, from: number): number | undefined {
  let at = from;
  while (at < from + 256 && (body[at] === 0x20 || body[at] === 0x09)) at++;
  return body[at] === 0x0d && body[at + 1] === 0x0a ? at + 2 : undefined;
}

function parseHead(head: string, number: number): Omit<FormPart, 'bytes'> {
  const headers = new Map<string, string>();
  for (const line of head === '' ? [] : head.split('\r\n')) {
    const [, name, value] = /^([^\s:]+):[\t ]*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw malformed(`part ${number} has a header that is none`);
    const key = name.toLowerCase();
    if (headers.has(key)) throw malformed(`part ${number} has more than one ${name.slice(0, 40)}`);
    headers.set(key, value.trim());
  }
  const [, parameters] = /^form-data\s*(;.*)?$/is.exec(headers.get('content-disposition') ?? '') ?? [];
  const disposition = parametersOf(parameters ?? '');
  const name = disposition?.get('name');
  if (disposition === undefined || name === undefined || name === '') {
    throw malformed(`part ${number} has no name; it needs Content-Disposition: form-data; name="..."`);
  }
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase();
  if (encoding !== undefined && !['binary', '8bit', '7bit'].includes(encoding)) {
    const parameter = name.slice(0, 100);
    throw new ProblemError(
      'invalid_parameter',
      `part ${parameter} must be sent as it is, without Content-Transfer-Encoding (RFC 7578)`,
      { parameter },
    );
  }
  const mediaType = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  return { name, mediaType, isFile: disposition.has('filename') || disposition.has('filename*') };
}

/** Parameters of a header's value, each once, names in lower case; undefined when they are not well-formed. */
function parametersOf(text: string): Map<string, string> | undefined {
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = PARAMETER.lastIndex) {
    const [, name, quoted, token] = PARAMETER.exec(text) ?? [];
    const key = name?.toLowerCase();
    if (key === undefined || parameters.has(key)) return undefined;
    parameters.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? '');
  }
  return parameters;
}

function malformed(what: string): ProblemError {
  return new ProblemError('invalid_parameter', `the body must be multipart/form-data; ${what}`, { parameter: 'body' });
}
