import type { Readable } from 'node:stream';

/** More bytes came than allowed. */
export class TooManyBytesError extends Error {
  override readonly name = 'TooManyBytesError';
}

/** Nothing came for too long. */
export class BodyIdleError extends Error {
  override readonly name = 'BodyIdleError';
}

/** Where nobody said how much would come, so much is reserved at first. */
const FIRST_RESERVE_BYTES = 64 * 1024;

/**
 * All bytes of a stream. The stream is destroyed when it gives more than `maxBytes`, pauses for longer than
 * `idleTimeoutMs`, or fails.
 *
 * Bytes are copied into one buffer as they come, never kept as the stream's own chunks: a body sent in chunks of one byte
 * would otherwise cost a hundred times its size.
 *
 * @param options.expectedBytes What was announced, if anything was; at most `maxBytes` are reserved.
 * @throws TooManyBytesError, BodyIdleError, and whatever the stream fails with.
 */
export async function readCapped(
  stream: Readable,
  options: { readonly maxBytes: number; readonly idleTimeoutMs: number; readonly expectedBytes?: number | undefined },
): Promise<Buffer> {
  const { maxBytes, idleTimeoutMs } = options;
  let buffer = Buffer.allocUnsafe(Math.min(maxBytes, options.expectedBytes ?? FIRST_RESERVE_BYTES));
  let length = 0;
  const idle = setTimeout(
    () => stream.destroy(new BodyIdleError(`nothing came for ${idleTimeoutMs} ms`)),
    idleTimeoutMs,
  );
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      idle.refresh();
      const needed = length + chunk.byteLength;
      if (needed > maxBytes) {
        throw new TooManyBytesError(`more than ${maxBytes} bytes came`);
      }
      if (needed > buffer.byteLength) {
        const larger = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(needed, 2 * buffer.byteLength)));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      buffer.set(chunk, length);
      length = needed;
    }
  } finally {
    clearTimeout(idle);
  }
  return buffer.subarray(0, length);
}
