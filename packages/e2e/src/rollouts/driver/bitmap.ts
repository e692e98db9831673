/** An uncompressed picture as a BMP file of 24 bits a pixel: the one format that plain Node writes in a few lines. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** Bytes of the file; pixels begin at `PIXELS_AT`. */
  readonly bytes: Buffer;
}

/** Where the pixels of a file begin. */
export const PIXELS_AT = 54;

/**
 * Makes a BMP file of RGB pixels, row by row from the top.
 *
 * @throws RangeError when a row would need padding: the width must be divisible by 4
 * @see https://learn.microsoft.com/en-us/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader
 */
export function bitmapOf(rgb: Uint8Array, width: number, height: number): Bitmap {
  if (width % 4 !== 0) throw new RangeError(`width must be divisible by 4, got ${width}`);
  if (rgb.length !== width * height * 3)
    throw new RangeError(`expected ${width * height * 3} bytes, got ${rgb.length}`);
  const bytes = Buffer.alloc(PIXELS_AT + rgb.length);
  bytes.write('BM', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(PIXELS_AT, 10);
  bytes.writeUInt32LE(40, 14); // size of the second header
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(-height, 22); // from the top
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let i = 0; i < rgb.length; i += 3) {
    bytes[PIXELS_AT + i] = rgb[i + 2] ?? 0;
    bytes[PIXELS_AT + i + 1] = rgb[i + 1] ?? 0;
    bytes[PIXELS_AT + i + 2] = rgb[i] ?? 0;
  }
  return { width, height, bytes };
}

/** How many bytes of a picture are changed, all over it. */
const GRAINS = 400;

/**
 * The same photo with a little noise of its own, as if taken a moment later: what depends on the bytes of a picture comes
 * out differently for each.
 */
export function withGrain(photo: Buffer, random: () => number = Math.random): Buffer {
  const bytes = Buffer.from(photo);
  const pixels = bytes.length - PIXELS_AT;
  for (let i = 0; i < GRAINS; i++) {
    const at = PIXELS_AT + Math.floor(random() * pixels);
    const grain = Math.floor(random() * 7) - 3;
    bytes[at] = Math.min(255, Math.max(0, (bytes[at] ?? 0) + grain));
  }
  return bytes;
}
