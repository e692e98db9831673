/** A component of a frame: how often it is sampled across and down a MCU, and its quantization table. */
export interface FrameComponent {
  readonly id: number;
  readonly h: number;
  readonly v: number;
  readonly quantization: number;
}

/** What the frame header (SOF) says. */
export interface JpegFrame {
  /** As stored, before EXIF turns it. */
  readonly width: number;
  readonly height: number;
  /** Whether its coefficients come in several scans; also said of lossless and hierarchical ones, which nobody decodes. */
  readonly isProgressive: boolean;
  /** Eight bits a sample and Huffman codes, as in every sequential JPEG of cameras. */
  readonly isPlain: boolean;
  readonly components: readonly FrameComponent[];
}

/** How many codes there are of 1 to 16 bits, and their symbols in order. */
export interface HuffmanTable {
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

/** By the class (0x00 DC, 0x10 AC) and the number of a table. */
export type HuffmanTables = Map<number, HuffmanTable>;
/** The divisors of the 64 coefficients in zigzag order, by the number of a table. */
export type QuantizationTables = Map<number, Uint16Array>;

/** A block of a minimum coded unit (MCU): whose it is, and how it is coded. */
export interface ScanBlock {
  readonly component: number;
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
  readonly quantization: Uint16Array;
}

/** The only scan of a sequential JPEG. */
export interface SequentialScan {
  /** Offset of its entropy-coded data in the file. */
  readonly at: number;
  readonly mcus: number;
  /** MCUs between two restart markers; 0 for none. */
  readonly restartInterval: number;
  /** Of an MCU, in order. */
  readonly blocks: readonly ScanBlock[];
}

/** SOF0, SOF1 (Huffman) and SOF9 (arithmetic). */
const sequentialFrames: readonly number[] = [0xc0, 0xc1, 0xc9];

/** Reads a frame header; undefined if it is cut off. */
export function readFrame(marker: number, payload: Buffer): JpegFrame | undefined {
  if (payload.length < 6) return undefined;
  const count = payload[5] ?? 0;
  return {
    height: payload.readUInt16BE(1),
    width: payload.readUInt16BE(3),
    isProgressive: !sequentialFrames.includes(marker),
    isPlain: (marker === 0xc0 || marker === 0xc1) && payload[0] === 8,
    components: Array.from({ length: count }, (_, i) => {
      const sampling = payload[7 + 3 * i] ?? 0;
      return { id: payload[6 + 3 * i] ?? 0, h: sampling >> 4, v: sampling & 15, quantization: payload[8 + 3 * i] ?? 0 };
    }),
  };
}

/** Adds the tables of a DHT segment to those that are known. */
export function readHuffmanTables(payload: Buffer, tables: HuffmanTables): void {
  for (let at = 0; at + 17 <= payload.length;) {
    const counts = payload.subarray(at + 1, at + 17);
    const length = counts.reduce((sum, count) => sum + count, 0);
    tables.set(payload[at] ?? 0, { counts, symbols: payload.subarray(at + 17, at + 17 + length) });
    at += 17 + length;
  }
}

/** Adds the tables of a DQT segment to those that are known. */
export function readQuantizationTables(payload: Buffer, tables: QuantizationTables): void {
  for (let at = 0; at < payload.length;) {
    const [first = 0, bytesEach] = [payload[at], (payload[at] ?? 0) >> 4 === 0 ? 1 : 2];
    const from = at + 1;
    at = from + 64 * bytesEach;
    if (at > payload.length) return;
    tables.set(
      first & 15,
      Uint16Array.from({ length: 64 }, (_, i) =>
        bytesEach === 1 ? (payload[from + i] ?? 0) : payload.readUInt16BE(from + 2 * i),
      ),
    );
  }
}

/**
 * The scan of a sequential frame in one scan; undefined where it is coded in a way that cameras do not use or has not
 * all of its tables, which the decoder then says.
 *
 * @param payload the scan header (SOS)
 * @param at where the entropy-coded data begins
 */
export function sequentialScan({
  frame,
  huffman,
  quantization,
  restartInterval,
  payload,
  at,
}: {
  readonly frame: JpegFrame;
  readonly huffman: HuffmanTables;
  readonly quantization: QuantizationTables;
  readonly restartInterval: number;
  readonly payload: Uint8Array;
  readonly at: number;
}): SequentialScan | undefined {
  const { components, width, height } = frame;
  const isAlone = components.length === 1;
  if (!frame.isPlain || components.length > 4 || components.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4)) {
    return undefined;
  }
  const blocks: ScanBlock[] = [];
  for (const [i, component] of components.entries()) {
    const tables = payload[2 + 2 * i] ?? 0;
    const dc = huffman.get(tables >> 4);
    const ac = huffman.get(0x10 | (tables & 15));
    const divisors = quantization.get(component.quantization);
    if (payload[1 + 2 * i] !== component.id || dc === undefined || ac === undefined || divisors === undefined) {
      return undefined;
    }
    const block: ScanBlock = { component: i, dc, ac, quantization: divisors };
    blocks.push(...Array<ScanBlock>(isAlone ? 1 : component.h * component.v).fill(block));
  }
  // A component that is alone has no MCUs of several blocks, whatever its sampling.
  const across = 8 * (isAlone ? 1 : Math.max(...components.map(({ h }) => h)));
  const down = 8 * (isAlone ? 1 : Math.max(...components.map(({ v }) => v)));
  return { at, mcus: Math.ceil(width / across) * Math.ceil(height / down), restartInterval, blocks };
}
