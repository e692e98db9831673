import { sizeText } from './size-text.js';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [38_400_000, '38 MB'],
  [78_300_000, '78 MB'],
  [155_000_000, '155 MB'],
  [999_600_000, '1 GB'],
  [2_147_483_648, '2.1 GB'],
])('%d is %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
