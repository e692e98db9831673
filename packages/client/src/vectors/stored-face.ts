import { decodeBase64, encodeBase64 } from '../base64.js';
import { InvalidInputError } from '../errors/client-errors.js';
import type { Face } from '../faces.js';
import { isObject } from '../image/image-input.js';
import { FLOAT16_MAX, fromFloat16Bits, toFloat16Bits } from './float16.js';

/** A vector that knows where it belongs. Only vectors of one embedding space can be compared. */
export interface StoredFace {
  readonly vector: Float32Array;
  /** The version of the model that made it. */
  readonly modelVersion: string;
  readonly embeddingSpace: string;
}

const FORMATS = {
  float16: { name: 'f16', bytes: 2 },
  float32: { name: 'f32', bytes: 4 },
} as const;

/** Precision of the numbers of a stored vector. */
export type Precision = keyof typeof FORMATS;

const SHAPE = /^fc1:([0-9A-Za-z][\w.-]{0,62}):([0-9a-f]{16}):(f16|f32)x(\d+):([\w-]*)$/;

/**
 * A face as a text to store: `fc1:2.0.0:3cd13f0e22cc9eba:f16x768:…`, with the version and the embedding space, so that
 * they cannot be lost. {@link parse} reads it.
 *
 * float16 takes two bytes a number (2,048 characters for 768). Each number then differs from the one given by at most
 * a 2,048th of it (by 2^-25 below 2^-14), and the cosine of two stored vectors from theirs by less than 0.001.
 *
 * @param face - a face of a result with its embedding, or a stored face
 * @param options - `precision` of the numbers; `float32` keeps every bit in twice the length
 * @returns the text, of ASCII characters without spaces
 * @throws InvalidInputError when the face has no embedding, or a number that the precision cannot hold
 * @example
 * ```ts
 * for (const face of found) gallery.set('anna', serialize(face));
 * ```
 */
export function serialize(
  face: Face | StoredFace,
  options: { readonly precision?: Precision | undefined } = {},
): string {
  const vector = vectorOf(face);
  const { name, bytes } = FORMATS[options.precision ?? 'float16'];
  const limit = bytes === 2 ? FLOAT16_MAX : Number.MAX_VALUE;
  const view = new DataView(new ArrayBuffer(vector.length * bytes));
  vector.forEach((value, index) => {
    if (!(Math.abs(value) <= limit)) {
      throw new InvalidInputError(`number ${index} of the vector is ${value}; ${name} holds numbers up to ${limit}`);
    }
    if (bytes === 2) view.setUint16(index * 2, toFloat16Bits(value), true);
    else view.setFloat32(index * 4, value, true);
  });
  const text = `fc1:${face.modelVersion}:${face.embeddingSpace}:${name}x${vector.length}:${toBase64Url(view)}`;
  if (!SHAPE.test(text)) {
    throw new InvalidInputError('modelVersion or embeddingSpace of the face are not what the service answers');
  }
  return text;
}

/**
 * Reads what {@link serialize} wrote.
 *
 * @param text - the stored text
 * @returns the embedding with its version and space
 * @throws InvalidInputError when the text is something else, newer, or cut off
 * @example
 * ```ts
 * const percent = similarity(face, parse(text), parameters.calibration);
 * ```
 */
export function parse(text: string): StoredFace {
  if (typeof text !== 'string') throw new InvalidInputError(`expected a stored face as a text, got ${typeof text}`);
  const [, modelVersion, embeddingSpace, format, length, content] = SHAPE.exec(text) ?? [];
  if (
    modelVersion === undefined ||
    embeddingSpace === undefined ||
    format === undefined ||
    length === undefined ||
    content === undefined
  ) {
    throw new InvalidInputError(
      /^fc(?!1:)\d+:/.test(text)
        ? 'the stored face is of a newer form; update @face-comparison/client'
        : `a stored face is a text like fc1:2.0.0:3cd13f0e22cc9eba:f16x768:…, received ${text.length} characters that are not`,
    );
  }
  const bytes = format === 'f16' ? 2 : 4;
  const view = fromBase64Url(content);
  if (view?.byteLength !== Number(length) * bytes) {
    throw new InvalidInputError(
      `the stored face should have ${length} numbers of ${bytes} bytes and has ${view?.byteLength ?? 'not'} bytes; it is cut off or damaged`,
    );
  }
  const vector = Float32Array.from({ length: Number(length) }, (_, index) =>
    bytes === 2 ? fromFloat16Bits(view.getUint16(index * 2, true)) : view.getFloat32(index * 4, true),
  );
  return { vector, modelVersion, embeddingSpace };
}

/**
 * The vector of a face.
 * @throws InvalidInputError when it was not asked for
 */
export function vectorOf(face: Face | StoredFace): Float32Array {
  // Callers without TypeScript pass anything.
  if (!isObject(face) || face.vector === undefined) {
    throw new InvalidInputError('the face has no embedding; ask for it with faceHash: true');
  }
  return face.vector;
}

function toBase64Url({ buffer }: DataView<ArrayBuffer>): string {
  return encodeBase64(new Uint8Array(buffer)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): DataView<ArrayBuffer> | undefined {
  const bytes = decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  return bytes && new DataView(bytes.buffer);
}
