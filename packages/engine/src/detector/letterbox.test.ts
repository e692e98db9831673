import type { DetectorSpec } from '@face-comparison/bundle';
import { drawnPicture, pixel, plainPicture, turned } from '../../test/pictures.js';
import type { Picture } from '../image/decode-image.js';
import { Photo } from '../image/photo.js';
import { letterbox as letterboxOf, turnQuarter, type Letterbox } from './letterbox.js';

const size = { longSide: 640, multiple: 32 };

const letterbox = (picture: Picture, spec: DetectorSpec['size'], longSide: number): Promise<Letterbox> =>
  letterboxOf(Photo.of(picture), spec, longSide);

const asPicture = ({ data, width, height }: Letterbox) => ({ format: 'png', data, width, height }) as const;

describe('letterbox', () => {
  it.each([
    // width, height, content, padded
    [4096, 3072, [640, 480], [640, 480]],
    [1920, 1080, [640, 360], [640, 384]],
    [1080, 1920, [360, 640], [384, 640]],
    [641, 641, [640, 640], [640, 640]],
    [4096, 1, [640, 1], [640, 32]],
    [1, 4096, [1, 640], [32, 640]],
  ])('shrinks %i x %i to the long side and pads to the multiple', async (width, height, content, padded) => {
    const box = await letterbox(plainPicture(width, height), size, 640);
    expect([box.contentWidth, box.contentHeight]).toEqual(content);
    expect([box.width, box.height]).toEqual(padded);
    expect(box.data).toHaveLength(box.width * box.height * 3);
  });

  it('never enlarges', async () => {
    const box = await letterbox(plainPicture(250, 200), size, 640);
    expect([box.contentWidth, box.contentHeight, box.width, box.height]).toEqual([250, 200, 256, 224]);
  });

  it('uses the bytes of a picture that already fits', async () => {
    const picture = plainPicture(640, 480);
    expect((await letterbox(picture, size, 640)).data === picture.data).toBe(true);
  });

  it('pads to a square for graphs with a fixed input size', async () => {
    const box = await letterbox(plainPicture(1000, 500), { longSide: 320, multiple: 1, square: true }, 320);
    expect([box.contentWidth, box.contentHeight, box.width, box.height]).toEqual([320, 160, 320, 320]);
  });

  it('puts the picture at the top left and black around it', async () => {
    const box = await letterbox(plainPicture(33, 31, [200, 100, 50]), size, 640);
    const padded = asPicture(box);
    expect([box.width, box.height]).toEqual([64, 32]);
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 64; x++) {
        expect(pixel(padded, x, y)).toEqual(x < 33 && y < 31 ? [200, 100, 50] : [0, 0, 0]);
      }
    }
  });

  it('averages, so that fine detail becomes grey instead of noise', async () => {
    const stripes = drawnPicture(2560, 64, (x) => (x % 2 === 0 ? [255, 255, 255] : [0, 0, 0]));
    const box = await letterbox(stripes, size, 640);
    const inside = pixel(asPicture(box), 320, 8)[0];
    expect(Math.abs(inside - 127.5)).toBeLessThan(3);
  });

  it('keeps every part of the picture in its place', async () => {
    // A gradient shrunk by four: the middle of each new pixel lies between four old ones.
    const gradient = drawnPicture(1024, 1024, (x, y) => [Math.floor(x / 4), Math.floor(y / 4), 0]);
    const box = await letterbox(gradient, { longSide: 256, multiple: 32 }, 256);
    for (const [x, y] of [
      [0, 0],
      [100, 30],
      [255, 128],
      [17, 255],
    ] as const) {
      const [red, green] = pixel(asPicture(box), x, y);
      expect(Math.abs(red - x)).toBeLessThanOrEqual(1);
      expect(Math.abs(green - y)).toBeLessThanOrEqual(1);
    }
  });
});

describe('turnQuarter', () => {
  it.each([
    ['clockwise', true, 1],
    ['anticlockwise', false, 3],
  ])('turns the content %s and pads it anew', async (_name, clockwise, quarters) => {
    const picture = drawnPicture(40, 30, (x, y) => [x, y, x * y]);
    const box = turnQuarter(await letterbox(picture, size, 640), clockwise, size);
    expect([box.contentWidth, box.contentHeight, box.width, box.height]).toEqual([30, 40, 32, 64]);
    const expected = turned(picture, quarters);
    for (let y = 0; y < 64; y++) {
      for (let x = 0; x < 32; x++) {
        expect(pixel(asPicture(box), x, y)).toEqual(x < 30 && y < 40 ? pixel(expected, x, y) : [0, 0, 0]);
      }
    }
  });

  it('comes back after four turns', async () => {
    const start = await letterbox(
      drawnPicture(50, 20, (x, y) => [x, y, 7]),
      size,
      640,
    );
    const turns = [1, 2, 3, 4].reduce((box) => turnQuarter(box, true, size), start);
    expect(turns).toEqual(start);
  });
});
