/**
 * Protobuf's wire format without a schema (https://protobuf.dev/programming-guides/encoding/): a message is a list of
 * numbered fields, and a field that nobody looks into is kept as the bytes it came in.
 */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** A field of a message. `raw` is the field as written, key included; `body` is a view into it. */
export interface Field {
  readonly number: number;
  readonly raw: Uint8Array;
  /** The bytes of a length-delimited field (a message, a string, packed numbers); undefined for a plain number. */
  readonly body: Uint8Array | undefined;
  /** The value of a varint field; undefined for the others. */
  readonly varint: bigint | undefined;
}

/**
 * Splits a message into its fields, in order. Nothing is copied.
 *
 * @throws Error when the bytes end inside a field or a field has a wire type that proto3 does not use.
 */
export function readFields(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  while (at < message.length) {
    const start = at;
    const key = readVarint(message, at);
    at = key.end;
    const number = Number(key.value >> 3n);
    const wireType = Number(key.value & 7n);
    let body: Uint8Array | undefined;
    let varint: bigint | undefined;
    switch (wireType) {
      case VARINT: {
        const read = readVarint(message, at);
        varint = read.value;
        at = read.end;
        break;
      }
      case FIXED64:
        at += 8;
        break;
      case FIXED32:
        at += 4;
        break;
      case BYTES: {
        const length = readVarint(message, at);
        at = length.end + Number(length.value);
        body = message.subarray(length.end, at);
        break;
      }
      default:
        throw new Error(`field ${number} at byte ${start} has wire type ${wireType}; expected 0, 1, 2 or 5`);
    }
    if (at > message.length) {
      throw new Error(`field ${number} at byte ${start} ends at byte ${at} of a message of ${message.length}`);
    }
    fields.push({ number, raw: message.subarray(start, at), body, varint });
  }
  return fields;
}

/** A varint field. */
export function varintField(number: number, value: bigint): Uint8Array {
  return Buffer.concat([writeVarint(BigInt(number << 3)), writeVarint(value)]);
}

/** A length-delimited field of the given parts, which are not copied: the result is a list of chunks. */
export function bytesField(number: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.concat([writeVarint(BigInt((number << 3) | BYTES)), writeVarint(BigInt(length))]);
  return [head, ...parts];
}

/** A string field. */
export function stringField(number: number, text: string): Uint8Array {
  return Buffer.concat(bytesField(number, [Buffer.from(text, 'utf8')]));
}

/** The text of a string field. */
export function textOf(field: Field): string {
  if (field.body === undefined) {
    throw new Error(`field ${field.number} is a number; expected a string`);
  }
  return Buffer.from(field.body.buffer, field.body.byteOffset, field.body.byteLength).toString('utf8');
}

function readVarint(bytes: Uint8Array, at: number): { value: bigint; end: number } {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[at];
    if (byte === undefined) {
      throw new Error(`the message ends inside a number, at byte ${at}`);
    }
    at += 1;
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) {
      return { value, end: at };
    }
  }
  throw new Error(`a number of more than ten bytes ends at byte ${at}`);
}

function writeVarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  while (value > 127n) {
    bytes.push(Number(value & 127n) | 128);
    value >>= 7n;
  }
  bytes.push(Number(value));
  return Uint8Array.from(bytes);
}
