import { pick, type Random } from '../statistics/random.js';

/** Something that happens to a JPEG file on its way. */
export interface Damage {
  readonly name: string;
  /** Whether all pixels are still there, so that the photo must be accepted. */
  readonly keepsPixels: boolean;
  /** Whether an answer without a match is tolerated: no decoder can tell each changed byte. */
  readonly mayHide: boolean;
  /** @param jpeg a whole file that ends with its end marker */
  readonly apply: (jpeg: Buffer, random: Random) => Buffer;
}

const lost = { keepsPixels: false, mayHide: false };
const kept = { keepsPixels: true, mayHide: false };

const END_MARKER = Buffer.from('ffd9', 'hex');

/** Each kind of damage that is measured. */
export const damages: readonly Damage[] = [
  { ...kept, name: 'nothing', apply: (jpeg) => jpeg },
  { ...kept, name: 'end marker cut off', apply: (jpeg) => jpeg.subarray(0, -2) },
  {
    ...kept,
    name: 'end marker overwritten with zeros',
    apply: (jpeg) => followed(jpeg.subarray(0, -2), Buffer.alloc(2)),
  },
  {
    ...kept,
    name: 'end marker overwritten, 4 KiB of zeros',
    apply: (jpeg) => followed(jpeg.subarray(0, -2), Buffer.alloc(4096)),
  },
  { ...kept, name: 'followed by another image', apply: (jpeg) => followed(jpeg, jpeg) },
  { ...kept, name: 'stray bytes between segments', apply: withStrayBytes },
  { ...lost, name: 'line endings converted', apply: withConvertedLineEndings },
  { ...lost, name: 'cut off after 35 %', apply: (jpeg) => cutOff(jpeg, 0.35) },
  {
    ...lost,
    name: 'cut off after 35 %, end marker appended',
    apply: (jpeg) => followed(cutOff(jpeg, 0.35), END_MARKER),
  },
  {
    ...lost,
    name: 'cut off after 95 %, end marker appended',
    apply: (jpeg) => followed(cutOff(jpeg, 0.95), END_MARKER),
  },
  { ...lost, name: '512 bytes lost', apply: (jpeg, random) => withoutBytes(jpeg, 512, random) },
  { ...lost, name: '512 bytes overwritten', apply: (jpeg, random) => overwritten(jpeg, 512, random) },
  {
    ...lost,
    name: '512 bytes overwritten with zeros',
    apply: (jpeg, random) => overwritten(jpeg, 512, random, () => 0),
  },
  { ...lost, name: '64 bytes overwritten', apply: (jpeg, random) => overwritten(jpeg, 64, random) },
  { ...lost, name: '16 bytes overwritten', apply: (jpeg, random) => overwritten(jpeg, 16, random) },
  { ...lost, mayHide: true, name: 'one byte lost', apply: (jpeg, random) => withoutBytes(jpeg, 1, random) },
  { ...lost, mayHide: true, name: 'one byte changed', apply: (jpeg, random) => overwritten(jpeg, 1, random) },
  { ...lost, mayHide: true, name: 'one bit flipped', apply: withFlippedBit },
];

/** FTP in text mode, from a system with other line endings. */
function withConvertedLineEndings(jpeg: Buffer): Buffer {
  return Buffer.from(jpeg.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

/** Before the Huffman tables. */
function withStrayBytes(jpeg: Buffer): Buffer {
  const at = jpeg.indexOf(Buffer.from('ffc4', 'hex'));
  return Buffer.concat([jpeg.subarray(0, at), Buffer.from([0, 1, 2]), jpeg.subarray(at)]);
}

function cutOff(jpeg: Buffer, share: number): Buffer {
  const from = pixelsFrom(jpeg);
  return jpeg.subarray(0, from + Math.floor((jpeg.length - from) * share));
}

function followed(jpeg: Buffer, bytes: Buffer): Buffer {
  return Buffer.concat([jpeg, bytes]);
}

function withoutBytes(jpeg: Buffer, count: number, random: Random): Buffer {
  const at = placeFor(jpeg, count, random);
  return Buffer.concat([jpeg.subarray(0, at), jpeg.subarray(at + count)]);
}

/** @param byte what they are overwritten with; never 0xff, so that no marker comes about, which is easy to notice */
function overwritten(
  jpeg: Buffer,
  count: number,
  random: Random,
  byte = (): number => Math.floor(random() * 255),
): Buffer {
  const at = placeFor(jpeg, count, random);
  const bytes = Buffer.from(jpeg);
  for (let i = 0; i < count; i++) bytes[at + i] = byte();
  return bytes;
}

function withFlippedBit(jpeg: Buffer, random: Random): Buffer {
  const at = placeFor(jpeg, 1, random);
  const bytes = Buffer.from(jpeg);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << pick([0, 1, 2, 3, 4, 5, 6, 7], random));
  return bytes;
}

/** A place for so many bytes in the compressed pixels, before the end marker. */
function placeFor(jpeg: Buffer, count: number, random: Random): number {
  const from = pixelsFrom(jpeg);
  return from + Math.floor(random() * Math.max(1, jpeg.length - END_MARKER.length - count - from));
}

/** Where the compressed pixels begin, behind the scan header. */
function pixelsFrom(jpeg: Buffer): number {
  const header = jpeg.indexOf(Buffer.from('ffda', 'hex'));
  if (header === -1) throw new RangeError('expected a JPEG, and there is no scan in it');
  return header + 2 + jpeg.readUInt16BE(header + 2);
}
