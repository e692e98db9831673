import type { Face } from '@face-comparison/client';
import type { JSX } from 'preact';
import type { Side } from '../state/comparison.js';

/** The faces of a photo as buttons on it: one of them is that of the shown pair, and any can be chosen. */
export function FaceBoxes({
  side,
  faces,
  chosen,
  verdict,
  onChoose,
}: {
  readonly side: Side;
  readonly faces: readonly Face[];
  readonly chosen: number | undefined;
  readonly verdict: 'match' | 'no-match' | undefined;
  readonly onChoose: (face: number) => void;
}): JSX.Element {
  return (
    <div class={`faces ${faces.length > 8 ? 'faces-many' : ''}`}>
      {faces.map(({ boundingBox: { left, top, width, height } }, index) => (
        <button
          key={index}
          type="button"
          class={`face ${index === chosen ? `face-chosen ${verdict ?? ''}` : ''}`}
          style={{ left: percent(left), top: percent(top), width: percent(width), height: percent(height) }}
          aria-pressed={index === chosen}
          aria-label={`Face ${index + 1} of ${faces.length} in the ${side === 'source' ? 'first' : 'second'} photo`}
          onClick={() => onChoose(index)}
        >
          <span class="face-number" aria-hidden="true">
            {index + 1}
          </span>
        </button>
      ))}
    </div>
  );
}

function percent(share: number): string {
  return `${share * 100}%`;
}
