import { join } from 'node:path';
import sharp, { type OutputInfo, type Sharp } from 'sharp';

/** The kinds of photos that are measured. */
export interface PhotoSpec {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly faces: number;
}

/** Where a face of the sample photos is, in pixels. */
interface SampleFace {
  readonly photo: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const box = (photo: string, left: number, top: number, right: number, bottom: number): SampleFace => ({
  photo,
  left,
  top,
  right,
  bottom,
});

/**
 * Twenty faces of the photos in models/default/golden/photos, with the boxes that the detector gives. The first one, alone
 * in photos of one face, is one that the detector is sure of, as of 99 % of LFW's: for others it looks again, see the engine.
 */
const SAMPLE_FACES: readonly SampleFace[] = [
  box('sample6.jpg', 251, 493, 471, 761),
  box('sample1.jpg', 826, 418, 1041, 659),
  box('sample1.jpg', 1484, 209, 1683, 434),
  box('sample1.jpg', 417, 353, 594, 590),
  box('sample2.jpg', 1431, 151, 1654, 397),
  box('sample2.jpg', 360, 134, 542, 417),
  box('sample2.jpg', 892, 217, 1083, 462),
  box('sample3.jpg', 1065, 198, 1300, 510),
  box('sample3.jpg', 1496, 290, 1689, 589),
  box('sample3.jpg', 589, 336, 799, 609),
  box('sample4.jpg', 651, 64, 847, 310),
  box('sample4.jpg', 250, 190, 426, 459),
  box('sample4.jpg', 978, 185, 1167, 424),
  box('sample4.jpg', 1257, 153, 1438, 397),
  box('sample5.jpg', 1403, 393, 1604, 670),
  box('sample5.jpg', 375, 877, 569, 1163),
  box('sample5.jpg', 603, 427, 775, 668),
  box('sample6.jpg', 1470, 266, 1702, 566),
  box('sample6.jpg', 664, 335, 860, 622),
  box('sample6.jpg', 1172, 315, 1370, 594),
];

/** A tile shows this much more than the face's box on each side, as a share of the box. */
const TILE_MARGIN = 0.3;

/** Where the sample photos are, seen from the root of the repository. */
export const SAMPLE_PHOTOS_DIR = 'models/default/golden/photos';

/**
 * Composes a photo with exactly so many faces: tiles cut from the sample photos in a grid, on a blurred background.
 * The same bytes on each run.
 *
 * @param format `jpeg` at quality 90, as cameras write
 * @throws RangeError for more faces than there are samples
 */
export async function composePhoto(
  { widthPx, heightPx, faces }: PhotoSpec,
  format: 'jpeg' | 'png' = 'jpeg',
  photosDir = SAMPLE_PHOTOS_DIR,
): Promise<Buffer> {
  if (faces > SAMPLE_FACES.length) {
    throw new RangeError(`photos with up to ${SAMPLE_FACES.length} faces can be composed, not ${faces}`);
  }
  const columns = faces <= 1 ? 1 : Math.ceil(Math.sqrt((faces * widthPx) / heightPx));
  const rows = Math.max(1, Math.ceil(faces / columns));
  const cellWidth = Math.floor(widthPx / columns);
  const cellHeight = Math.floor(heightPx / rows);
  // A lone face fills half the height, as in a portrait; in a grid, tiles keep a tenth of their cell free.
  const tileHeight = Math.floor(Math.min(cellHeight, cellWidth) * (faces <= 1 ? 0.6 : 0.9));
  const tiles = await Promise.all(
    SAMPLE_FACES.slice(0, faces).map(async (face, i) => {
      const tile = await cutTile(face, photosDir, tileHeight);
      return {
        input: tile.data,
        left: (i % columns) * cellWidth + Math.floor((cellWidth - tile.info.width) / 2),
        top: Math.floor(i / columns) * cellHeight + Math.floor((cellHeight - tile.info.height) / 2),
      };
    }),
  );
  // Blurring a small copy is the same as blurring the large one, and quick.
  const background = await sharp(join(photosDir, 'sample5.jpg'))
    .resize(96, 72, { fit: 'fill' })
    .blur(6)
    .png()
    .toBuffer();
  const canvas = sharp(background).resize(widthPx, heightPx, { fit: 'fill' }).composite(tiles);
  return encode(canvas, format);
}

async function cutTile(face: SampleFace, photosDir: string, heightPx: number): ReturnType<typeof toPng> {
  const marginX = Math.round((face.right - face.left) * TILE_MARGIN);
  const marginY = Math.round((face.bottom - face.top) * TILE_MARGIN);
  const left = Math.max(0, face.left - marginX);
  const top = Math.max(0, face.top - marginY);
  const tile = sharp(join(photosDir, face.photo))
    .extract({ left, top, width: face.right + marginX - left, height: face.bottom + marginY - top })
    .resize({ height: heightPx });
  return toPng(tile);
}

function toPng(image: Sharp): Promise<{ data: Buffer; info: OutputInfo }> {
  return image.png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
}

function encode(image: Sharp, format: 'jpeg' | 'png'): Promise<Buffer> {
  return format === 'jpeg' ? image.jpeg({ quality: 90 }).toBuffer() : image.png({ compressionLevel: 3 }).toBuffer();
}
