import { ImageError } from './image-error.js';

/** What a JPEG says of itself, before any of it is decoded. */
export interface JpegStructure {
  /** As stored, before EXIF turns it. */
  readonly width: number;
  readonly height: number;
}

/**
 * Each scan of a progressive JPEG costs a pass over all its coefficients but as few as ten bytes, so that a file of 30 kB can
 * keep a decoder busy for a minute. Encoders write about 10 scans, the most inventive ones (jpgcrush) some 30.
 */
const MAX_SCANS = 100;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const TEM = 0x01;

/**
 * Walks the markers of a JPEG up to its end: the frame's size, and a bound on the number of scans.
 *
 * @throws ImageError `image_undecodable` if no frame begins before the pixels do, or there are too many scans.
 */
export function readJpegStructure(bytes: Uint8Array): JpegStructure {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: JpegStructure | undefined;
  let scans = 0;
  let at = 2;
  for (;;) {
    at = nextMarker(view, at);
    const marker = view[at + 1];
    if (marker === undefined || marker === EOI) {
      break;
    }
    at += 2;
    if (!hasLength(marker)) {
      continue;
    }
    if (at + 2 > view.length) {
      break;
    }
    if (isFrame(marker) && frame === undefined && at + 8 <= view.length) {
      frame = { height: view.readUInt16BE(at + 3), width: view.readUInt16BE(at + 5) };
    }
    if (marker === SOS) {
      if (frame === undefined) {
        break;
      }
      scans++;
      if (scans > MAX_SCANS) {
        throw new ImageError(
          'image_undecodable',
          `the JPEG has more than ${MAX_SCANS} scans, which no camera or program writes; save it anew`,
        );
      }
    }
    at += view.readUInt16BE(at);
  }
  if (frame === undefined) {
    throw new ImageError('image_undecodable', 'the JPEG ends or its pixels begin before it has said how large it is');
  }
  return frame;
}

/** Where the next 0xff is that is no fill byte and no part of the entropy-coded data; beyond the end if there is none. */
function nextMarker(view: Buffer, from: number): number {
  let at = from;
  for (;;) {
    at = view.indexOf(0xff, at);
    if (at < 0) {
      return view.length;
    }
    const next = view[at + 1];
    if (next === 0x00) {
      at += 2;
    } else if (next === 0xff) {
      at += 1;
    } else {
      return at;
    }
  }
}

function hasLength(marker: number): boolean {
  const isRestart = marker >= 0xd0 && marker <= 0xd7;
  // 0x02 to 0xbf are reserved; libjpeg does not step over them by a length either.
  return marker >= 0xc0 && marker !== SOI && !isRestart && marker !== TEM;
}

/** SOF0 to SOF15, but for DHT, JPG and DAC, which stand among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
