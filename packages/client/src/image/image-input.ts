import { encodeBase64 } from '../base64.js';
import { InvalidInputError } from '../errors/client-errors.js';
import { FaceComparisonError } from '../errors/face-comparison-error.js';
import type { Deadline } from '../transport/deadline.js';
import { bytesOfDataUrl } from './data-url.js';
import { readFileReference, type FileReference } from './file-reference.js';
import { imageTypeOf, SNIFFED_BYTES, UNKNOWN_IMAGE } from './sniff.js';

/**
 * A photo: an `http:`, `https:` or `s3:` URL that the service fetches, a `data:` URL, the bytes of a JPEG, PNG or BMP file,
 * or React Native's `{ uri }`. A Node `Buffer` is a `Uint8Array`, a browser's `File` is a `Blob`. A stream is read to its
 * end before anything is sent, so that a call can be retried; it may have at most 32 MiB.
 */
export type ImageInput = string | URL | Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array> | FileReference;

/**
 * A photo as it is sent: its URL; its bytes, whose `type` is the media type that they have; or base64 where the platform
 * cannot make a Blob of bytes.
 */
export type EncodedImage = { readonly url: string } | { readonly img: string } | Blob;

/** How much of a stream is read. The service accepts 10 MiB unless its operator has set another limit. */
const MAX_STREAM_BYTES = 32 * 1024 * 1024;

/**
 * Encodes what the caller passed.
 * @throws InvalidInputError when it is not a photo or cannot be read
 */
export async function encodeImage(image: ImageInput, deadline: Deadline): Promise<EncodedImage> {
  if (typeof image === 'string') return encodeUrl(image);
  if (isObject(image)) {
    // Copied: the caller may change its bytes before the last attempt is made.
    if (ArrayBuffer.isView(image)) return encodeBytes(bytesOf(image));
    if ('getReader' in image) return encodeBytes(await readStream(image, deadline));
    if (isBlob(image)) return deadline.race(typedBlob(image));
    if ('href' in image) return encodeUrl(image.href);
    if ('uri' in image) return encodeFile(image, deadline);
    if ('byteLength' in image) return encodeBytes(new Uint8Array(image).slice());
  }
  throw new InvalidInputError(
    'image: expected a URL, a data: URL, a Uint8Array, an ArrayBuffer, a Blob, a ReadableStream or { uri }; ' +
      'make a ReadableStream of a Node stream with Readable.toWeb()',
  );
}

// None of these is `instanceof`: what the caller passes may come from another realm.

/** Whether a value has members; callers without TypeScript pass anything. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether a photo is sent as a Blob. React Native's Blob has no `arrayBuffer`. */
export function isBlob(value: object): value is Blob {
  return 'size' in value && 'slice' in value;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}

function encodeBytes(bytes: Uint8Array<ArrayBuffer>): EncodedImage {
  const type = imageTypeOf(bytes);
  try {
    return new Blob([bytes], { type });
  } catch {
    // React Native's Blob throws on bytes.
    return { img: encodeBase64(bytes) };
  }
}

function encodeUrl(text: string): EncodedImage {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'http':
    case 'https':
    case 's3':
      return { url: text };
    case 'data':
      return encodeBytes(bytesOfDataUrl(text));
    case 'blob':
      throw new InvalidInputError('image: a blob: URL can be read by this page only; pass the Blob or File itself');
    case 'file':
    case 'content':
      throw new InvalidInputError(
        'image: the service cannot read files of this device; pass the bytes, or { uri } in React Native',
      );
    default:
      throw new InvalidInputError(
        'image: expected a text to be a URL (http:, https:, s3:) or a data: URL; ' +
          'of a file pass the bytes, before base64 put data:image/jpeg;base64,',
      );
  }
}

async function encodeFile({ uri }: FileReference, deadline: Deadline): Promise<EncodedImage> {
  if (typeof uri !== 'string') throw new InvalidInputError(`image: expected uri to be a text, got ${typeof uri}`);
  if (/^(?:https?|s3|data):/i.test(uri)) return encodeUrl(uri);
  return typedBlob(await deadline.race(readFileReference(uri).catch(unreadable('the file of uri'))));
}

async function typedBlob(blob: Blob): Promise<Blob> {
  const type = hasBytes(blob) ? imageTypeOf(await headOf(blob)) : UNKNOWN_IMAGE;
  return blob.type === type ? blob : blob.slice(0, blob.size, type);
}

/** React Native's Blob does not give its bytes. */
function hasBytes(blob: Blob): boolean {
  return 'arrayBuffer' in blob;
}

async function headOf(blob: Blob): Promise<Uint8Array> {
  // A File is unreadable once the file on the disk has changed.
  return new Uint8Array(await blob.slice(0, SNIFFED_BYTES).arrayBuffer().catch(unreadable('the Blob')));
}

async function readStream(stream: ReadableStream<Uint8Array>, deadline: Deadline): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await deadline.race(reader.read().catch(unreadable('the stream')));
      if (done) return concatenated(chunks, size);
      if (!ArrayBuffer.isView(value)) {
        throw new InvalidInputError(`image: expected a stream of Uint8Array, got a chunk of type ${typeof value}`);
      }
      size += value.byteLength;
      if (size > MAX_STREAM_BYTES) {
        throw new InvalidInputError(`image: the stream exceeds the ${MAX_STREAM_BYTES}-byte limit`);
      }
      chunks.push(bytesOf(value));
    }
  } catch (error) {
    reader.cancel(error).catch(() => undefined);
    throw error;
  }
}

function concatenated(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

/** For the rejections of what reads a photo. */
function unreadable(what: string): (cause: unknown) => never {
  return (cause) => {
    throw cause instanceof FaceComparisonError
      ? cause
      : new InvalidInputError(`image: ${what} cannot be read`, { cause });
  };
}
