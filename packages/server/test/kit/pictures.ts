import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { ROOT } from './models.js';

const PHOTOS = join(ROOT, 'models/default/golden/photos');

interface Expected {
  readonly photos: readonly {
    readonly photo: string;
    readonly width: number;
    readonly height: number;
    readonly faces: readonly { readonly box: readonly [number, number, number, number] }[];
  }[];
}

/** What the makers of the model found in the golden photos. */
export const EXPECTED = JSON.parse(readFileSync(join(PHOTOS, 'expected.json'), 'utf8')) as Expected;

/** The names of the golden photos. */
export const PHOTO_NAMES: readonly string[] = EXPECTED.photos.map(({ photo }) => photo);

/** A golden photo, `sample1.jpg` unless named. */
export function photo(name = 'sample1.jpg'): Buffer {
  return readFileSync(join(PHOTOS, name));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function pngOf(width: number, height: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8); // 8-bit grey
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A grey PNG with nothing in it. */
export function greyPng(width: number, height: number): Buffer {
  return pngOf(width, height, Buffer.alloc((width + 1) * height));
}

/** A PNG that says it has so many pixels and has a few bytes. */
export function pngBomb(width: number, height: number): Buffer {
  return pngOf(width, height, Buffer.alloc(1024));
}

/** A BMP that says it has so many pixels and has a few bytes. */
export function bmpBomb(width: number, height: number): Buffer {
  const bmp = Buffer.alloc(1024);
  bmp.write('BM');
  bmp.writeUInt32LE(bmp.length, 2);
  bmp.writeUInt32LE(54, 10);
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(width, 18);
  bmp.writeInt32LE(height, 22);
  bmp.writeUInt16LE(1, 26);
  bmp.writeUInt16LE(24, 28);
  return bmp;
}

/** A drawing, which the service does not read. */
export const SVG = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="5"/></svg>',
);
