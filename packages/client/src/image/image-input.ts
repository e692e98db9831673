import { InvalidInputError } from '../errors/client-errors.js';
import type { Deadline } from '../transport/deadline.js';
import { bytesOfDataUrl } from './data-url.js';
import { imageTypeOf, SNIFFED_BYTES } from './sniff.js';

/**
 * A photo: an `http:`, `https:` or `s3:` URL that the service fetches, a `data:` URL, or the bytes of a JPEG, PNG or
 * BMP file. A Node `Buffer` is a `Uint8Array`, a browser's `File` is a `Blob`. A stream is read to its end before
 * anything is sent, so that a call can be tried again; it may have 32 MiB.
 */
export type ImageInput = string | URL | Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array>;

/** A photo as it travels: by its URL, or as its bytes, whose `type` is the media type that they have. */
export type EncodedImage = { readonly url: string } | Blob;

/** How much of a stream is read. The service takes 10 MiB unless its operator has set another limit. */
const MAX_STREAM_BYTES = 32 * 1024 * 1024;

/**
 * Looks at what the caller gave.
 * @throws InvalidInputError when it is no photo
 */
export async function encodeImage(image: ImageInput, deadline: Deadline): Promise<EncodedImage> {
  if (typeof image === 'string') return encodeUrl(image);
  if (isObject(image)) {
    // Copied: the caller may change its bytes before the last attempt is made.
    if (ArrayBuffer.isView(image)) return typedBlob(new Blob([bytesOf(image)]));
    if ('getReader' in image) return typedBlob(await readStream(image, deadline));
    if (isBlob(image)) return deadline.race(typedBlob(image));
    if ('href' in image) return encodeUrl(image.href);
    if ('byteLength' in image) return typedBlob(new Blob([new Uint8Array(image)]));
  }
  throw new InvalidInputError(
    'image must be a URL, a data: URL, a Uint8Array, an ArrayBuffer, a Blob or a ReadableStream; ' +
      'make one of a Node stream with Readable.toWeb()',
  );
}

// None of these is `instanceof`: what the caller gives may come from another realm.

/** Whether a value has members; callers without TypeScript give anything. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether a photo travels as bytes. */
export function isBlob(value: object): value is Blob {
  return 'arrayBuffer' in value && 'slice' in value;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}

function encodeUrl(text: string): EncodedImage | Promise<EncodedImage> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'http':
    case 'https':
    case 's3':
      return { url: text };
    case 'data':
      return typedBlob(new Blob([bytesOfDataUrl(text)]));
    case 'blob':
      throw new InvalidInputError('image is a blob: URL, which only this page can read; give the Blob or File itself');
    default:
      throw new InvalidInputError(
        'image is a text that is neither a URL (http:, https:, s3:) nor a data: URL; ' +
          'of a file give the bytes, to base64 add data:image/jpeg;base64, in front',
      );
  }
}

async function typedBlob(blob: Blob): Promise<Blob> {
  const head = new Uint8Array(await blob.slice(0, SNIFFED_BYTES).arrayBuffer());
  const type = imageTypeOf(head);
  return blob.type === type ? blob : blob.slice(0, blob.size, type);
}

async function readStream(stream: ReadableStream<Uint8Array>, deadline: Deadline): Promise<Blob> {
  const reader = stream.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await deadline.race(reader.read());
      if (done) return new Blob(chunks);
      bytes += value.byteLength;
      if (bytes > MAX_STREAM_BYTES) {
        throw new InvalidInputError(`image is a stream of more than ${MAX_STREAM_BYTES} bytes; no photo is that large`);
      }
      chunks.push(new Uint8Array(value));
    }
  } catch (error) {
    reader.cancel(error).catch(() => undefined);
    throw error;
  }
}
