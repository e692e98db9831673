import sharp, { type Sharp } from 'sharp';
import type { Picture } from '../src/image/decode-image.js';

/** A picture of one colour, black unless given. */
export function plainPicture(width: number, height: number, colour?: readonly [number, number, number]): Picture {
  const data = Buffer.alloc(width * height * 3, Uint8Array.from(colour ?? [0]));
  return { format: 'png', width, height, data };
}

/** A picture whose pixels are a function of where they are. */
export function drawnPicture(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Picture {
  const picture = plainPicture(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) picture.data.set(colour(x, y), (y * width + x) * 3);
  }
  return picture;
}

/** Copies a picture onto another; what does not fit is an error of the test. */
export function paste(onto: Picture, picture: Picture, left: number, top: number): void {
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * picture.width * 3, (y + 1) * picture.width * 3);
    onto.data.set(row, ((top + y) * onto.width + left) * 3);
  }
}

/** The part of a picture from (left, top). */
export function cut(picture: Picture, left: number, top: number, width: number, height: number): Picture {
  const part = plainPicture(width, height);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * 3;
    part.data.set(picture.data.subarray(from, from + width * 3), y * width * 3);
  }
  return part;
}

export function mirrored(picture: Picture): Picture {
  return drawnPicture(picture.width, picture.height, (x, y) => pixel(picture, picture.width - 1 - x, y));
}

/** A picture turned clockwise by a number of quarters. */
export function turned(picture: Picture, quarters: number): Picture {
  if (quarters === 0) return picture;
  const { width, height } = picture;
  const once = drawnPicture(height, width, (x, y) => pixel(picture, y, height - 1 - x));
  return turned(once, quarters - 1);
}

export function pixel({ width, height, data }: Picture, x: number, y: number): [number, number, number] {
  if (x < 0 || y < 0 || x >= width || y >= height) throw new RangeError(`no pixel (${x}, ${y}) in ${width}x${height}`);
  const at = (y * width + x) * 3;
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
}

export async function resized(picture: Picture, width: number, height: number): Promise<Picture> {
  const data = await fromRaw(picture).resize(width, height, { fit: 'fill', kernel: 'cubic' }).raw().toBuffer();
  return { ...picture, width, height, data };
}

/** Blurred by a Gaussian of so many pixels. */
export async function blurred(picture: Picture, sigmaPx: number): Promise<Picture> {
  return { ...picture, data: await fromRaw(picture).blur(sigmaPx).raw().toBuffer() };
}

export function encodePng(picture: Picture): Promise<Buffer> {
  return fromRaw(picture).png({ compressionLevel: 1 }).toBuffer();
}

export function encodeJpeg(picture: Picture): Promise<Buffer> {
  return fromRaw(picture).jpeg({ quality: 95 }).toBuffer();
}

function fromRaw({ data, width, height }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}
