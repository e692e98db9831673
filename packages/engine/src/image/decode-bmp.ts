import { hasConvertedLineEndings } from './converted-line-endings.js';
import { undecodable } from './image-error.js';
import type { ImageError } from './image-error.js';

/** What a BMP says of itself. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** Rows are stored from the top; most files store them from the bottom. */
  readonly topDown: boolean;
  readonly pixels: BmpPixels;
  /** Where the first row begins, in bytes from the start of the file. */
  readonly pixelsAt: number;
}

type BmpPixels =
  | { readonly kind: 'indexed'; readonly bits: 1 | 2 | 4 | 8; readonly rle: boolean; readonly palette: BmpPalette }
  | { readonly kind: 'direct'; readonly bits: 16 | 24 | 32; readonly masks: ColourMasks };

interface BmpPalette {
  readonly at: number;
  readonly colours: number;
  /** Blue, green, red and, but for OS/2 1.x, one more that means nothing. */
  readonly bytesPerColour: 3 | 4;
}

/** Which bits of a pixel are its red, green and blue. */
type ColourMasks = readonly [red: number, green: number, blue: number];

const FILE_HEADER_BYTES = 14;
const MASKS_AT = 54;

/** BITMAPINFOHEADER and its successors V2 to V5. Other lengths are OS/2 2.x, whose 64 bytes may be cut off anywhere. */
const windowsHeaderBytes: readonly number[] = [40, 52, 56, 108, 124];

const masks555: ColourMasks = [0x7c00, 0x03e0, 0x001f];
const masks888: ColourMasks = [0xff0000, 0x00ff00, 0x0000ff];

/**
 * Reads the headers of a BMP: OS/2 1.x and 2.x, Windows 3 to 5. Nothing but the header is looked at.
 *
 * @throws ImageError `image_undecodable` if the header is cut off, contradicts itself or names a kind of pixel that
 *   nobody uses.
 */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = bytes.length < FILE_HEADER_BYTES + 4 ? 12 : view.getUint32(14, true);
  const headerEnd = FILE_HEADER_BYTES + headerBytes;
  if (headerBytes !== 12 && (headerBytes < 16 || headerBytes > 124)) {
    throw undecodable('bmp', `has a header of ${headerBytes} bytes; expected 12, or 16 to 124`);
  }
  if (bytes.length < headerEnd) {
    throw undecodable('bmp', `ends after ${bytes.length} bytes, within its header of ${headerEnd}`);
  }
  const isCore = headerBytes === 12;
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = isCore ? view.getUint16(24, true) : view.getUint16(28, true);
  const compression = compressionOf(headerBytes < 20 ? 0 : view.getUint32(30, true), headerBytes);
  const masksEnd = headerBytes === 40 ? headerEnd + compression.maskBytes : headerEnd;

  let pixels: BmpPixels;
  let firstPixelAt = masksEnd;
  switch (bits) {
    case 1:
    case 2:
    case 4:
    case 8: {
      if (compression.maskBytes > 0 || (compression.rleBits !== 0 && compression.rleBits !== bits)) {
        throw undecodable(
          'bmp',
          `has ${bits} bits a pixel, which do not go with its compression (${compression.name})`,
        );
      }
      const colours = (headerBytes < 36 ? 0 : view.getUint32(46, true)) || 2 ** bits;
      const palette: BmpPalette = { at: headerEnd, colours, bytesPerColour: isCore ? 3 : 4 };
      pixels = { kind: 'indexed', bits, rle: compression.rleBits !== 0, palette };
      firstPixelAt = palette.at + colours * palette.bytesPerColour;
      break;
    }
    case 16:
    case 24:
    case 32: {
      if (compression.rleBits !== 0) {
        throw undecodable(
          'bmp',
          `has ${bits} bits a pixel, which do not go with its compression (${compression.name})`,
        );
      }
      const masks = compression.maskBytes > 0 ? readMasks(view) : undefined;
      pixels = { kind: 'direct', bits, masks: masks ?? (bits === 16 ? masks555 : masks888) };
      break;
    }
    default:
      throw undecodable('bmp', `has ${bits} bits a pixel; expected 1, 2, 4, 8, 16, 24 or 32`);
  }
  // Some writers leave the offset 0 or forget the palette in it.
  const offset = view.getUint32(10, true);
  const isPlausible = pixels.kind === 'indexed' ? offset > headerEnd : offset >= headerEnd;
  return {
    width,
    height: Math.abs(signedHeight),
    topDown: signedHeight < 0,
    pixels,
    pixelsAt: isPlausible ? offset : firstPixelAt,
  };
}

/**
 * Decodes the pixels of a BMP to RGB, 8 bits each, row by row from the top; alpha is dropped. The caller has judged the
 * size before: run-length code may claim many pixels in few bytes.
 *
 * @throws ImageError `image_undecodable` if the pixels are cut off, have moved, or their masks have holes.
 */
export function decodeBmp(bytes: Uint8Array, { width, height, topDown, pixels, pixelsAt }: BmpHeader): Uint8Array {
  const isRle = pixels.kind === 'indexed' && pixels.rle;
  const source = isRle ? expandRle(bytes.subarray(pixelsAt), width, height, pixels.bits) : bytes;
  const firstRowAt = isRle ? 0 : pixelsAt;
  const bits = isRle ? 8 : pixels.bits;
  const strideBytes = isRle ? width : Math.ceil((width * bits) / 32) * 4;
  // The padding of the last row may be missing. Nothing is allocated for pixels that did not come.
  const end = firstRowAt + strideBytes * (height - 1) + Math.ceil((width * bits) / 8);
  if (end > source.length) {
    throw undecodable('bmp', `ends after ${source.length} bytes; its ${width}x${height} pixels go on to ${end}`);
  }

  // A flat colour may look so by chance, but then nothing follows its pixels.
  if (!isRle && bytes.length > end && hasConvertedLineEndings(bytes, pixelsAt)) {
    throw undecodable('bmp', 'is damaged: its line endings were converted; transfer it as a binary file');
  }

  const rgb = new Uint8Array(width * height * 3);
  const readRow =
    pixels.kind === 'indexed'
      ? indexedRows(source, bits, readPalette(bytes, pixels.palette), rgb, width)
      : directRows(source, pixels.bits, pixels.masks, rgb, width);
  for (let row = 0; row < height; row++) {
    readRow(firstRowAt + row * strideBytes, (topDown ? row : height - 1 - row) * width * 3);
  }
  return rgb;
}

interface Compression {
  readonly name: string;
  /** How many bits the pixels of its run-length code have; 0 is none. */
  readonly rleBits: 0 | 4 | 8;
  /** How many bytes of colour masks follow a header that is too short to hold them; 0 is no masks. */
  readonly maskBytes: 0 | 12 | 16;
}

function compressionOf(code: number, headerBytes: number): Compression {
  switch (code) {
    case 0:
      return { name: 'none', rleBits: 0, maskBytes: 0 };
    case 1:
      return { name: 'RLE8', rleBits: 8, maskBytes: 0 };
    case 2:
      return { name: 'RLE4', rleBits: 4, maskBytes: 0 };
  }
  if (windowsHeaderBytes.includes(headerBytes)) {
    switch (code) {
      case 3:
        return { name: 'bit fields', rleBits: 0, maskBytes: 12 };
      case 4:
        throw undecodable('bmp', 'is a JPEG in the clothes of a BMP, meant for printers; send the JPEG itself');
      case 5:
        throw undecodable('bmp', 'is a PNG in the clothes of a BMP, meant for printers; send the PNG itself');
      case 6:
        return { name: 'bit fields with alpha', rleBits: 0, maskBytes: 16 };
    }
  }
  throw undecodable('bmp', `is compressed by method ${code}; expected none, RLE8, RLE4 or bit fields`);
}

/** The masks, or undefined if all are zero, which some writers mean as the usual ones. */
function readMasks(view: DataView): ColourMasks | undefined {
  if (view.byteLength < MASKS_AT + 12) {
    throw undecodable('bmp', `ends after ${view.byteLength} bytes, within its colour masks`);
  }
  const masks = [0, 4, 8].map((at) => view.getUint32(MASKS_AT + at, true));
  const [red = 0, green = 0, blue = 0] = masks;
  return red === 0 && green === 0 && blue === 0 ? undefined : [red, green, blue];
}

/** 256 colours, R, G, B in turn. Those that the file does not have are black. */
function readPalette(bytes: Uint8Array, { at, colours, bytesPerColour }: BmpPalette): Uint8Array {
  const palette = new Uint8Array(256 * 3);
  for (let colour = 0; colour < Math.min(colours, 256); colour++) {
    const from = at + colour * bytesPerColour;
    palette[colour * 3] = bytes[from + 2] ?? 0;
    palette[colour * 3 + 1] = bytes[from + 1] ?? 0;
    palette[colour * 3 + 2] = bytes[from] ?? 0;
  }
  return palette;
}

/** Writes one row, read at `from` of the file, at `to` of the picture. */
type RowReader = (from: number, to: number) => void;

function indexedRows(source: Uint8Array, bits: number, palette: Uint8Array, rgb: Uint8Array, width: number): RowReader {
  const mask = 2 ** bits - 1;
  return (from, to) => {
    for (let x = 0, bit = 0; x < width; x++, bit += bits, to += 3) {
      const index = ((source[from + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & mask;
      rgb[to] = palette[index * 3] ?? 0;
      rgb[to + 1] = palette[index * 3 + 1] ?? 0;
      rgb[to + 2] = palette[index * 3 + 2] ?? 0;
    }
  };
}

function directRows(
  source: Uint8Array,
  bits: 16 | 24 | 32,
  masks: ColourMasks,
  rgb: Uint8Array,
  width: number,
): RowReader {
  const step = bits / 8;
  if (step > 2 && masks.every((mask, channel) => mask === masks888[channel])) {
    return (from, to) => {
      for (let x = 0; x < width; x++, from += step, to += 3) {
        rgb[to] = source[from + 2] ?? 0;
        rgb[to + 1] = source[from + 1] ?? 0;
        rgb[to + 2] = source[from] ?? 0;
      }
    };
  }
  const [red, green, blue] = [toChannel(masks[0]), toChannel(masks[1]), toChannel(masks[2])];
  return (from, to) => {
    for (let x = 0; x < width; x++, from += step, to += 3) {
      let pixel = (source[from] ?? 0) | ((source[from + 1] ?? 0) << 8);
      if (step > 2) {
        pixel |= (source[from + 2] ?? 0) << 16;
      }
      if (step > 3) {
        pixel |= (source[from + 3] ?? 0) << 24;
      }
      rgb[to] = red.levels[(pixel >>> red.shift) & red.mask] ?? 0;
      rgb[to + 1] = green.levels[(pixel >>> green.shift) & green.mask] ?? 0;
      rgb[to + 2] = blue.levels[(pixel >>> blue.shift) & blue.mask] ?? 0;
    }
  };
}

interface Channel {
  readonly shift: number;
  readonly mask: number;
  /** The 0 to 255 of each value, rounded down as Pillow does. */
  readonly levels: Uint8Array;
}

/** A channel of more than 8 bits keeps its high 8; a mask of zero is a channel that is black. */
function toChannel(mask: number): Channel {
  const lowest = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
  const highest = 32 - Math.clz32(mask);
  const bits = highest - lowest;
  if (mask !== 0 && mask >>> lowest !== 2 ** bits - 1) {
    throw undecodable('bmp', `has a colour mask with holes (0x${mask.toString(16)})`);
  }
  const max = 2 ** Math.min(bits, 8) - 1;
  return {
    shift: lowest + Math.max(0, bits - 8),
    mask: max,
    levels: Uint8Array.from({ length: max + 1 }, (_, value) => (max === 0 ? 0 : Math.floor((value * 255) / max))),
  };
}

/**
 * Undoes RLE8 and RLE4: one byte a pixel, rows in the order of the file. What is skipped has index 0; what runs over
 * the end of its row is dropped.
 */
function expandRle(data: Uint8Array, width: number, height: number, bits: number): Uint8Array {
  const indices = new Uint8Array(width * height);
  const isRle8 = bits === 8;
  let at = 0;
  let x = 0;
  let y = 0;
  while (y < height) {
    const [count, value] = [data[at], data[at + 1]];
    at += 2;
    if (count === undefined || value === undefined) {
      if (y === height - 1 && x >= width) {
        break;
      }
      throw cutOffRun(data.length, y, height);
    }
    if (count > 0) {
      const end = Math.min(x + count, width);
      for (let i = 0; x + i < end; i++) {
        indices[y * width + x + i] = isRle8 ? value : i % 2 === 0 ? value >> 4 : value & 15;
      }
      x += count;
    } else if (value === 0) {
      x = 0;
      y++;
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      x += data[at] ?? 0;
      y += data[at + 1] ?? 0;
      at += 2;
    } else {
      const runBytes = isRle8 ? value : Math.ceil(value / 2);
      if (at + runBytes > data.length) {
        throw cutOffRun(data.length, y, height);
      }
      const end = Math.min(x + value, width);
      for (let i = 0; x + i < end; i++) {
        const byte = data[at + (isRle8 ? i : i >> 1)] ?? 0;
        indices[y * width + x + i] = isRle8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15;
      }
      x += value;
      at += runBytes + (runBytes % 2);
    }
  }
  return indices;
}

function cutOffRun(dataBytes: number, row: number, rows: number): ImageError {
  return undecodable('bmp', `ends in row ${row + 1} of ${rows}, after ${dataBytes} bytes of run-length code`);
}
