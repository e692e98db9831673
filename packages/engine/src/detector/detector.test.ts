import { DEFAULT_MODEL, goldenPicture, goldenPhotos, readModel, type GoldenPhoto } from '../../test/default-model.js';
import { cut, paste, plainPicture, resized, turned } from '../../test/pictures.js';
import { DeadlineError } from '../engine-error.js';
import { iou, mapDetection, type Box, type Detection } from '../geometry.js';
import { decodeImage, type Picture } from '../image/decode-image.js';
import { Photo } from '../image/photo.js';
import { loadSession, type Session } from '../session.js';
import { Detector, type DetectionDetail } from './detector.js';

const noDeadline = (): void => undefined;

const boxOf = ([x1, y1, x2, y2]: readonly [number, number, number, number]): Box => ({ x1, y1, x2, y2 });

/** The box in a picture that was resized by a factor and pasted at (left, top). */
function placed({ x1, y1, x2, y2 }: Box, kx: number, ky: number, left: number, top: number): Box {
  return { x1: x1 * kx + left, y1: y1 * ky + top, x2: x2 * kx + left, y2: y2 * ky + top };
}

function foundAmong(wanted: readonly Box[], faces: readonly Detection[], minIou = 0.4): Box[] {
  return wanted.filter((box) => faces.some((face) => iou(face.box, box) > minIou));
}

describe('the detector of the default model', () => {
  let session: Session;
  let detector: Detector;
  let photos: GoldenPhoto[];
  const pictures = new Map<string, Picture>();
  beforeAll(async () => {
    const { manifest, files } = await readModel(DEFAULT_MODEL);
    session = await loadSession(files[manifest.detector.file] ?? '', '', { provider: 'cpu', threads: 1 });
    detector = new Detector(manifest.detector, session);
    photos = await goldenPhotos(768);
    for (const { name, bytes } of photos) pictures.set(name, await decodeImage(bytes));
  });
  afterAll(() => session.close());

  const detect = (whole: Picture, detail: DetectionDetail, checkDeadline: () => void): Promise<Detection[]> =>
    detector.detect(Photo.of(whole), detail, checkDeadline);

  function picture(name: string): Picture {
    const found = pictures.get(name);
    if (found === undefined) throw new Error(`no photo ${name}`);
    return found;
  }

  it.each([1, 2, 3])(
    'finds the same faces in photos turned by %i quarters, with points that belong to them',
    async (quarters) => {
      for (const { name } of photos) {
        const upright = await detect(picture(name), 'normal', noDeadline);
        const { width, height } = picture(name);
        const back = {
          1: (x: number, y: number) => ({ x: y, y: height - x }),
          2: (x: number, y: number) => ({ x: width - x, y: height - y }),
          3: (x: number, y: number) => ({ x: width - y, y: x }),
        }[quarters];
        if (back === undefined) throw new Error('1, 2 or 3');
        const faces = (await detect(turned(picture(name), quarters), 'normal', noDeadline)).map((face) =>
          mapDetection(face, back),
        );
        expect(faces).toHaveLength(upright.length);
        for (const { box, landmarks } of upright) {
          const same = faces.find((face) => iou(face.box, box) > 0.95);
          landmarks.forEach(({ x, y }, i) => {
            const point = same?.landmarks[i] ?? { x: Number.NaN, y: Number.NaN };
            expect(Math.hypot(point.x - x, point.y - y)).toBeLessThan(0.03 * (box.x2 - box.x1));
          });
        }
      }
    },
  );

  it('finds every face when it is 20 pixels wide in the input of the network', async () => {
    for (const { name, faces, width, height } of photos) {
      for (const face of faces) {
        const scale = 20 / (face.box[2] - face.box[0]);
        const [smallWidth, smallHeight] = [Math.round(width * scale), Math.round(height * scale)];
        const canvas = plainPicture(640, 480);
        paste(canvas, await resized(picture(name), smallWidth, smallHeight), 200, 100);
        const box = placed(boxOf(face.box), smallWidth / width, smallHeight / height, 200, 100);
        expect(foundAmong([box], await detect(canvas, 'normal', noDeadline))).toHaveLength(1);
      }
    }
  });

  it.each([0, 0.2])('finds one face, and all of it, when it fills the picture with a margin of %d', async (margin) => {
    for (const { name, faces, width, height } of photos) {
      for (const { box } of faces) {
        const [marginX, marginY] = [margin * (box[2] - box[0]), margin * (box[3] - box[1])];
        const left = Math.max(0, Math.floor(box[0] - marginX));
        const top = Math.max(0, Math.floor(box[1] - marginY));
        const right = Math.min(width, Math.ceil(box[2] + marginX));
        const bottom = Math.min(height, Math.ceil(box[3] + marginY));
        const portrait = cut(picture(name), left, top, right - left, bottom - top);
        const scale = 1000 / portrait.height;
        const large = await resized(portrait, Math.round(portrait.width * scale), 1000);
        const [face, ...others] = await detect(large, 'normal', noDeadline);
        expect(others).toEqual([]);
        const wanted = placed(boxOf(box), scale, scale, -left * scale, -top * scale);
        expect(face === undefined ? 0 : iou(face.box, wanted)).toBeGreaterThan(0.65);
      }
    }
  });

  describe('in a crowd of 4096 x 3072 pixels', () => {
    /** The golden photos, shrunk to cells of a size, side by side; and where their faces are then. */
    async function crowd(cellWidth: number, cellHeight: number): Promise<{ picture: Picture; wanted: Box[] }> {
      const whole = plainPicture(4096, 3072);
      const wanted: Box[] = [];
      const cells = await Promise.all(photos.map(({ name }) => resized(picture(name), cellWidth, cellHeight)));
      let next = 0;
      for (let top = 0; top + cellHeight <= whole.height; top += cellHeight) {
        for (let left = 0; left + cellWidth <= whole.width; left += cellWidth) {
          const index = next++ % photos.length;
          const [cell, photo] = [cells[index], photos[index]];
          if (cell === undefined || photo === undefined) throw new Error('no such cell');
          paste(whole, cell, left, top);
          for (const { box } of photo.faces) {
            wanted.push(placed(boxOf(box), cellWidth / photo.width, cellHeight / photo.height, left, top));
          }
        }
      }
      return { picture: whole, wanted };
    }

    it.each([
      // Faces of 36 pixels and more: 6 in the input of the normal look, 18 in that of the larger one.
      [384, 256, 0.05],
      // Of 48 and more: 8 and 24.
      [512, 384, 0.3],
    ])('finds with high detail what it misses otherwise, each once: cells of %i x %i', async (width, height, most) => {
      const { picture: whole, wanted } = await crowd(width, height);
      const normal = await detect(whole, 'normal', noDeadline);
      expect(foundAmong(wanted, normal).length).toBeLessThan(most * wanted.length);
      const high = await detect(whole, 'high', noDeadline);
      expect(foundAmong(wanted, high)).toHaveLength(wanted.length);
      expect(high).toHaveLength(wanted.length);
    });

    it('finds them in a crowd that lies on its side', async () => {
      const { picture: whole, wanted } = await crowd(512, 384);
      const faces = await detect(turned(whole, 3), 'high', noDeadline);
      const upright = faces.map((face) => mapDetection(face, (x, y) => ({ x: whole.width - y, y: x })));
      expect(foundAmong(wanted, upright)).toHaveLength(wanted.length);
    });
  });

  it('finds no more with high detail in photos that have no small faces, and none twice', async () => {
    for (const { name, faces } of photos) {
      const high = await detect(picture(name), 'high', noDeadline);
      expect(high).toHaveLength(faces.length);
    }
  });

  it.each([
    [1, 1],
    [1, 4096],
    [4096, 1],
    [31, 33],
  ])('finds nothing in a picture of %i x %i, in any detail', async (width, height) => {
    for (const colour of [
      [0, 0, 0],
      [255, 255, 255],
    ] as const) {
      const plain = plainPicture(width, height, colour);
      expect(await detect(plain, 'normal', noDeadline)).toEqual([]);
      expect(await detect(plain, 'high', noDeadline)).toEqual([]);
    }
  });

  it('looks at the deadline before each run of the network', async () => {
    const nothing = plainPicture(1000, 800);
    let checks = 0;
    await detect(nothing, 'high', () => {
      checks++;
    });
    // Three sizes, four ways round.
    expect(checks).toBe(12);
    for (let passes = 0; passes < checks; passes++) {
      let left = passes;
      const check = (): void => {
        if (left-- === 0) throw new DeadlineError();
      };
      await expect(detect(nothing, 'high', check)).rejects.toThrow(DeadlineError);
    }
  });

  it('looks once at a photo with a face that is certain', async () => {
    let checks = 0;
    await detect(await goldenPicture('sample6.jpg'), 'normal', () => {
      checks++;
    });
    expect(checks).toBe(1);
  });
});
