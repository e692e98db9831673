import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

import * as fc from 'fast-check';
import sharp from 'sharp';

import { withConvertedLineEndings } from '../../test/damage.js';
import { fixtureBytes, fixtures } from '../../test/images/fixtures.js';
import { decodeImage, readImageHeader } from './decode-image.js';
import type { Picture } from './decode-image.js';
import { ImageError } from './image-error.js';
import { sniffFormat } from './sniff-format.js';

describe('decodeImage', () => {
  it.each(fixtures)('decodes $name to the pixels that it should', async ({ bytes, width, height, sha256 }) => {
    const picture = await decodeImage(bytes);
    expect({ width: picture.width, height: picture.height }).toEqual({ width, height });
    expect(sha256Of(picture)).toBe(sha256);
  });

  it('takes any Uint8Array, also one that is a part of a larger buffer', async () => {
    const bytes = fixtureBytes('rgb8.png');
    const around = new Uint8Array(bytes.length + 11);
    around.set(bytes, 5);
    const picture = await decodeImage(around.subarray(5, 5 + bytes.length));
    expect(sha256Of(picture)).toBe(sha256Of(await decodeImage(bytes)));
  });

  it('leaves the bytes that it was given as they were', async () => {
    for (const name of ['side-chunks.png', 'cmyk-adobe.jpg', 'rle8.bmp']) {
      const bytes = fixtureBytes(name);
      await decodeImage(bytes);
      expect(bytes.equals(fixtureBytes(name))).toBe(true);
    }
  });

  it('does not mind what follows the end of a picture', async () => {
    for (const name of ['progressive-420.jpg', 'rgb8.png', 'rle8.bmp', 'rgb24.bmp']) {
      const bytes = Buffer.concat([fixtureBytes(name), Buffer.alloc(5000, 0xda)]);
      expect(sha256Of(await decodeImage(bytes))).toBe(sha256Of(await decodeImage(fixtureBytes(name))));
    }
  });
});

describe('readImageHeader', () => {
  it.each(fixtures)('says how large $name is when it stands upright', async ({ name, bytes, width, height }) => {
    const format = name.endsWith('.jpg') ? 'jpeg' : name.slice(-3);
    expect(await readImageHeader(bytes)).toEqual({ format, width, height });
  });

  it('needs no pixels', async () => {
    const bytes = fixtureBytes('rgb24.bmp').subarray(0, 54);
    expect(await readImageHeader(bytes)).toEqual({ format: 'bmp', width: 37, height: 23 });
  });
});

describe('an image of another format', () => {
  it.each([
    ['gif', 'a GIF image', () => fromPixels().gif().toBuffer()],
    ['webp', 'a WebP image', () => fromPixels().webp().toBuffer()],
    ['tiff', 'a TIFF image', () => fromPixels().tiff().toBuffer()],
    ['avif', 'an AVIF image', () => fromPixels().avif().toBuffer()],
    ['svg', 'an SVG drawing', () => Promise.resolve(svg)],
  ])('is refused by name (%s), and sharp would not open it either', async (detectedFormat, words, make) => {
    const bytes = await make();
    const error = await failure(decodeImage(bytes));
    expect(error).toMatchObject({ code: 'unsupported_image_format', details: { detectedFormat } });
    expect(error.message).toBe(
      `the image is ${words}; expected a JPEG, PNG or BMP (told by the bytes, not by the name)`,
    );
    await expect(sharp(bytes).metadata()).rejects.toThrow('unsupported image format');
  });

  it('is refused when there is nothing', async () => {
    expect(await failure(decodeImage(new Uint8Array()))).toMatchObject({
      code: 'unsupported_image_format',
      message: expect.stringContaining('the image is nothing (0 bytes)') as string,
    });
  });
});

describe('the size limit', () => {
  const jpegOf = (width: number, height: number) => withJpegSize(fixtureBytes('gray.jpg'), width, height);
  const cmykOf = (width: number, height: number) => withJpegSize(fixtureBytes('cmyk-plain.jpg'), width, height);
  const pngOf = (width: number, height: number) => png({ width, height, rows: Buffer.alloc(0) });
  const bmpOf = (width: number, height: number) => {
    const bytes = fixtureBytes('rgb24.bmp');
    bytes.writeInt32LE(width, 18);
    bytes.writeInt32LE(height, 22);
    return bytes;
  };

  it.each([
    ['JPEG', jpegOf, 60_000, 16_384],
    ['CMYK JPEG', cmykOf, 60_000, 4096],
    ['PNG', pngOf, 60_000, 4096],
    ['PNG', pngOf, 0x7fffffff, 4096],
    ['BMP', bmpOf, 60_000, 4096],
    ['BMP', bmpOf, 0x7fffffff, 4096],
  ])('refuses a %s whose header claims more, and says what is allowed (%#)', async (kind, make, side, maxSidePx) => {
    for (const [width, height] of [
      [side, side],
      [side, 1],
      [1, side],
      [maxSidePx + 1, 16],
      [16, maxSidePx + 1],
    ] as const) {
      const bytes = make(width, height);
      for (const error of [await failure(decodeImage(bytes)), await failure(readImageHeader(bytes))]) {
        expect(error.code).toBe('image_dimensions_exceeded');
        expect(error.details).toEqual({ maxSidePx, widthPx: width, heightPx: height });
        expect(error.message).toBe(
          `the ${kind} is ${width}x${height} pixels; the longest side of a ${kind} may be ${maxSidePx} pixels; ` +
            'scale it down and try again',
        );
      }
    }
  });

  it('counts the rows of a top-down BMP', async () => {
    expect((await failure(decodeImage(bmpOf(16, -4097)))).code).toBe('image_dimensions_exceeded');
    expect((await failure(decodeImage(bmpOf(16, -0x80000000)))).code).toBe('image_dimensions_exceeded');
  });

  it.each(['png', 'jpeg'] as const)('lets 4096x4096 pixels through (%s)', async (format) => {
    const side = 4096;
    const image = sharp({ create: { width: side, height: side, channels: 3, background: '#336699' } });
    const picture = await decodeImage(await image[format]().toBuffer());
    expect(picture).toMatchObject({ format, width: side, height: side });
    expect(picture.data.length).toBe(side * side * 3);
  });

  it('lets 4096 pixels through (bmp)', async () => {
    const bytes = Buffer.concat([bmpOf(4096, 1), Buffer.alloc(4096 * 3)]);
    expect(await decodeImage(bytes)).toMatchObject({ width: 4096, height: 1 });
  });

  it('can be set', async () => {
    const bytes = fixtureBytes('orientation-6.jpg');
    expect(await decodeImage(bytes, { maxSidePx: 37 })).toMatchObject({ width: 23, height: 37 });
    expect(await decodeImage(bytes, { maxSidePx: 36 })).toMatchObject({ width: 12, height: 19 });
    expect((await failure(decodeImage(bytes, { maxSidePx: 9 }))).message).toContain('may be 36 pixels');
    const error = await failure(decodeImage(fixtureBytes('orientation-6.png'), { maxSidePx: 36 }));
    expect(error.message).toContain('of a PNG may be 36 pixels');
  });

  it.each([
    [5712, 4284, 2856, 2142],
    [8160, 6144, 4080, 3072],
    [8193, 64, 2731, 21],
    [16_384, 100, 3277, 20],
    [100, 16_384, 20, 3277],
    [16_384, 1, 3277, 1],
  ])('reduces a JPEG of %i x %i to %i x %i', async (width, height, decodedWidth, decodedHeight) => {
    const bytes = await sharp({ create: { width, height, channels: 3, background: '#808080' } })
      .jpeg()
      .toBuffer();
    expect(await readImageHeader(bytes)).toEqual({ format: 'jpeg', width, height });
    const { data, ...size } = await decodeImage(bytes);
    expect(size).toEqual({ format: 'jpeg', width: decodedWidth, height: decodedHeight });
    expect(data).toHaveLength(decodedWidth * decodedHeight * 3);
    expect([...data.subarray(0, 3)]).toEqual([0x80, 0x80, 0x80]);
  });

  it('takes no more memory for a JPEG of 16,384 x 16,384 pixels than for one of 4096 x 4096', async () => {
    const background = '#336699';
    const create = { width: 16_384, height: 16_384, channels: 3, background } as const;
    const bytes = await sharp({ create, limitInputPixels: false }).jpeg().toBuffer();
    expect(await growthMiB(() => decodeImage(bytes))).toBeLessThan(3 * 4096 ** 2 * 1e-6 + 50);
  });

  it('bounds what a progressive JPEG makes the decoder keep', async () => {
    const bytes = fixtureBytes('progressive-420.jpg');
    const frame = bytes.indexOf(Buffer.from('ffc2', 'hex'));
    bytes.writeUInt16BE(4284, frame + 5);
    bytes.writeUInt16BE(5712, frame + 7);
    expect(await readImageHeader(bytes)).toMatchObject({ width: 5712, height: 4284 });
    bytes.writeUInt16BE(6144, frame + 5);
    bytes.writeUInt16BE(8160, frame + 7);
    const error = await failure(readImageHeader(bytes));
    expect(error.code).toBe('image_dimensions_exceeded');
    expect(error.message).toBe(
      'the progressive JPEG is 8160x6144 pixels; a progressive JPEG of its kind may have 33.5 megapixels; ' +
        'save it as a baseline JPEG, or scale it down, and try again',
    );
  });

  it.each([
    ['JPEG', jpegOf(0, 8)],
    ['JPEG', jpegOf(8, 0)],
    ['PNG', pngOf(0, 8)],
    ['PNG', pngOf(8, 0)],
    ['BMP', bmpOf(0, 8)],
    ['BMP', bmpOf(8, 0)],
    ['BMP', bmpOf(-8, 8)],
  ])('is not asked where there is no pixel (%s, %#)', async (_, bytes) => {
    expect(await failure(decodeImage(bytes))).toMatchObject({
      code: 'image_undecodable',
      message: expect.stringContaining('both must be 1 or more') as string,
    });
  });
});

describe('a bomb', () => {
  const rows = Buffer.alloc(8 * (1 + 8 * 3));
  // Just below what libpng allows one chunk to take.
  const long = deflateSync(Buffer.alloc(7_900_000, 'a'), { level: 9 });

  it('of compressed text in a PNG is not inflated', async () => {
    const text = pngChunk('zTXt', Buffer.concat([Buffer.from('k\0\0'), long]));
    const bytes = png({ width: 8, height: 8, rows, before: Buffer.concat(Array<Buffer>(30).fill(text)) });
    // libpng would take more than 1 GB for these 250 kB.
    expect(await growthMiB(() => decodeImage(bytes))).toBeLessThan(200);
  });

  it('in the colour profile of a PNG is not inflated', async () => {
    const profile = pngChunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), long]));
    expect(await decodeImage(png({ width: 8, height: 8, rows, before: profile }))).toMatchObject({ width: 8 });
  });

  it('of pixels behind the last row of a PNG is not inflated', async () => {
    const more = Buffer.concat([rows, Buffer.alloc(300_000_000)]);
    const bytes = png({ width: 8, height: 8, rows: more });
    expect(await growthMiB(() => decodeImage(bytes))).toBeLessThan(200);
  });

  it('of scans in a JPEG is refused before it is decoded', async () => {
    const allowed = progressiveJpeg(100);
    const refused = progressiveJpeg(101);
    expect(await decodeImage(allowed)).toMatchObject({ width: 64, height: 64 });
    expect(await failure(readImageHeader(refused))).toMatchObject({
      code: 'image_undecodable',
      message: expect.stringContaining('more than 100 scans') as string,
    });
  });

  it('is not what a JPEG has behind its end', async () => {
    const scan = progressiveJpeg(101).subarray(-60, -2);
    const bytes = Buffer.concat([progressiveJpeg(3), ...Array<Buffer>(200).fill(scan)]);
    expect(await decodeImage(bytes)).toMatchObject({ width: 64, height: 64 });
  });
});

describe('a damaged image', () => {
  it.each(fixtures)('cut off anywhere is an ImageError or the whole picture ($name)', async ({ bytes, sha256 }) => {
    const step = Math.ceil(bytes.length / 40);
    for (let length = bytes.length - 1; length >= 0; length -= length > bytes.length - 16 ? 1 : step) {
      const picture = await attempt(decodeImage(bytes.subarray(0, length)));
      expect(picture === undefined ? sha256 : sha256Of(picture)).toBe(sha256);
    }
  });

  it.each(['baseline-420.jpg', 'progressive-420.jpg', 'rgb8.png', 'rgb8-interlaced.png', 'rgb24.bmp', 'rle8.bmp'])(
    'that lacks its second half is undecodable (%s)',
    async (name) => {
      const bytes = fixtureBytes(name);
      const error = await failure(decodeImage(bytes.subarray(0, bytes.length / 2)));
      expect(error).toMatchObject({ code: 'image_undecodable', details: { detectedFormat: sniffFormat(bytes) } });
      expect(error.message).toMatch(/^the (JPEG|PNG|BMP) (is damaged: \S|cannot be decoded: \S|ends )/);
    },
  );

  it('keeps what the decoder said as its cause', async () => {
    const error = await failure(decodeImage(fixtureBytes('gray-progressive.jpg').subarray(0, 400)));
    expect(error.message).toBe('the JPEG is damaged: premature end of JPEG image');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it.each([
    ['a JPEG without a frame', Buffer.from('ffd8ffd9', 'hex'), 'before it has said how large it is'],
    ['a JPEG of fill bytes', Buffer.alloc(1000, 0xff).fill(0xd8, 1, 2), 'before it has said how large it is'],
    ['a PNG without a header', Buffer.from('89504e470d0a1a0a', 'hex'), 'does not begin with a header chunk'],
    ['a PNG without pixels', png({ width: 8, height: 8, rows: Buffer.alloc(0) }), 'is damaged'],
  ])('is undecodable: %s', async (_, bytes, words) => {
    const error = await failure(decodeImage(bytes));
    expect(error.code).toBe('image_undecodable');
    expect(error.message).toContain(words);
  });

  it('is refused when the header or the palette of a PNG has changed, whose pixels would be read in another way', async () => {
    for (const chunk of ['IHDR', 'PLTE']) {
      const bytes = fixtureBytes('palette8.png');
      const at = bytes.indexOf(chunk) + 12;
      bytes[at] = (bytes[at] ?? 0) ^ 0x08;
      const error = await failure(decodeImage(bytes));
      expect(error.code).toBe('image_undecodable');
      expect(error.message).toBe(`the PNG is damaged: the checksum of its ${chunk} chunk is wrong`);
    }
  });

  it('is refused when pixels of a PNG are wrong or missing', async () => {
    const rows = Buffer.from(Array.from({ length: 64 * (1 + 64 * 3) }, (_, i) => (i % 193 === 0 ? 0 : (i * i) % 251)));
    const size = { width: 64, height: 64 };
    expect(await decodeImage(png({ ...size, rows }))).toMatchObject(size);
    const pixels = deflateSync(rows);
    const flipped = Buffer.from(pixels);
    flipped[pixels.length >> 1] = (flipped[pixels.length >> 1] ?? 0) ^ 0x10;
    const damaged = {
      'rows that are missing': deflateSync(rows.subarray(0, rows.length / 2)),
      'compressed data that is cut off': pixels.subarray(0, pixels.length / 2),
      'compressed data without its checksum': pixels.subarray(0, -4),
      'a byte that has changed': flipped,
    };
    for (const data of Object.values(damaged)) {
      const error = await failure(decodeImage(pngOfData({ ...size, data })));
      expect(error.message).toContain('the PNG is damaged: ');
    }
  });

  it('is refused when the rows of a BMP have moved: converted line endings, or bytes that are lost', async () => {
    const rows = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i + (i >> 3)) % 251));
    const whole = bmpOfRows(64, 64, rows);
    expect(await decodeImage(whole)).toMatchObject({ width: 64 });
    expect((await failure(decodeImage(withConvertedLineEndings(whole)))).message).toBe(
      'the BMP is damaged: its line endings were converted; transfer it as a binary file',
    );
    const lost = Buffer.concat([whole.subarray(0, 5000), whole.subarray(5512)]);
    expect((await failure(decodeImage(lost))).message).toContain('the BMP ends after');
  });

  it('never is more than an ImageError, wherever and however it is damaged', async () => {
    const damage = fc.array(
      fc.record({
        // Headers are where most of the decisions are.
        at: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.05, noNaN: true })),
        kind: fc.constantFrom('set', 'insert', 'remove', 'repeat'),
        bytes: fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 8 }),
          fc.constantFrom(Uint8Array.of(0), Uint8Array.of(0xff), Uint8Array.of(0xff, 0xff, 0xff, 0xff)),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fixtures), damage, async ({ bytes }, wounds) => {
        let spoilt: Buffer = Buffer.from(bytes);
        for (const { at, kind, bytes: splinter } of wounds) {
          const from = Math.floor(at * spoilt.length);
          const to = kind === 'set' || kind === 'remove' ? from + splinter.length : from;
          const middle = kind === 'remove' ? [] : kind === 'repeat' ? [spoilt.subarray(from, from + 200)] : [splinter];
          spoilt = Buffer.concat([spoilt.subarray(0, from), ...middle, spoilt.subarray(to)]);
        }
        const picture = await attempt(decodeImage(spoilt, { maxSidePx: 512 }));
        if (picture !== undefined) {
          expect(Math.max(picture.width, picture.height)).toBeLessThanOrEqual(512);
          expect(picture.data.length).toBe(picture.width * picture.height * 3);
        }
      }),
      { numRuns: 1500 },
    );
  });
});

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>');

function fromPixels() {
  return sharp({ create: { width: 16, height: 16, channels: 3, background: '#336699' } });
}

function sha256Of({ data }: Picture): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The ImageError that comes; anything else, a success too, fails the test. */
async function failure(work: Promise<unknown>): Promise<ImageError> {
  const outcome = await work.catch((error: unknown) => error);
  if (outcome instanceof ImageError) {
    return outcome;
  }
  throw new Error('expected an ImageError', { cause: outcome });
}

/** The picture, or undefined if an ImageError came; any other error fails the test. */
async function attempt(work: Promise<Picture>): Promise<Picture | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ImageError) {
      return undefined;
    }
    throw error;
  }
}

/** By how much the peak of this process's memory rises. */
async function growthMiB(work: () => Promise<unknown>): Promise<number> {
  const before = process.resourceUsage().maxRSS;
  await work();
  return (process.resourceUsage().maxRSS - before) / 1024;
}

function withJpegSize(bytes: Buffer, width: number, height: number): Buffer {
  const frame = bytes.indexOf(Buffer.from('ffc0', 'hex'));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

/** A BMP of 24 bits, rows from the bottom. */
function bmpOfRows(width: number, height: number, rows: Buffer): Buffer {
  const header = fixtureBytes('rgb24.bmp').subarray(0, 54);
  header.writeUInt32LE(54 + rows.length, 2);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  return Buffer.concat([header, rows]);
}

/** A colour PNG of 8 bits. `rows`: what its pixels inflate to. */
function png({ rows, ...parts }: { width: number; height: number; rows: Buffer; before?: Buffer }): Buffer {
  return pngOfData({ ...parts, data: deflateSync(rows) });
}

/** The same of compressed pixels. */
function pngOfData(parts: { width: number; height: number; data: Buffer; before?: Buffer }): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(parts.width, 0);
  header.writeUInt32BE(parts.height, 4);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    parts.before ?? Buffer.alloc(0),
    pngChunk('IDAT', parts.data),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** A gray progressive JPEG of 64x64 pixels: the means of its blocks, then a scan for each bit of each coefficient. */
function progressiveJpeg(scans: number): Buffer {
  const segment = (marker: number, ...data: number[]) => Buffer.from([0xff, marker, 0, data.length + 2, ...data]);
  const oneCode = (table: number, symbol: number) => segment(0xc4, table, 1, ...Array<number>(15).fill(0), symbol);
  const parts = [
    Buffer.from('ffd8', 'hex'),
    segment(0xdb, 0, ...Array<number>(64).fill(1)),
    segment(0xc2, 8, 0, 64, 0, 64, 1, 1, 0x11, 0),
    oneCode(0x00, 0x00),
    oneCode(0x10, 0x60),
    segment(0xda, 1, 1, 0x00, 0, 0, 0),
    Buffer.alloc(8), // 64 blocks, one bit each: the same as the one before
  ];
  for (let scan = 1; scan < scans; scan++) {
    const coefficient = Math.ceil(scan / 14);
    const bit = 13 - ((scan - 1) % 14);
    const before = bit === 13 ? 0 : bit + 1;
    parts.push(segment(0xda, 1, 1, 0x00, coefficient, coefficient, before * 16 + bit));
    parts.push(Buffer.alloc(1)); // the code 0 and six bits: a run of 64 blocks without this coefficient
  }
  return Buffer.concat([...parts, Buffer.from('ffd9', 'hex')]);
}
