import type { JSX } from 'preact';
import type { Detail, Side, Slot } from '../state/comparison.js';
import { AdviceBox } from './advice-box.js';
import { FaceBoxes } from './face-boxes.js';
import { FileButton } from './file-button.js';
import { AgainIcon, CameraIcon, CloserIcon, PhotoIcon, RemoveIcon } from './icons.js';

/** What a place for a photo is called. */
export const PLACE_NAMES: Readonly<Record<Side, string>> = { source: 'First photo', target: 'Second photo' };

const HINTS: Readonly<Record<Side, string>> = {
  source: 'The face you look for',
  target: 'Where you look for it',
};

/** What can be done in a place. */
export interface PhotoPlaceActions {
  readonly onFiles: (side: Side, files: readonly File[]) => void;
  readonly onCamera: (side: Side) => void;
  readonly onRemove: (side: Side) => void;
  readonly onLookAgain: (side: Side, detail?: Detail) => void;
  readonly onUnpin: () => void;
  readonly onChooseFace: (side: Side, face: number) => void;
}

/** A place for a photo: empty, being read, with its faces, or with what is wrong. */
export function PhotoPlace({
  side,
  slot,
  chosenFace,
  verdict,
  isDropTarget,
  actions,
}: {
  readonly side: Side;
  readonly slot: Slot;
  /** The face of the shown pair. */
  readonly chosenFace: number | undefined;
  readonly verdict: 'match' | 'no-match' | undefined;
  readonly isDropTarget: boolean;
  readonly actions: PhotoPlaceActions;
}): JSX.Element {
  const name = PLACE_NAMES[side];
  const photo = 'photo' in slot ? slot.photo : undefined;
  return (
    <section
      class={`place ${photo === undefined ? 'place-bare' : ''} ${isDropTarget ? 'place-drop' : ''}`}
      data-side={side}
      data-state={slot.state}
      tabIndex={-1}
      aria-label={name}
      aria-busy={slot.state === 'preparing' || slot.state === 'looking'}
    >
      {slot.state === 'empty' && (
        <div class="invitation">
          <PhotoIcon />
          <h2>{name}</h2>
          <p class="quiet">{HINTS[side]}</p>
          <div class="actions">
            <FileButton
              label={`Choose a photo: ${name.toLowerCase()}`}
              class="button primary cover"
              onFiles={(files) => actions.onFiles(side, files)}
            >
              Choose a photo
            </FileButton>
            <button
              type="button"
              class="button above"
              aria-label={`Take the ${name.toLowerCase()} with the camera`}
              onClick={() => actions.onCamera(side)}
            >
              <CameraIcon /> Camera
            </button>
          </div>
          <p class="fine">or drop it here, or paste it</p>
        </div>
      )}
      {slot.state === 'preparing' && <p class="waiting">Reading {slot.name} …</p>}
      {photo !== undefined && (
        <figure class="photo">
          <div class="frame" style={frameStyle(photo.widthPx, photo.heightPx)}>
            <img src={photo.url} alt={`${name}: ${photo.name}`} />
            {slot.state === 'looking' && (
              <div class="scan">
                <span class="scan-line" />
              </div>
            )}
            {slot.state === 'seen' && (
              <FaceBoxes
                side={side}
                faces={slot.seen.analysis.faces}
                chosen={chosenFace}
                verdict={verdict}
                onChoose={(face) => actions.onChooseFace(side, face)}
              />
            )}
          </div>
          <figcaption>
            <span class="file-name">{photo.name}</span>
            <span class="quiet">{captionOf(slot)}</span>
          </figcaption>
          {photo.note !== undefined && (
            <p class="fine note">
              {photo.note}{' '}
              <a href={photo.url} download={jpegName(photo.name)}>
                Save what was sent
              </a>
            </p>
          )}
        </figure>
      )}
      {slot.state === 'seen' && slot.seen.analysis.faces.length === 0 && (
        <div class="advice mild" role="alert">
          <CloserIcon />
          <div>
            <p class="advice-title">No face was found</p>
            <p>
              {slot.detail === 'high'
                ? 'Looking closely found none either. Choose a photo in which the face is not covered and not turned away.'
                : 'A face should not be covered, and be at least 20 pixels wide. Small faces in a large photo are found by looking more closely.'}
            </p>
          </div>
        </div>
      )}
      {slot.state === 'failed' && (
        <AdviceBox advice={slot.advice}>
          <Remedy side={side} slot={slot} actions={actions} />
        </AdviceBox>
      )}
      {slot.state !== 'empty' && (
        <div class="toolbar" role="group" aria-label={`${name}: tools`}>
          {slot.state !== 'failed' && (
            <FileButton
              label={`Change the ${name.toLowerCase()}`}
              class="tool"
              onFiles={(files) => actions.onFiles(side, files)}
            >
              <PhotoIcon /> <span>Change</span>
            </FileButton>
          )}
          <button type="button" class="tool" title="Camera" onClick={() => actions.onCamera(side)}>
            <CameraIcon /> <span>Camera</span>
          </button>
          {slot.state === 'seen' && slot.detail === 'normal' && (
            <button
              type="button"
              class="tool"
              title="Look closer, for smaller faces"
              onClick={() => actions.onLookAgain(side, 'high')}
            >
              <CloserIcon /> <span>Look closer</span>
            </button>
          )}
          <button
            type="button"
            class="tool"
            title="Remove"
            aria-label={`Remove the ${name.toLowerCase()}`}
            onClick={() => actions.onRemove(side)}
          >
            <RemoveIcon /> <span>Remove</span>
          </button>
        </div>
      )}
    </section>
  );
}

/** What can be done about what went wrong in a place. */
function Remedy({
  side,
  slot: { advice, photo },
  actions,
}: {
  readonly side: Side;
  readonly slot: Extract<Slot, { readonly state: 'failed' }>;
  readonly actions: PhotoPlaceActions;
}): JSX.Element {
  if (advice.remedy === 'unpin-version') {
    return (
      <button type="button" class="button" onClick={actions.onUnpin}>
        Use the default version
      </button>
    );
  }
  return (
    <>
      {photo !== undefined && advice.remedy !== 'choose-another' && (
        <button type="button" class="button" onClick={() => actions.onLookAgain(side)}>
          <AgainIcon /> Try again
        </button>
      )}
      <FileButton
        label={`Choose another ${PLACE_NAMES[side].toLowerCase()}`}
        class="button"
        onFiles={(files) => actions.onFiles(side, files)}
      >
        Choose another
      </FileButton>
    </>
  );
}

/** The frame has the photo's shape, and is not higher than the screen allows. */
function frameStyle(widthPx: number, heightPx: number): Record<string, string> {
  return { aspectRatio: `${widthPx} / ${heightPx}`, '--shape': `${widthPx / heightPx}` };
}

function captionOf(slot: Slot): string {
  if (slot.state === 'looking') return slot.detail === 'high' ? 'Looking closely …' : 'Looking for faces …';
  if (slot.state !== 'seen') return '';
  const { length } = slot.seen.analysis.faces;
  return length === 1 ? '1 face' : `${length} faces`;
}

function jpegName(name: string): string {
  return `${name.replace(/\.[^.]*$/, '')}.jpg`;
}
