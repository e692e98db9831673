import { decodeImage } from '@face-comparison/engine';
import { seededRandom } from '../../statistics/random.js';
import { bitmapOf, withGrain } from './bitmap.js';

const rgb = Uint8Array.from({ length: 8 * 5 * 3 }, (_, i) => (i * 7) % 256);

it('writes pixels that the service reads back', async () => {
  const picture = await decodeImage(bitmapOf(rgb, 8, 5).bytes);
  expect([picture.width, picture.height]).toEqual([8, 5]);
  expect(Array.from(picture.data)).toEqual(Array.from(rgb));
});

it('refuses what it would have to pad', () => {
  expect(() => bitmapOf(new Uint8Array(6 * 3), 6, 1)).toThrow('divisible by 4');
});

it('changes pixels a little, and never the header', () => {
  const { bytes } = bitmapOf(rgb, 8, 5);
  const grained = withGrain(bytes, seededRandom(1));
  expect(grained.subarray(0, 54)).toEqual(bytes.subarray(0, 54));
  expect(grained).not.toEqual(bytes);
  expect(withGrain(bytes, seededRandom(2))).not.toEqual(grained);
});
