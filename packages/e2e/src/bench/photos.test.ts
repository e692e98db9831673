import { join } from 'node:path';
import sharp from 'sharp';
import { composePhoto, SAMPLE_PHOTOS_DIR } from './photos.js';

const PHOTOS = join(__dirname, '../../../..', SAMPLE_PHOTOS_DIR);

describe('composePhoto', () => {
  it.each([
    [640, 480, 1],
    [640, 480, 20],
    [900, 1600, 7],
    [800, 600, 0],
  ])('makes a picture of %p x %p with %p faces', async (widthPx, heightPx, faces) => {
    const photo = await composePhoto({ widthPx, heightPx, faces }, 'jpeg', PHOTOS);
    expect(await sharp(photo).metadata()).toMatchObject({ format: 'jpeg', width: widthPx, height: heightPx });
  });

  it('makes the same bytes each time', async () => {
    const spec = { widthPx: 320, heightPx: 240, faces: 2 };
    expect(await composePhoto(spec, 'png', PHOTOS)).toEqual(await composePhoto(spec, 'png', PHOTOS));
  });

  it('refuses more faces than there are samples', async () => {
    await expect(composePhoto({ widthPx: 640, heightPx: 480, faces: 21 }, 'jpeg', PHOTOS)).rejects.toThrow(
      'up to 20 faces',
    );
  });
});
