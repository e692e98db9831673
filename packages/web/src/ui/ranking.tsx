import type { Face } from '@face-comparison/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatSimilarity } from '../meaning/format-similarity.js';
import type { Pairing } from '../meaning/pairing.js';
import type { Photo } from '../photo/prepare-photo.js';
import { Thumbnail } from './thumbnail.js';

/** So many are shown before one has to ask for the others. */
const FIRST_FACES = 6;

/** Every face of the second photo against the chosen face of the first, most similar first. */
export function Ranking({
  pairing,
  faces,
  photo,
  threshold,
  onChoose,
}: {
  readonly pairing: Pairing;
  /** Of the second photo. */
  readonly faces: readonly Face[];
  readonly photo: Photo;
  readonly threshold: number;
  readonly onChoose: (face: number) => void;
}): JSX.Element {
  const [all, setAll] = useState(false);
  const { ranking } = pairing;
  const shown = all ? ranking : ranking.slice(0, FIRST_FACES);
  return (
    <div>
      <p class="quiet">
        Face {pairing.source + 1} of the first photo against{' '}
        {faces.length === 1 ? 'the face' : `all ${faces.length} faces`} of the second. From{' '}
        {formatSimilarity(threshold)} on it is a match. Choose a face here or on a photo to see its pair.
      </p>
      <ol class="ranking">
        {shown.map(({ index, similarity }) => {
          const face = faces[index];
          const match = similarity >= threshold;
          return (
            <li key={index}>
              <button
                type="button"
                class={`ranked ${match ? 'match' : 'no-match'}`}
                aria-pressed={index === pairing.target}
                onClick={() => onChoose(index)}
              >
                {face !== undefined && <Thumbnail photo={photo} box={face.boundingBox} />}
                <span class="ranked-name">
                  Face {index + 1}
                  <span class="ranked-verdict">{match ? 'match' : 'no match'}</span>
                </span>
                <span class="ranked-value">{formatSimilarity(similarity)}</span>
                <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="bar-track" width="100" height="4" />
                  <rect class="bar-value" width={Math.max(similarity, 0.6)} height="4" />
                </svg>
              </button>
            </li>
          );
        })}
      </ol>
      {ranking.length > FIRST_FACES && (
        <button type="button" class="button" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `Show the first ${FIRST_FACES}` : `Show all ${ranking.length} faces`}
        </button>
      )}
    </div>
  );
}
