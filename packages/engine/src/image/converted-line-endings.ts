/** Among so many line feeds in data that looks random, each has a carriage return before it by chance once in 256^24. */
const LINE_FEEDS = 24;

/**
 * Whether a file was converted from the line endings of Unix to those of Windows, as FTP does in its text mode: each line
 * feed (0x0a) of the pixels has got a carriage return (0x0d) before it, and all that follows has moved.
 *
 * @param bytes the whole file
 * @param from where its compressed pixels begin; text in metadata may have such line endings by right
 */
export function hasConvertedLineEndings(bytes: Uint8Array, from: number): boolean {
  let at = from - 1;
  for (let found = 0; found < LINE_FEEDS; found++) {
    at = bytes.indexOf(0x0a, at + 1);
    if (at === -1 || bytes[at - 1] !== 0x0d) return false;
  }
  return true;
}
