import { crc32 } from 'node:zlib';
import { undecodable } from './image-error.js';

/** What a PNG says of itself, before any of it is decoded. */
export interface PngStructure {
  /** As stored, before EXIF turns it. */
  readonly width: number;
  readonly height: number;
  /** The same picture without the chunks that do not change a pixel. */
  readonly lean: Uint8Array;
}

/** All that decides the pixels of the first picture, and eXIf, which says which way is up. */
const pixelChunks = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/**
 * The chunks that say how the pixels are to be read. libpng overlooks a wrong checksum here, and a palette that has changed
 * gives wrong colours in silence; the pixels have a checksum of their own, which it does not overlook.
 */
const headChunks = new Set(['IHDR', 'PLTE']);

/** As in a JPEG, where EXIF must fit into one segment. */
const MAX_EXIF_BYTES = 65_535;

const SIGNATURE_BYTES = 8;
/** Length, type and CRC. */
const CHUNK_OVERHEAD_BYTES = 12;

/**
 * Walks the chunks of a PNG and leaves out all that is not pixels. libpng inflates compressed text and profiles as it
 * meets them: 100 zTXt chunks in 800 kB made it take 3.8 GB, so it is not shown them.
 *
 * @throws ImageError `image_undecodable` if the PNG does not begin with its header, or header or palette are damaged.
 */
export function readPngStructure(bytes: Uint8Array): PngStructure {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < SIGNATURE_BYTES + 16 || view.toString('latin1', 12, 16) !== 'IHDR') {
    throw undecodable('png', 'does not begin with a header chunk (IHDR)');
  }
  const width = view.readUInt32BE(16);
  const height = view.readUInt32BE(20);

  // Neighbours that are kept are copied as one piece.
  const kept: Uint8Array[] = [];
  let keptFrom = 0;
  let at = SIGNATURE_BYTES;
  while (at + CHUNK_OVERHEAD_BYTES <= view.length) {
    const length = view.readUInt32BE(at);
    const type = view.toString('latin1', at + 4, at + 8);
    const end = at + CHUNK_OVERHEAD_BYTES + length;
    if (
      headChunks.has(type) &&
      end <= view.length &&
      crc32(view.subarray(at + 4, end - 4)) !== view.readUInt32BE(end - 4)
    ) {
      throw undecodable('png', `is damaged: the checksum of its ${type} chunk is wrong`);
    }
    if (!pixelChunks.has(type) && !(type === 'eXIf' && length <= MAX_EXIF_BYTES)) {
      kept.push(view.subarray(keptFrom, at));
      keptFrom = Math.min(end, view.length);
    }
    at = end;
    if (type === 'IEND') {
      break;
    }
  }
  // What a cut leaves of the last chunk stays, so that the decoder sees that it is not whole.
  kept.push(view.subarray(keptFrom));
  return { width, height, lean: kept.length === 1 ? view : Buffer.concat(kept) };
}
