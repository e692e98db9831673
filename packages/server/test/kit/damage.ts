/** A JPEG with bytes of its entropy-coded data overwritten, as when a sector of a disk is lost. The bytes form no marker. */
export function withOverwritten(jpeg: Buffer, share: number, length: number): Buffer {
  const header = jpeg.indexOf(Buffer.from('ffda', 'hex'));
  const start = header + 2 + jpeg.readUInt16BE(header + 2);
  const at = start + Math.floor((jpeg.length - start) * share);
  const bytes = Buffer.from(jpeg);
  for (let i = 0; i < length; i++) bytes[at + i] = (i * 167 + 13 * ((i * i) % 31)) % 255;
  return bytes;
}
