/** A similarity for reading: one digit after the point, and 100 only where it is 100. */
export function formatSimilarity(similarity: number): string {
  const rounded = similarity >= 99.95 && similarity < 100 ? 99.9 : Math.round(similarity * 10) / 10;
  return rounded.toFixed(1).replace(/\.0$/, '');
}
