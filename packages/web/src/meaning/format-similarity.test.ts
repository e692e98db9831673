import { formatSimilarity } from './format-similarity.js';

it.each([
  [0, '0'],
  [4.04, '4'],
  [87.26, '87.3'],
  [99.94, '99.9'],
  [99.999, '99.9'],
  [100, '100'],
])('a similarity of %s is written %s', (similarity, text) => {
  expect(formatSimilarity(similarity)).toBe(text);
});
