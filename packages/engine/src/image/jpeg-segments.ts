/** A marker segment of a JPEG: the marker, two bytes of length, and the payload. */
export interface JpegSegment {
  readonly marker: number;
  /** Offset of the 0xff of the marker. */
  readonly from: number;
  /** Offset of the payload. */
  readonly at: number;
  /** Offset of the first byte after the payload; past the end of the file when the file is cut off. */
  readonly end: number;
}

export const SOI = 0xd8;
export const EOI = 0xd9;
export const SOS = 0xda;
export const DQT = 0xdb;
export const DHT = 0xc4;
export const DRI = 0xdd;
export const APP0 = 0xe0;
export const APP14 = 0xee;
const TEM = 0x01;

/**
 * Walks the marker segments of a JPEG up to its end-of-image marker, as libjpeg does: past stray bytes, fill bytes and
 * entropy-coded data.
 *
 * @param view the whole file
 */
export function* jpegSegments(view: Buffer): Generator<JpegSegment, void> {
  let at = 2;
  for (;;) {
    const from = nextMarker(view, at);
    const marker = view[from + 1];
    if (marker === undefined || marker === EOI) return;
    at = from + 2;
    if (!hasLength(marker)) continue;
    if (at + 2 > view.length) return;
    const end = at + Math.max(2, view.readUInt16BE(at));
    yield { marker, from, at: at + 2, end };
    at = end;
  }
}

/** Where the next 0xff is that begins a marker, past fill bytes and entropy-coded data; the end if there is none. */
export function nextMarker(view: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    // Not indexOf, which is slower where nearly every other byte is 0xff: 110 ms for 10 MB made so, this 8 ms.
    while (at < view.length && view[at] !== 0xff) {
      at++;
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

export function isRestart(marker: number | undefined): boolean {
  return marker !== undefined && marker >= 0xd0 && marker <= 0xd7;
}

/** SOF0 to SOF15, but for DHT, JPG and DAC, which stand among them. */
export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== DHT && marker !== 0xc8 && marker !== 0xcc;
}

function hasLength(marker: number): boolean {
  // 0x02 to 0xbf are reserved; libjpeg does not step over them by a length either.
  return marker >= 0xc0 && marker !== SOI && !isRestart(marker) && marker !== TEM;
}
