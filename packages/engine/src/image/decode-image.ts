import sharp from 'sharp';
import type { FailOnOptions, Metadata, Sharp, SharpOptions } from 'sharp';

import { decodeBmp, readBmpHeader } from './decode-bmp.js';
import { ImageError, undecodable } from './image-error.js';
import { checkDimensions, checkJpegDimensions, decodedSize, defaultImageLimits } from './image-limits.js';
import type { ImageLimits } from './image-limits.js';
import { readJpegStructure, type JpegStructure } from './jpeg-structure.js';
import { readPngStructure } from './png-structure.js';
import type { SequentialScan } from './jpeg-scan.js';
import { findScanDamage, MAX_LEFT_BYTES } from './scan-damage.js';
import { describeUnsupported, guessUnsupported, sniffFormat } from './sniff-format.js';
import type { ImageFormat } from './sniff-format.js';

// libvips would open some twenty kinds of file. What nobody may send is switched off where it would be opened, so that
// no mistake in the sniffing above it opens a door. No cache: no picture is seen twice. One thread: lanes are parallel.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });
sharp.cache(false);
sharp.concurrency(1);

/** What is known of an image before its pixels are. Width and height are those of the upright picture. */
export interface ImageHeader {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
}

/** An upright picture: RGB, 8 bits each, interleaved, row by row from the top, `data.length` = width * height * 3. */
export interface Picture extends ImageHeader {
  readonly data: Uint8Array;
}

/**
 * Reads what an image says of itself, without decoding it and whatever it claims: at most as much is allocated as came.
 *
 * @throws ImageError as {@link decodeImage}, but for damage that only shows in the pixels.
 */
export async function readImageHeader(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): Promise<ImageHeader> {
  const { format, width, height } = await open(bytes, { ...defaultImageLimits, ...limits });
  return { format, width, height };
}

/**
 * Decodes a JPEG, PNG or BMP, told by its bytes, and turns it upright by EXIF. The pixels are those of Pillow's
 * `convert('RGB')`: alpha is dropped and not composited, CMYK is multiplied out, profiles are ignored. But 16-bit gray
 * keeps its high byte, where Pillow clips it to white. Of a moving PNG the still picture is read. A JPEG that is larger
 * than `maxSidePx` is reduced to it.
 *
 * @throws ImageError `unsupported_image_format` if it is another thing, `image_dimensions_exceeded` if a side is too
 *   long, `image_undecodable` if it is damaged, cut off, or of a kind that nobody reads.
 */
export async function decodeImage(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): Promise<Picture> {
  const { format, decoded, decode } = await openImage(bytes, limits);
  return { format, ...decoded, data: await decode() };
}

/** An image whose header has been read and found good. */
export interface OpenImage extends ImageHeader {
  /** The size that `decode` gives: that of the upright picture, unless it is larger than the limit. */
  readonly decoded: { readonly width: number; readonly height: number };
  /** The pixels of the upright picture, as {@link Picture} has them. */
  readonly decode: () => Uint8Array | Promise<Uint8Array>;
  /**
   * The same shrunk to a size, with a triangle filter, for a fraction of the time and memory: the inverse transform of a
   * JPEG gives a half, a quarter or an eighth of its size directly. Absent where an image cannot do so.
   */
  readonly decodeShrunk?: (width: number, height: number) => Promise<Uint8Array>;
}

/** Reads the header of an image; see {@link decodeImage} for what is refused. */
export async function openImage(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): Promise<OpenImage> {
  return open(bytes, { ...defaultImageLimits, ...limits });
}

async function open(bytes: Uint8Array, limits: ImageLimits): Promise<OpenImage> {
  const format = sniffFormat(bytes);
  switch (format) {
    case 'jpeg': {
      const structure = readJpegStructure(bytes);
      checkJpegDimensions(structure, limits);
      return openJpeg(bytes, structure, limits);
    }
    case 'png': {
      const { width, height, lean } = readPngStructure(bytes);
      checkDimensions(format, width, height, limits);
      return openPng(lean, limits);
    }
    case 'bmp': {
      const header = readBmpHeader(bytes);
      checkDimensions(format, header.width, header.height, limits);
      const { width, height } = header;
      return { format, width, height, decoded: { width, height }, decode: () => decodeBmp(bytes, header) };
    }
    case undefined:
      throw unsupported(bytes);
  }
}

function unsupported(bytes: Uint8Array): ImageError {
  const detectedFormat = guessUnsupported(bytes);
  return new ImageError(
    'unsupported_image_format',
    `the image is ${describeUnsupported(bytes)}; expected a JPEG, PNG or BMP (told by the bytes, not by the name)`,
    detectedFormat === undefined ? {} : { details: { detectedFormat } },
  );
}

async function openPng(bytes: Uint8Array, limits: ImageLimits): Promise<OpenImage> {
  // libpng fails where rows are missing or their checksum is wrong; what it warns of beside is metadata.
  const image = sharp(bytes, sharpOptions('truncated', limits.maxSidePx ** 2));
  const { autoOrient }: Metadata = await decoding('png', 'cannot be decoded', () => image.metadata());
  // Once more, since it is the decoder's size that it allocates.
  checkDimensions('png', autoOrient.width, autoOrient.height, limits);
  return {
    format: 'png',
    ...autoOrient,
    decoded: autoOrient,
    decode: () => decoding('png', 'is damaged', () => rgbPixels(image)),
  };
}

async function openJpeg(bytes: Uint8Array, structure: JpegStructure, limits: ImageLimits): Promise<OpenImage> {
  const { clean } = structure;
  const openSharp = (failOn: FailOnOptions): Sharp =>
    sharp(clean, sharpOptions(failOn, structure.width * structure.height));
  const { autoOrient, channels, space }: Metadata = await decoding('jpeg', 'cannot be decoded', () =>
    openSharp('warning').metadata(),
  );
  // Once more, since it is the decoder's size that it allocates.
  checkJpegDimensions({ ...structure, ...autoOrient }, limits);
  const decoded = decodedSize(autoOrient, limits);
  const isReduced = decoded.width !== autoOrient.width || decoded.height !== autoOrient.height;
  const isCmyk = space === 'cmyk' && channels === 4;
  const judge = jpegJudge(bytes, structure);
  // Not image.clone(), which takes several times longer than opening it again.
  const decodeShrunk = (width: number, height: number): Promise<Uint8Array> =>
    judge((failOn) => openSharp(failOn).resize(width, height, { fit: 'fill', kernel: 'linear' }), rgbPixels);
  const decode = (): Promise<Uint8Array> =>
    isReduced ? decodeShrunk(decoded.width, decoded.height) : judge(openSharp, isCmyk ? cmykPixels : rgbPixels);
  return { format: 'jpeg', ...autoOrient, decoded, decode, ...(isCmyk ? {} : { decodeShrunk }) };
}

function sharpOptions(failOn: FailOnOptions, limitInputPixels: number): SharpOptions {
  return { failOn, limitInputPixels, ignoreIcc: true, autoOrient: true };
}

/** Decodes a JPEG in some way, and fails if the pixels are not all there, or not those that were taken. */
type JpegJudge = (
  open: (failOn: FailOnOptions) => Sharp,
  pixelsOf: (image: Sharp) => Promise<Uint8Array>,
) => Promise<Uint8Array>;

/**
 * Entropy-coded data beyond this size is only judged by libjpeg, whose decoder runs anyway, unless it warns. Reading the data takes
 * 15 to 25 ns a byte, a third of what decoding it takes: 1 ms for 640 x 480 pixels, and 80 for a photo of 12 megapixels,
 * which is decoded in 45.
 */
const MAX_SCANNED_BYTES = 256 * 1024;

function isSmall(bytes: Uint8Array, scan: SequentialScan): boolean {
  return bytes.length - scan.at <= MAX_SCANNED_BYTES;
}

/**
 * Reads the entropy-coded data of a JPEG that is too large to be read each time. For answers that damage may explain: that
 * there is no face in a photo, or that two photos do not show one person. Takes some 20 ms a megabyte; does nothing for any
 * other image.
 *
 * @param bytes an image that has been decoded
 * @throws ImageError `image_undecodable` if pixels are missing or wrong
 */
export function checkLargeJpeg(bytes: Uint8Array): void {
  if (sniffFormat(bytes) !== 'jpeg') return;
  const { scan } = readJpegStructure(bytes);
  const damage = scan === undefined || isSmall(bytes, scan) ? undefined : findScanDamage(bytes, scan);
  if (damage !== undefined) throw undecodable('jpeg', `${DAMAGED}: ${damage}`);
}

function jpegJudge(bytes: Uint8Array, { scan }: JpegStructure): JpegJudge {
  const isScanned = scan !== undefined && isSmall(bytes, scan);
  let known: { readonly damage: string | undefined } | undefined;
  const scanDamage = (): string | undefined =>
    (known ??= { damage: scan === undefined ? undefined : findScanDamage(bytes, scan) }).damage;
  return async (open, pixelsOf) => {
    const warnings: string[] = [];
    // Of what is left in a cleaned JPEG, libjpeg warns only where pixels are missing or wrong, with one exception.
    const image = open('warning').on('warning', (warning: string) => warnings.push(warning));
    const pixels = decoding('jpeg', DAMAGED, () => pixelsOf(image)).catch(async (error: unknown) => {
      if (!(error instanceof ImageError) || !isFewBytesTooMany(error.cause) || scanDamage() !== undefined) throw error;
      return decoding('jpeg', DAMAGED, () => pixelsOf(open('truncated')));
    });
    // Small ones meanwhile, since libvips decodes in its own thread. Of what libjpeg warns of in its last rows libvips does not fail.
    if (isScanned) scanDamage();
    await pixels.catch(() => undefined);
    const damage = isScanned || warnings.length > 0 ? scanDamage() : undefined;
    if (damage !== undefined) throw undecodable('jpeg', `${DAMAGED}: ${damage}`);
    return pixels;
  };
}

const DAMAGED = 'is damaged';

/** Webcams leave a byte or two before their markers. */
function isFewBytesTooMany(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return cause.message
    .trim()
    .split('\n')
    .every((line) => {
      const [, count] = /(\d+) extraneous bytes before marker/.exec(line) ?? [];
      return count !== undefined && Number(count) <= MAX_LEFT_BYTES;
    });
}

async function rgbPixels(image: Sharp): Promise<Uint8Array> {
  return image.removeAlpha().toColourspace('srgb').raw().toBuffer();
}

/**
 * libvips would go through a printer's profile of its own choice. Without the picture's own profile the plain product
 * is as good a guess, and the one that Pillow makes. (Inks stored upside down, as Adobe does, are turned by libvips.)
 */
async function cmykPixels(image: Sharp): Promise<Uint8Array> {
  const inks = await image.pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer();
  const rgb = new Uint8Array((inks.length / 4) * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4, to += 3) {
    const light = 255 - (inks[from + 3] ?? 0);
    rgb[to] = light - share(inks[from] ?? 0, light);
    rgb[to + 1] = light - share(inks[from + 1] ?? 0, light);
    rgb[to + 2] = light - share(inks[from + 2] ?? 0, light);
  }
  return rgb;
}

/** a * b / 255, rounded. */
function share(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/** @param what the failure is said as, after 'the JPEG' */
async function decoding<T>(format: ImageFormat, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw undecodable(format, `${what}: ${reasonOf(cause)}`, { cause });
  }
}

/** What libvips says, without its own names. Warnings come first, what stopped it last; sometimes it says nothing. */
function reasonOf(cause: unknown): string {
  const lines = cause instanceof Error ? cause.message.trim().split('\n') : [];
  const reason =
    lines
      .at(-1)
      ?.replace(/^Input buffer has corrupt header:\s*/, '')
      .replace(/^vips\w+: /i, '')
      .replace(/^Corrupt JPEG data: /, '') ?? '';
  return reason === '' || reason === 'Unknown error' ? 'pixels are missing or wrong' : reason;
}
