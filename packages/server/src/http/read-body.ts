import type { Readable } from 'node:stream';
import { ClientGoneError } from '../lanes/scheduler.js';

/** Where nobody said how much would come, so much is reserved at first. */
const FIRST_RESERVE_BYTES = 64 * 1024;

export interface ReadBodyOptions {
  /** Most bytes that are read. */
  readonly limitBytes: number;
  /** What Content-Length announces. */
  readonly expectedBytes?: number | undefined;
  /** Time that is left for the body to arrive. */
  readonly remainingMs: number;
  /** The error for a body that has more bytes. */
  readonly tooLarge: () => Error;
  /** The error for a body that has not arrived in time. */
  readonly tooSlow: (receivedBytes: number) => Error;
}

/**
 * All bytes of a request's body, in one buffer.
 *
 * Each chunk is copied once, when it comes, into the place where it stays: to join them at the end would hold up all other
 * requests while 20 MB are copied, and a body sent in chunks of one byte would cost a hundred times its size. The stream
 * is left open when reading fails, so that the client can be told why.
 *
 * @throws what `tooLarge` and `tooSlow` make; ClientGoneError when the body ends before its end
 */
export function readBody(stream: Readable, options: ReadBodyOptions): Promise<Buffer> {
  const { limitBytes, expectedBytes, remainingMs, tooLarge, tooSlow } = options;
  return new Promise((resolve, reject) => {
    let buffer = Buffer.allocUnsafe(Math.min(limitBytes, expectedBytes ?? FIRST_RESERVE_BYTES));
    let length = 0;

    const onData = (chunk: Buffer): void => {
      const needed = length + chunk.byteLength;
      if (needed > limitBytes) {
        fail(tooLarge());
        return;
      }
      if (needed > buffer.byteLength) {
        const larger = Buffer.allocUnsafe(Math.min(limitBytes, Math.max(needed, 2 * buffer.byteLength)));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      chunk.copy(buffer, length);
      length = needed;
    };
    const onEnd = (): void => {
      cleanUp();
      resolve(buffer.subarray(0, length));
    };
    const onGone = (): void => fail(new ClientGoneError('the client went away before it had sent the whole body'));
    const timer = setTimeout(() => fail(tooSlow(length)), Math.max(0, remainingMs));

    function cleanUp(): void {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).off('close', onGone);
    }
    function fail(error: Error): void {
      cleanUp();
      reject(error);
    }

    stream.on('data', onData).on('end', onEnd).on('close', onGone);
    // Stays: an error after the end of reading is nobody's business, and unheard it would end the process.
    stream.on('error', onGone);
  });
}
