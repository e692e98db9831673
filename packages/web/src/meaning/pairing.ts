/** A face of the target by its place in the photo's list, and how similar it is to the face of the source. */
export interface RankedFace {
  readonly index: number;
  readonly similarity: number;
}

/** Which faces of two photos belong together. */
export interface Pairing {
  readonly source: number;
  readonly target: number;
  readonly similarity: number;
  /** Every face of the target against the source face, most similar first; among equals in the photo's order. */
  readonly ranking: readonly RankedFace[];
  /** How many pairs the shown one was chosen from: all, or those with the face that the user chose. */
  readonly pairCount: number;
}

/** What the user chose by hand; what is left out is chosen by similarity. */
export interface Choice {
  readonly source?: number;
  readonly target?: number;
}

/**
 * Pairs the faces of two photos: the most similar pair of all, unless the user chose.
 *
 * @param similarity - of the source face and the target face with these places in their lists
 * @returns undefined when a photo has no face
 */
export function pairFaces(
  sourceCount: number,
  targetCount: number,
  similarity: (source: number, target: number) => number,
  choice: Choice = {},
): Pairing | undefined {
  const sources = choice.source === undefined ? [...Array(sourceCount).keys()] : [choice.source];
  const rankings = sources.map((source) => ({
    source,
    ranking: [...Array(targetCount).keys()]
      .map((index) => ({ index, similarity: similarity(source, index) }))
      .sort((a, b) => b.similarity - a.similarity || a.index - b.index),
  }));
  const shownOf = ({ ranking }: (typeof rankings)[number]): RankedFace | undefined =>
    ranking.find(({ index }) => choice.target === undefined || index === choice.target);
  const [best] = rankings.sort(
    (a, b) => (shownOf(b)?.similarity ?? 0) - (shownOf(a)?.similarity ?? 0) || a.source - b.source,
  );
  const shown = best && shownOf(best);
  if (best === undefined || shown === undefined) return undefined;
  return {
    source: best.source,
    target: shown.index,
    similarity: shown.similarity,
    ranking: best.ranking,
    pairCount: sources.length * (choice.target === undefined ? targetCount : 1),
  };
}
