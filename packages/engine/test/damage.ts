/** What happens to JPEG files on their way, made in code. All take a whole file and give another. */

/** Where the entropy-coded data of the first scan begins. */
function scanStart(jpeg: Buffer): number {
  const header = jpeg.indexOf(Buffer.from('ffda', 'hex'));
  return header + 2 + jpeg.readUInt16BE(header + 2);
}

/** An offset in the entropy-coded data, as a share of it. */
function offset(jpeg: Buffer, share: number): number {
  const start = scanStart(jpeg);
  return start + Math.floor((jpeg.length - start) * share);
}

/** FTP in text mode. */
export function withConvertedLineEndings(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

/** A sector of the disk was overwritten. The bytes never form a marker. */
export function withOverwritten(jpeg: Buffer, share: number, length = 512): Buffer {
  const at = offset(jpeg, share);
  const bytes = Buffer.from(jpeg);
  for (let i = 0; i < length; i++) bytes[at + i] = (i * 167 + 13 * ((i * i) % 31)) % 255;
  return bytes;
}

/** A packet was lost. */
export function withLost(jpeg: Buffer, share: number, length = 512): Buffer {
  const at = offset(jpeg, share);
  return Buffer.concat([jpeg.subarray(0, at), jpeg.subarray(at + length)]);
}

/** The upload broke off. */
export function cutOff(jpeg: Buffer, share: number): Buffer {
  return jpeg.subarray(0, offset(jpeg, share));
}

/** The upload broke off, and somebody closed the file properly. */
export function cutOffAndEnded(jpeg: Buffer, share: number): Buffer {
  return Buffer.concat([cutOff(jpeg, share), Buffer.from('ffd9', 'hex')]);
}

export function withoutEnd(jpeg: Buffer): Buffer {
  return jpeg.subarray(0, -2);
}

/** Puts bytes before a marker, the first of its kind. */
export function withInserted(jpeg: Buffer, marker: number, bytes: readonly number[]): Buffer {
  const at = jpeg.indexOf(Buffer.from([0xff, marker]));
  return Buffer.concat([jpeg.subarray(0, at), Buffer.from(bytes), jpeg.subarray(at)]);
}
