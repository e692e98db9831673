import sharp from 'sharp';
import { drawnPicture } from '../../test/pictures.js';
import { ImageError } from './image-error.js';
import { Photo } from './photo.js';

const WIDTH = 4000;
const HEIGHT = 2600;

/** A scene with soft edges, as a photo has them, whose four quarters differ; enlarged four times when it is encoded. */
const scene = drawnPicture(WIDTH / 4, HEIGHT / 4, (x, y) => [
  Math.round((255 * 4 * x) / WIDTH),
  Math.round(127 + 120 * Math.sin(x / 10) * Math.cos(y / 14)),
  Math.round((255 * 4 * y) / HEIGHT),
]);

function encoded(orientation = 1): Promise<Buffer> {
  return sharp(scene.data, { raw: { width: scene.width, height: scene.height, channels: 3 } })
    .resize(WIDTH, HEIGHT)
    .withMetadata({ orientation })
    .jpeg({ quality: 95 })
    .toBuffer();
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

// Pictures are compared by ===: a matcher would print millions of bytes where they differ.
describe('Photo', () => {
  let jpeg: Buffer;
  beforeAll(async () => {
    jpeg = await encoded();
  });

  it.each([1, 3, 6, 8])(
    'shows the same in the size it is decoded in as the whole picture does, upright: orientation %i',
    async (orientation) => {
      const bytes = await encoded(orientation);
      const decodedSmall = await Photo.open(bytes);
      const [width, height] = orientation < 5 ? [640, 416] : [416, 640];
      const small = await decodedSmall.shrunk(width, height);
      const whole = await Photo.open(bytes);
      await whole.whole();
      const shrunk = await whole.shrunk(width, height);
      expect([small.width, small.height]).toEqual([width, height]);
      expect(meanDifference(small.data, shrunk.data)).toBeLessThan(1);
    },
  );

  it('has gray JPEGs in three channels, in any size', async () => {
    const gray = await Photo.open(await sharp(jpeg).grayscale().jpeg().toBuffer());
    expect((await gray.shrunk(640, 416)).data).toHaveLength(640 * 416 * 3);
  });

  it('decodes each size once, and takes a larger one that is there to make a smaller one from', async () => {
    const photo = await Photo.open(jpeg);
    const small = await photo.shrunk(640, 416);
    expect((await photo.shrunk(640, 416)) === small).toBe(true);
    const smaller = await photo.shrunk(320, 208);
    const fromSmall = await sharp(small.data, { raw: { width: 640, height: 416, channels: 3 } })
      .resize(320, 208, { fit: 'fill', kernel: 'linear' })
      .raw()
      .toBuffer();
    expect(fromSmall.equals(smaller.data)).toBe(true);
    const fromFile = await (await Photo.open(jpeg)).shrunk(320, 208);
    expect(fromSmall.equals(fromFile.data)).toBe(false);
    expect((await photo.whole()) === (await photo.whole())).toBe(true);
  });

  it('gives the smallest picture that is large enough', async () => {
    const photo = await Photo.open(jpeg);
    const small = await photo.shrunk(640, 416);
    expect((await photo.atLeast(0.1)) === small).toBe(true);
    expect((await photo.atLeast(0.16)) === small).toBe(true);
    const medium = await photo.atLeast(0.19);
    expect([medium.width, medium.height]).toEqual([760, 494]);
    const whole = await photo.atLeast(0.4);
    expect([whole.width, whole.height]).toEqual([WIDTH, HEIGHT]);
    expect((await photo.atLeast(0.1)) === small).toBe(true);
  });

  it('never enlarges', async () => {
    const { width, height } = await (await Photo.open(jpeg)).shrunk(9000, 9000);
    expect([width, height]).toEqual([WIDTH, HEIGHT]);
  });

  it('refuses a photo that is cut off, in any size', async () => {
    const cut = jpeg.subarray(0, jpeg.length / 2);
    await expect((async () => (await Photo.open(cut)).shrunk(640, 416))()).rejects.toThrow(ImageError);
    await expect((async () => (await Photo.open(cut)).whole())()).rejects.toThrow(ImageError);
  });

  it('takes pixels that are there already', async () => {
    const photo = Photo.of(scene);
    expect((await photo.whole()).data === scene.data).toBe(true);
    const { width, height } = await photo.atLeast(0.1);
    expect([width, height]).toEqual([scene.width, scene.height]);
  });
});
