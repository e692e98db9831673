import { undecodable } from './image-error.js';
import { hasConvertedLineEndings } from './converted-line-endings.js';
import { readFrame, readHuffmanTables, readQuantizationTables, sequentialScan } from './jpeg-scan.js';
import type { HuffmanTables, JpegFrame, QuantizationTables, SequentialScan } from './jpeg-scan.js';
import { ProgressiveScans } from './progressive-scans.js';
import { APP0, APP14, DHT, DQT, DRI, isFrame, jpegSegments, SOS, type JpegSegment } from './jpeg-segments.js';

/** What a JPEG says of itself, before any of it is decoded. */
export interface JpegStructure {
  /** As stored, before EXIF turns it. */
  readonly width: number;
  readonly height: number;
  /** 1 for gray, 3 for colour, 4 for CMYK. */
  readonly components: number;
  /**
   * How many coefficients the decoder keeps in memory until the last scan has been read, of 2 bytes each; 0 for a JPEG that is
   * decoded row by row, as those of cameras are.
   */
  readonly bufferedCoefficients: number;
  /** The entropy-coded data of a sequential JPEG with Huffman codes in a single scan; undefined for any other. */
  readonly scan: SequentialScan | undefined;
  /** The same image without what is odd and harmless in it: whatever the decoder still warns of is damage. */
  readonly clean: Uint8Array;
}

/**
 * Each further scan costs a pass over all coefficients but as few as 40 bytes: 2,600 of them, 200 kB, kept the decoder
 * busy for 8 s, 100 for 0.4 to 1 s. Encoders write about 10, the most inventive ones some 30.
 */
const MAX_SCANS = 100;

/** Each is at least four bytes and costs an object here; a photo with a depth map in its metadata has some 200. */
const MAX_SEGMENTS = 10_000;

const END_OF_IMAGE = Buffer.from('ffd9', 'hex');

/** Bytes of a file that are replaced, or left out. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly bytes?: Uint8Array;
}

/**
 * Walks the markers of a JPEG: the frame's size, its tables, a bound on the number of scans, and what has to be cleaned.
 *
 * @throws ImageError `image_undecodable` if no frame begins before the pixels do, there are too many scans, or the line
 *   endings of the file were converted.
 */
export function readJpegStructure(bytes: Uint8Array): JpegStructure {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const edits: Edit[] = [];
  const quantization: QuantizationTables = new Map();
  const huffman: HuffmanTables = new Map();
  let frame: JpegFrame | undefined;
  let scan: SequentialScan | undefined;
  let restartInterval = 0;
  let segments = 0;
  let scans = 0;
  let scansFrom = view.length;
  const progress = new ProgressiveScans();
  let end = 2;
  let adobe: { readonly segment: JpegSegment; readonly payload: Buffer } | undefined;
  for (const segment of jpegSegments(view)) {
    if (++segments > MAX_SEGMENTS) {
      throw undecodable('jpeg', `has more than ${MAX_SEGMENTS} marker segments, which no camera or program writes`);
    }
    // Behind the first scan there is entropy-coded data between the segments.
    if (scans === 0 && segment.from > end) edits.push({ from: end, to: segment.from });
    end = segment.end;
    const payload = view.subarray(segment.at, segment.end);
    if (segment.marker === DQT) readQuantizationTables(payload, quantization);
    else if (segment.marker === DHT) readHuffmanTables(payload, huffman);
    else if (segment.marker === DRI && payload.length >= 2) restartInterval = payload.readUInt16BE(0);
    else if (segment.marker === APP0) edits.push(...jfifVersionEdits(segment, payload));
    else if (segment.marker === APP14) adobe = { segment, payload };
    else if (isFrame(segment.marker) && frame === undefined) frame = readFrame(segment.marker, payload);
    else if (segment.marker === SOS) {
      if (frame === undefined) break;
      scansFrom = Math.min(scansFrom, segment.end);
      if (!frame.isProgressive && payload[0] === frame.components.length) {
        // One scan with all components is all that a sequential frame has: what follows is not decoded.
        scan = sequentialScan({ frame, huffman, quantization, restartInterval, payload, at: segment.end });
        edits.push(...sequentialParameterEdits(segment, payload));
        break;
      }
      progress.add(payload);
      scans++;
      if (scans > MAX_SCANS) {
        throw undecodable('jpeg', `has more than ${MAX_SCANS} scans, which no camera or program writes; save it anew`);
      }
    }
  }
  if (frame === undefined) {
    throw undecodable('jpeg', 'ends or its pixels begin before it has said how large it is');
  }
  if (hasConvertedLineEndings(view, scansFrom)) {
    throw undecodable('jpeg', 'is damaged: its line endings were converted; transfer it as a binary file');
  }
  if (adobe !== undefined) {
    edits.push(...adobeTransformEdits(adobe.segment, adobe.payload, frame.components.length));
  }
  // A scan that has been cut off as a whole is a loss that the decoder would not notice.
  if (scans === 0 || progress.areComplete(frame)) edits.push(...missingEnd(view, scansFrom));
  return {
    width: frame.width,
    height: frame.height,
    components: frame.components.length,
    bufferedCoefficients: scans > 0 ? coefficientsOf(frame) : 0,
    scan,
    clean: applied(edits, view),
  };
}

/** Some phones write a scan of a progressive JPEG into the header of their only one; libjpeg ignores it, with a warning. */
function sequentialParameterEdits({ at }: JpegSegment, payload: Uint8Array): Edit[] {
  const from = 1 + 2 * (payload[0] ?? 0);
  const isUsual = payload[from] === 0 && payload[from + 1] === 63 && payload[from + 2] === 0;
  return isUsual || payload.length < from + 3
    ? []
    : [{ from: at + from, to: at + from + 3, bytes: Buffer.from([0, 63, 0]) }];
}

/** Only version 1 of JFIF exists; libjpeg takes any other for it, with a warning. */
function jfifVersionEdits({ at }: JpegSegment, payload: Buffer): Edit[] {
  const isJfif = payload.length >= 14 && payload.toString('latin1', 0, 5) === 'JFIF\0';
  return isJfif && payload[5] !== 1 ? [{ from: at + 5, to: at + 6, bytes: Buffer.from([1]) }] : [];
}

/** A colour transform that Adobe does not define is taken by libjpeg for the usual one of so many components, with a warning. */
function adobeTransformEdits({ at }: JpegSegment, payload: Buffer, components: number): Edit[] {
  const usual = components === 4 ? 2 : 1;
  const transform = payload[11];
  const isOdd = transform !== undefined && transform !== 0 && transform !== usual;
  return isOdd && payload.toString('latin1', 0, 5) === 'Adobe'
    ? [{ from: at + 11, to: at + 12, bytes: Buffer.from([usual]) }]
    : [];
}

/** Zeros that may belong to the entropy-coded data. */
const MAX_ZEROS = 8;

/** The end-of-image marker, when it has been cut off: that alone is no loss. It goes before zeros that have taken its place. */
function missingEnd(view: Buffer, scansFrom: number): Edit[] {
  if (view.subarray(-2).equals(END_OF_IMAGE) || view.includes(END_OF_IMAGE, scansFrom)) return [];
  let end = view.length;
  while (end > scansFrom && view[end - 1] === 0) end--;
  return [{ from: Math.min(end + MAX_ZEROS, view.length), to: view.length, bytes: END_OF_IMAGE }];
}

/** @param edits in any order, without overlaps */
function applied(edits: readonly Edit[], view: Buffer): Uint8Array {
  if (edits.length === 0) return view;
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { from, to, bytes } of edits.toSorted((a, b) => a.from - b.from)) {
    pieces.push(view.subarray(at, from), bytes ?? view.subarray(0, 0));
    at = to;
  }
  return Buffer.concat([...pieces, view.subarray(at)]);
}

function coefficientsOf({ width, height, components }: JpegFrame): number {
  const widest = Math.max(1, ...components.map(({ h }) => h));
  const tallest = Math.max(1, ...components.map(({ v }) => v));
  return components.reduce((sum, { h, v }) => sum + width * height * (h / widest) * (v / tallest), 0);
}
