import sharp from 'sharp';
import type { Metadata, Sharp } from 'sharp';

import { decodeBmp, readBmpHeader } from './decode-bmp.js';
import { ImageError, undecodable } from './image-error.js';
import { checkDimensions, defaultImageLimits } from './image-limits.js';
import type { ImageLimits } from './image-limits.js';
import { readJpegStructure } from './jpeg-structure.js';
import { readPngStructure } from './png-structure.js';
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
 * keeps its high byte, where Pillow clips it to white. Of a moving PNG the still picture is read.
 *
 * @throws ImageError `unsupported_image_format` if it is another thing, `image_dimensions_exceeded` if a side is too
 *   long, `image_undecodable` if it is damaged, cut off, or of a kind that nobody reads.
 */
export async function decodeImage(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): Promise<Picture> {
  const { format, width, height, decode } = await openImage(bytes, limits);
  return { format, width, height, data: await decode() };
}

/** An image whose header has been read and found good. */
export interface OpenImage extends ImageHeader {
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
      const { width, height } = readJpegStructure(bytes);
      checkDimensions(format, width, height, limits);
      return openWithSharp(format, bytes, limits);
    }
    case 'png': {
      const { width, height, lean } = readPngStructure(bytes);
      checkDimensions(format, width, height, limits);
      return openWithSharp(format, lean, limits);
    }
    case 'bmp': {
      const header = readBmpHeader(bytes);
      checkDimensions(format, header.width, header.height, limits);
      return { format, width: header.width, height: header.height, decode: () => decodeBmp(bytes, header) };
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

async function openWithSharp(format: 'jpeg' | 'png', bytes: Uint8Array, limits: ImageLimits): Promise<OpenImage> {
  const openSharp = (): Sharp =>
    sharp(bytes, {
      // 'warning' would refuse photos that every viewer shows; 'none' would fill what is cut off with gray.
      failOn: 'truncated',
      limitInputPixels: limits.maxSidePx ** 2,
      ignoreIcc: true,
      autoOrient: true,
    });
  const image = openSharp();
  const { autoOrient, channels, space }: Metadata = await decoding(format, () => image.metadata());
  // Once more, since it is the decoder's word that counts for what it allocates.
  checkDimensions(format, autoOrient.width, autoOrient.height, limits);
  const isCmyk = space === 'cmyk' && channels === 4;
  const decode = (): Promise<Uint8Array> => decoding(format, () => (isCmyk ? cmykPixels(image) : rgbPixels(image)));
  if (format !== 'jpeg' || isCmyk) return { format, ...autoOrient, decode };
  // Not image.clone(), which takes several times longer than the same anew.
  const decodeShrunk = (width: number, height: number): Promise<Uint8Array> =>
    decoding(format, () => rgbPixels(openSharp().resize(width, height, { fit: 'fill', kernel: 'linear' })));
  return { format, ...autoOrient, decode, decodeShrunk };
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

async function decoding<T>(format: ImageFormat, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw undecodable(format, `cannot be decoded: ${reasonOf(cause)}`, { cause });
  }
}

/** What libvips says, without its own names. Warnings come first, what stopped it last; sometimes it says nothing. */
function reasonOf(cause: unknown): string {
  const lines = cause instanceof Error ? cause.message.trim().split('\n') : [];
  const reason =
    lines
      .at(-1)
      ?.replace(/^Input buffer has corrupt header:\s*/, '')
      .replace(/^vips\w+: /i, '') ?? '';
  return reason === '' || reason === 'Unknown error' ? 'it is damaged or cut off' : reason;
}
