import type { HuffmanTable, SequentialScan } from './jpeg-scan.js';
import { nextMarker } from './jpeg-segments.js';

/**
 * What may follow the last block before a marker: webcams align their frames to words and longer, with anything. (Padding of
 * zeros or ones may have any length.)
 */
export const MAX_LEFT_BYTES = 8;

/**
 * Reads the entropy-coded data of a JPEG without making pixels of it, and says what is wrong with it.
 *
 * libjpeg warns when data ends before the last block and of codes that are none, but not when data is left over, nor of
 * blocks with more than 64 coefficients or with values that no photo has. After lost, inserted or changed bytes the
 * codes that follow are read at wrong places; most often they are still codes, and one of these shows it.
 *
 * @returns what is wrong, as the end of a sentence; undefined if nothing is
 */
export function findScanDamage(bytes: Uint8Array, scan: SequentialScan): string | undefined {
  return new ScanReader(bytes, scan).read();
}

/** Bits of a code that are looked up at once. Nearly all codes are shorter, and the table stays in the first-level cache. */
const SHORT_BITS = 10;

/** For its advance, an end of block goes beyond any number of coefficients. */
const END_OF_BLOCK = 128;

/**
 * A coefficient of 8x8 samples of eight bits is at most 1,024 (the mean) or 928 (any other: 128 * sqrt(8) * 2.563, the
 * sum of a cosine's samples over sqrt(8)), and rounding adds half a divisor. Programs that brighten or sharpen
 * coefficients go a little beyond, as mozjpeg does to avoid ringing (by 31 of 128).
 */
const MAX_COEFFICIENT = 1.25 * 1024;

/** What a code stands for, in one number: bits of code and value | bits of the value << 8 | coefficients to advance << 16. */
type Entry = number;

/** The codes of a Huffman table. */
interface Lookup {
  /** The entry for every beginning of SHORT_BITS; 0 where the code is longer. */
  readonly short: Int32Array;
  /** Of all codes in their order. */
  readonly entries: Int32Array;
  /** By length: the first code, how many there are, and the index of the first in `entries`. */
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly index: Int32Array;
}

/** A block of an MCU as it is read. */
interface Block {
  readonly component: number;
  readonly dc: Lookup;
  readonly ac: Lookup;
  readonly maxDc: number;
  /** By the number of coefficients after it: how many bits the value of the last may have. */
  readonly maxBits: Uint8Array;
}

class ScanReader {
  readonly #bytes: Uint8Array;
  readonly #scan: SequentialScan;
  readonly #blocks: readonly Block[];
  readonly #dcs: Int32Array;
  #at: number;
  /** How many bits before it have not been used. */
  #unused = 0;

  constructor(bytes: Uint8Array, scan: SequentialScan) {
    this.#bytes = bytes;
    this.#scan = scan;
    this.#at = scan.at;
    const lookups = new Map<HuffmanTable, Lookup>();
    const lookupOf = (table: HuffmanTable, isDc: boolean): Lookup => {
      const known = lookups.get(table) ?? lookup(table, isDc);
      lookups.set(table, known);
      return known;
    };
    this.#blocks = scan.blocks.map(({ component, dc, ac, quantization }) => ({
      component,
      dc: lookupOf(dc, true),
      ac: lookupOf(ac, false),
      maxDc: MAX_COEFFICIENT / Math.max(1, quantization[0] ?? 1) + 1,
      maxBits: maxBitsOf(quantization),
    }));
    this.#dcs = new Int32Array(4);
  }

  read(): string | undefined {
    const { mcus, restartInterval } = this.#scan;
    let restarts = 0;
    for (let left = mcus; left > 0;) {
      const count = restartInterval === 0 ? left : Math.min(left, restartInterval);
      const damage = this.#readMcus(count) ?? this.#leave();
      if (damage !== undefined) return damage;
      left -= count;
      if (left > 0 && this.#bytes[this.#at + 1] !== 0xd0 + (restarts++ & 7)) return 'a restart marker is missing';
      this.#at += 2;
    }
    return undefined;
  }

  /** @returns what is wrong with so many MCUs */
  #readMcus(mcus: number): string | undefined {
    const bytes = this.#bytes;
    const blocks = this.#blocks;
    const dcs = this.#dcs.fill(0);
    let at = this.#at;
    /** The next bits, from the highest on, how many there are, and how many of them are made up since the data has ended. */
    let bits = 0;
    let count = 0;
    let madeUp = 0;
    for (let mcu = 0; mcu < mcus; mcu++) {
      for (let b = 0; b < blocks.length; b++) {
        const block = blocks[b];
        if (block === undefined) break;
        const { component, maxBits } = block;
        let table = block.dc;
        let short = table.short;
        let k = 0;
        do {
          while (count <= 24) {
            const byte = bytes[at] ?? 0xff;
            if (byte !== 0xff) {
              at++;
              bits |= byte << (24 - count);
            } else if (bytes[at + 1] === 0) {
              at += 2;
              bits |= byte << (24 - count);
            } else {
              madeUp += 8;
            }
            count += 8;
          }
          const code: Entry = (short[bits >>> (32 - SHORT_BITS)] ?? 0) || longCode(table, bits);
          const length = code & 0xff;
          const valueBits = (code >> 8) & 0xff;
          if (k > 0) {
            k += code >> 16;
            if (valueBits > (maxBits[k] ?? 16)) return OUT_OF_RANGE;
            if (k > 64 && k < END_OF_BLOCK) return 'a block has more than 64 coefficients';
          } else {
            const sum = (dcs[component] ?? 0) + signed(bits << (length - valueBits), valueBits);
            dcs[component] = sum;
            if (sum > block.maxDc || sum < -block.maxDc) return OUT_OF_RANGE;
            table = block.ac;
            short = table.short;
            k = 1;
          }
          if (code === 0) return madeUp > count - 16 ? ENDED : 'a code is none';
          bits <<= length;
          count -= length;
        } while (k < 64);
        if (madeUp > count) return ENDED;
      }
    }
    this.#at = at;
    this.#unused = count - madeUp;
    return undefined;
  }

  /** Goes on to the next marker. @returns what is wrong with the data that is left until there */
  #leave(): string | undefined {
    const unread = this.#unused >> 3;
    const marker = nextMarker(this.#bytes, this.#at);
    const rest = this.#bytes.subarray(this.#at, marker);
    this.#at = marker;
    const isPadding = rest.every((byte) => byte === 0) || rest.every((byte) => byte === 0xff);
    return isPadding || unread + rest.length <= MAX_LEFT_BYTES
      ? undefined
      : `${unread + rest.length} bytes of data are left over`;
  }
}

const ENDED = 'its data ends before its last pixels';
const OUT_OF_RANGE = 'a value is out of range';

/** The value that begins the bits; those that begin with 0 are negative. */
function signed(bits: number, valueBits: number): number {
  if (valueBits === 0) return 0;
  const value = bits >>> (32 - valueBits);
  return value >>> (valueBits - 1) === 0 ? value + 1 - 2 ** valueBits : value;
}

/** The entry of the code that begins the bits, when it is longer than SHORT_BITS; 0 if there is none. */
function longCode({ entries, first, count, index }: Lookup, bits: number): Entry {
  for (let length = SHORT_BITS + 1; length <= 16; length++) {
    const nth = (bits >>> (32 - length)) - (first[length] ?? 0);
    if (nth >= 0 && nth < (count[length] ?? 0)) return entries[(index[length] ?? 0) + nth] ?? 0;
  }
  return 0;
}

function lookup({ counts, symbols }: HuffmanTable, isDc: boolean): Lookup {
  const short = new Int32Array(1 << SHORT_BITS);
  const entries = new Int32Array(counts.reduce((sum, count) => sum + count, 0));
  const first = new Int32Array(17);
  const count = new Int32Array(17);
  const index = new Int32Array(17);
  let code = 0;
  let at = 0;
  for (let length = 1; length <= 16; length++) {
    first[length] = code;
    index[length] = at;
    count[length] = counts[length - 1] ?? 0;
    for (const end = at + (count[length] ?? 0); at < end; at++, code++) {
      const entry = entryOf(length, symbols[at] ?? 0, isDc);
      entries[at] = entry;
      if (length <= SHORT_BITS) short.fill(entry, code << (SHORT_BITS - length), (code + 1) << (SHORT_BITS - length));
    }
    code <<= 1;
  }
  return { short, entries, first, count, index };
}

function entryOf(length: number, symbol: number, isDc: boolean): Entry {
  const valueBits = isDc ? Math.min(symbol, 15) : symbol & 15;
  const run = isDc ? 0 : symbol >> 4;
  const isEnd = !isDc && valueBits === 0 && run < 15;
  return (length + valueBits) | (valueBits << 8) | ((isEnd ? END_OF_BLOCK : run + 1) << 16);
}

function maxBitsOf(quantization: Uint16Array): Uint8Array {
  return Uint8Array.from({ length: 65 }, (_, k) => {
    const max = MAX_COEFFICIENT / Math.max(1, quantization[Math.max(0, k - 1)] ?? 1) + 1;
    return 32 - Math.clz32(max);
  });
}
