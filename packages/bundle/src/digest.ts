import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Large enough to hash at full speed, small enough (less than a millisecond) not to hold up the event loop. */
const CHUNK_BYTES = 256 * 1024;

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Reads a file once and says what it is.
 *
 * @param onBytes is told the size of each piece that has been read.
 * @throws the errors of the file system, and an AbortError.
 */
export async function sha256OfFile(
  path: string,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  const chunks: AsyncIterable<Uint8Array> = createReadStream(path, { highWaterMark: CHUNK_BYTES, signal });
  for await (const chunk of chunks) {
    hash.update(chunk);
    onBytes(chunk.length);
  }
  return hash.digest('hex');
}
