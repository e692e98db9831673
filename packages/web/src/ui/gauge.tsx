import type { JSX } from 'preact';
import { formatSimilarity } from '../meaning/format-similarity.js';
import type { SimilarityMeaning } from '../meaning/similarity-meaning.js';

const RADIUS = 84;
const CENTRE = { x: 100, y: 100 };

/** Similarity from 0 (left) to 100 (right) on half a circle, with the threshold from which it is a match. */
export function Gauge({
  similarity,
  threshold,
  meaning,
}: {
  readonly similarity: number;
  readonly threshold: number;
  readonly meaning: SimilarityMeaning;
}): JSX.Element {
  const inner = at(threshold, RADIUS - 13);
  const outer = at(threshold, RADIUS + 13);
  const label = at(threshold, RADIUS + 22);
  return (
    <div
      class={`gauge ${meaning.match ? 'match' : 'no-match'}`}
      role="meter"
      aria-label="Similarity"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(similarity * 10) / 10}
      aria-valuetext={`${formatSimilarity(similarity)} of 100: ${meaning.headline}`}
    >
      <svg viewBox="-14 -14 228 128" aria-hidden="true">
        <path class="gauge-track" d={arc(0, 100)} />
        <path class="gauge-track-match" d={arc(threshold, 100)} />
        {similarity > 0.5 && <path class="gauge-value" d={arc(0, similarity)} />}
        <line class="gauge-threshold" x1={inner.x} y1={inner.y} x2={outer.x} y2={outer.y} />
        <text class="gauge-mark" x={label.x} y={label.y + 4} text-anchor={threshold > 50 ? 'start' : 'end'}>
          {Math.round(threshold)}
        </text>
        <text class="gauge-number" x={CENTRE.x} y={CENTRE.y - 18} text-anchor="middle">
          {formatSimilarity(similarity)}
        </text>
        <text class="gauge-unit" x={CENTRE.x} y={CENTRE.y + 4} text-anchor="middle">
          of 100
        </text>
      </svg>
    </div>
  );
}

function at(value: number, radius: number): { readonly x: number; readonly y: number } {
  const angle = Math.PI * (1 - value / 100);
  return { x: round(CENTRE.x + radius * Math.cos(angle)), y: round(CENTRE.y - radius * Math.sin(angle)) };
}

function arc(from: number, to: number): string {
  const [start, end] = [at(from, RADIUS), at(to, RADIUS)];
  return `M ${start.x} ${start.y} A ${RADIUS} ${RADIUS} 0 0 1 ${end.x} ${end.y}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
