import { seededRandom } from '../statistics/random.js';
import { damages } from './damages.js';

/** The skeleton of a JPEG: a Huffman table, a scan header, data that looks compressed, and the end marker. */
const data = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 37 + (i >> 4)) % 251));
const jpeg = Buffer.concat([Buffer.from('ffd8ffc4000301ffda00030f', 'hex'), data, Buffer.from('ffd9', 'hex')]);

it.each(damages.filter(({ name }) => name !== 'nothing'))('changes the file and not its header: $name', (damage) => {
  const original = Buffer.from(jpeg);
  const damaged = damage.apply(jpeg, seededRandom(1));
  expect(jpeg.equals(original)).toBe(true);
  expect(damaged.equals(jpeg)).toBe(false);
  expect(damaged.subarray(0, 2)).toEqual(jpeg.subarray(0, 2));
});

it('damages a photo in the same way when it is repeated with the same seed', () => {
  for (const { apply } of damages) {
    expect(apply(jpeg, seededRandom(7)).equals(apply(jpeg, seededRandom(7)))).toBe(true);
  }
});
