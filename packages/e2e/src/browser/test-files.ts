import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { composePhoto, SAMPLE_PHOTOS_DIR } from '../bench/photos.js';

/** The photos of the page's first sample, seen from the root of the repository. */
const PAGE_SAMPLES_DIR = 'packages/web/public/samples';

/** Files of all kinds that people put into the page, by paths. */
export interface TestFiles {
  readonly portrait: string;
  readonly group: string;
  /** The same as `portrait`, stored lying on its side with an EXIF orientation. */
  readonly lying: string;
  readonly webp: string;
  /** 5,000 pixels wide. */
  readonly large: string;
  readonly twentyFaces: string;
  readonly noFace: string;
  /** Half of a JPEG. */
  readonly damaged: string;
  readonly text: string;
  /** Begins as the photos of iPhones do. */
  readonly heic: string;
  /** Motion JPEG of a person, for the camera. */
  readonly video: string;
}

/** Makes the files in a folder. The same bytes on each run. */
export async function makeTestFiles(folder: string): Promise<TestFiles> {
  await mkdir(folder, { recursive: true });
  const write = async (name: string, bytes: Buffer | string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  };
  const portrait = await readFile(join(PAGE_SAMPLES_DIR, 'one-of-the-four.jpg'));
  const group = await readFile(join(PAGE_SAMPLES_DIR, 'group-of-four.jpg'));
  const frame = await sharp(portrait).resize(640, 480, { fit: 'contain' }).jpeg({ quality: 95 }).toBuffer();
  return {
    // Names with a space and a quote: the command line of the page must quote them.
    portrait: await write("Anna's portrait.jpg", portrait),
    group: await write('group; four.jpg', group),
    lying: await write(
      'lying.jpg',
      await sharp(portrait).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    ),
    webp: await write('portrait.webp', await sharp(portrait).webp().toBuffer()),
    large: await write('large.jpg', await sharp(group).resize(5000).jpeg().toBuffer()),
    twentyFaces: await write(
      'twenty.jpg',
      await composePhoto({ widthPx: 1600, heightPx: 1200, faces: 20 }, 'jpeg', SAMPLE_PHOTOS_DIR),
    ),
    noFace: await write(
      'no-face.png',
      await sharp({ create: { width: 640, height: 480, channels: 3, background: '#7a8c5a' } })
        .png()
        .toBuffer(),
    ),
    damaged: await write('damaged.jpg', group.subarray(0, 200)),
    heic: await write('IMG_0001.HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
    text: await write('notes.txt', 'These are notes and no photo.\n'),
    video: await write('camera.mjpeg', Buffer.concat(Array.from({ length: 4 }, () => frame))),
  };
}
