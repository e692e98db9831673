import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Region } from 'sharp';
import { bitmapOf, type Bitmap } from './driver/bitmap.js';

/** One of the default model's sample photos, and the middle of a face in it that is found for certain, in fractions. */
const PHOTO = 'models/default/golden/photos/sample6.jpg';
const FACE = { x: 0.188, y: 0.408 };

/** Side of the square that is cut out around it, as a fraction of the photo's height: about twice the face. */
const REGION = 0.38;

/** Small, since two cores are to carry a cluster beside the traffic. */
const FACE_SIDE_PX = 128;

const BLANK_SIDE_PX = 32;

/** Writes the photos that the driver sends: `face.bmp`, with one face, and `blank.bmp`, without any. */
export async function writePhotos(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'face.bmp'), (await facePhoto()).bytes);
  await writeFile(join(folder, 'blank.bmp'), blankPhoto().bytes);
}

async function facePhoto(): Promise<Bitmap> {
  const { data, info } = await sharp(PHOTO)
    .extract(await faceRegion())
    .resize(FACE_SIDE_PX, FACE_SIDE_PX)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return bitmapOf(data, info.width, info.height);
}

async function faceRegion(): Promise<Region> {
  const { width, height } = await sharp(PHOTO).metadata();
  const side = Math.round(REGION * height);
  return {
    left: Math.round(FACE.x * width - side / 2),
    top: Math.round(FACE.y * height - side / 2),
    width: side,
    height: side,
  };
}

function blankPhoto(): Bitmap {
  const rgb = new Uint8Array(BLANK_SIDE_PX * BLANK_SIDE_PX * 3).fill(128);
  return bitmapOf(rgb, BLANK_SIDE_PX, BLANK_SIDE_PX);
}
