import { fixtureBytes } from '../../test/images/fixtures.js';
import { decodeBmp, readBmpHeader } from './decode-bmp.js';
import { ImageError } from './image-error.js';

const bitsAt = 28;
const compressionAt = 30;
const masksAt = 54;

describe('a BMP that nobody reads', () => {
  it.each([
    ['a JPEG inside', 'rgb24.bmp', compressionAt, [4], 'is a JPEG in the clothes of a BMP'],
    ['a PNG inside', 'rgb24.bmp', compressionAt, [5], 'is a PNG in the clothes of a BMP'],
    ['Huffman code of OS/2', 'rgb24-os2.bmp', compressionAt, [3], 'is compressed by method 3'],
    ['RLE24 of OS/2', 'rgb24-os2.bmp', compressionAt, [4], 'is compressed by method 4'],
    ['CMYK', 'rgb24.bmp', compressionAt, [11], 'is compressed by method 11'],
    ['RLE4 of eight bits', 'palette8.bmp', compressionAt, [2], 'has 8 bits a pixel, which do not go with'],
    ['RLE8 of 24 bits', 'rgb24.bmp', compressionAt, [1], 'has 24 bits a pixel, which do not go with'],
    ['masks for a palette', 'palette8.bmp', compressionAt, [3], 'has 8 bits a pixel, which do not go with'],
    ['64 bits', 'rgb24.bmp', bitsAt, [64], 'has 64 bits a pixel; expected 1, 2, 4, 8, 16, 24 or 32'],
    ['no bits', 'rgb24.bmp', bitsAt, [0], 'has 0 bits a pixel'],
    ['a header of 200 bytes', 'rgb24.bmp', 14, [200], 'has a header of 200 bytes'],
    ['a header of 13 bytes', 'rgb24.bmp', 14, [13], 'has a header of 13 bytes'],
    ['a mask with holes', 'rgb565.bmp', masksAt, [0, 0x50], 'has a colour mask with holes (0x5000)'],
  ])('is refused in words: %s', (_, name, at, patch, words) => {
    const bytes = fixtureBytes(name);
    bytes.set(patch, at);
    expect(() => decodeBmp(bytes, readBmpHeader(bytes))).toThrow(ImageError);
    expect(() => decodeBmp(bytes, readBmpHeader(bytes))).toThrow(`the BMP ${words}`);
  });

  it('is one that ends within its colour masks', () => {
    const bytes = fixtureBytes('rgb565.bmp').subarray(0, 60);
    expect(() => readBmpHeader(bytes)).toThrow('the BMP ends after 60 bytes, within its colour masks');
  });

  it('is one whose pixels lie beyond its end', () => {
    const bytes = fixtureBytes('rgb24.bmp');
    bytes.writeUInt32LE(0xffffffff, 10);
    expect(() => decodeBmp(bytes, readBmpHeader(bytes))).toThrow(`the BMP ends after ${bytes.length} bytes; its 37x23`);
  });

  it('is one whose palette is said to be longer than the file', () => {
    const bytes = fixtureBytes('palette8-offset-0.bmp');
    bytes.writeUInt32LE(0xffffffff, 46);
    expect(() => decodeBmp(bytes, readBmpHeader(bytes))).toThrow('its 37x23 pixels go on to');
  });
});

describe('colours', () => {
  const onePixel = (bits: number, masks: readonly [number, number, number], pixel: number) => {
    const bytes = Buffer.alloc(masksAt + 16);
    bytes.write('BM', 0, 'latin1');
    bytes.writeUInt32LE(masksAt + 12, 10);
    bytes.writeUInt32LE(40, 14);
    bytes.writeInt32LE(1, 18);
    bytes.writeInt32LE(1, 22);
    bytes.writeUInt16LE(bits, bitsAt);
    bytes.writeUInt32LE(3, compressionAt);
    masks.forEach((mask, channel) => bytes.writeUInt32LE(mask, masksAt + channel * 4));
    bytes.writeUInt32LE(pixel, masksAt + 12);
    return Array.from(decodeBmp(bytes, readBmpHeader(bytes)));
  };

  it('reach from black to white whatever their masks', () => {
    for (const masks of [
      [0x7, 0x38, 0x1c0],
      [0xf800, 0x7e0, 0x1f],
      [0x1, 0x2, 0x4],
    ] as const) {
      expect(onePixel(16, masks, 0)).toEqual([0, 0, 0]);
      expect(onePixel(16, masks, 0xffff)).toEqual([255, 255, 255]);
    }
  });

  it('keep their high bits where a mask has more than eight', () => {
    expect(onePixel(32, [0xffc00000, 0x003ff000, 0x00000fff], 0x80000000)).toEqual([128, 0, 0]);
    expect(onePixel(32, [0xffc00000, 0x003ff000, 0x00000fff], 0x00000800)).toEqual([0, 0, 128]);
    expect(onePixel(32, [0xffffffff, 0, 0], 0xc0ffffff)).toEqual([0xc0, 0, 0]);
  });

  it('may share bits', () => {
    expect(onePixel(16, [0xff, 0xff, 0xff], 0x77)).toEqual([0x77, 0x77, 0x77]);
  });

  it('that a short palette does not have are black', () => {
    const bytes = fixtureBytes('palette8-short.bmp');
    const { pixelsAt, width, height } = readBmpHeader(bytes);
    bytes[pixelsAt] = 200; // the first pixel of the last row
    const rgb = decodeBmp(bytes, readBmpHeader(bytes));
    expect(Array.from(rgb.subarray((height - 1) * width * 3).subarray(0, 3))).toEqual([0, 0, 0]);
  });
});

describe('run-length code', () => {
  /** A picture of 4x3 pixels whose palette is gray: what comes back are its indices, row by row from the top. */
  const indicesOf = (code: number[], bits: 4 | 8 = 8) => {
    const colours = 2 ** bits;
    const pixelsAt = 54 + colours * 4;
    const bytes = Buffer.alloc(pixelsAt + code.length);
    bytes.write('BM', 0, 'latin1');
    bytes.writeUInt32LE(pixelsAt, 10);
    bytes.writeUInt32LE(40, 14);
    bytes.writeInt32LE(4, 18);
    bytes.writeInt32LE(3, 22);
    bytes.writeUInt16LE(bits, bitsAt);
    bytes.writeUInt32LE(bits === 8 ? 1 : 2, compressionAt);
    for (let colour = 0; colour < colours; colour++) {
      bytes.fill(colour, 54 + colour * 4, 58 + colour * 4);
    }
    bytes.set(code, pixelsAt);
    const rgb = decodeBmp(bytes, readBmpHeader(bytes));
    return [0, 1, 2].map((row) => [0, 1, 2, 3].map((x) => rgb[(row * 4 + x) * 3]));
  };
  const nothing = [0, 0, 0, 0];

  it('goes from the bottom to the top, and an empty line is a line', () => {
    expect(indicesOf([4, 9, 0, 0, 0, 0, 2, 7, 0, 1])).toEqual([[7, 7, 0, 0], nothing, [9, 9, 9, 9]]);
  });

  it('may end before the picture does', () => {
    expect(indicesOf([2, 5, 0, 1])).toEqual([nothing, nothing, [5, 5, 0, 0]]);
  });

  it('skips right and up', () => {
    expect(indicesOf([0, 2, 1, 2, 2, 6, 0, 1])).toEqual([[0, 6, 6, 0], nothing, nothing]);
  });

  it('drops what runs beyond its row, its picture or both', () => {
    expect(indicesOf([255, 8, 0, 0, 0, 2, 9, 0, 3, 3, 0, 1])).toEqual([nothing, nothing, [8, 8, 8, 8]]);
    expect(indicesOf([0, 6, 1, 2, 3, 4, 5, 6, 0, 1])).toEqual([nothing, nothing, [1, 2, 3, 4]]);
    expect(indicesOf([0, 2, 0, 255, 4, 9, 0, 1])).toEqual([nothing, nothing, nothing]);
  });

  it('pads runs of single indices to two bytes', () => {
    expect(indicesOf([0, 3, 1, 2, 3, 99, 1, 4, 0, 1])).toEqual([nothing, nothing, [1, 2, 3, 4]]);
    expect(indicesOf([0, 3, 0x12, 0x30, 1, 0x40, 0, 1], 4)).toEqual([nothing, nothing, [1, 2, 3, 4]]);
  });

  it('takes two indices of four bits in turn', () => {
    expect(indicesOf([3, 0x5a, 0, 1], 4)).toEqual([nothing, nothing, [5, 10, 5, 0]]);
  });

  it.each([
    ['nothing', []],
    ['half a pair', [4]],
    ['rows that are missing', [4, 1, 0, 0]],
    ['a run without its indices', [0, 200, 1, 2]],
    ['a skip without its distances', [0, 2, 1]],
  ])('is undecodable when it ends in %s', (_, code) => {
    expect(() => indicesOf(code)).toThrow(/^the BMP ends in row \d of 3, after \d bytes of run-length code$/);
  });
});
