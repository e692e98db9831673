import type { JSX } from 'preact';
import { formatSimilarity } from '../meaning/format-similarity.js';
import { oneIn, strictestLast, type OperatingPoint } from '../meaning/similarity-meaning.js';

/** The model's thresholds as steps: which ones this similarity reaches, and how many strangers each lets through. */
export function Ladder({
  points,
  similarity,
}: {
  readonly points: readonly OperatingPoint[];
  readonly similarity: number;
}): JSX.Element | null {
  if (points.length === 0) return null;
  return (
    <ul class="ladder" aria-label="Thresholds and how many strangers reach them">
      {strictestLast(points).map((point) => {
        const reached = similarity >= point.similarity;
        return (
          <li key={point.similarity} class={reached ? 'reached' : ''}>
            <span class="ladder-odds">{oneIn(point.far)}</span>
            <span class="fine">
              from {formatSimilarity(point.similarity)}
              <span class="visually-hidden">{reached ? ', reached' : ', not reached'}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
