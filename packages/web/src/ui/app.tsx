import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatSimilarity } from '../meaning/format-similarity.js';
import { createFaceService } from '../service/face-service.js';
import { nextSide, photoOf, SIDES, type Comparison, type Side } from '../state/comparison.js';
import { outcomeOf, type Outcome } from '../state/outcome.js';
import { useComparison } from '../state/use-comparison.js';
import { useModel } from '../state/use-model.js';
import { AdviceBox } from './advice-box.js';
import { CameraDialog } from './camera-dialog.js';
import { AgainIcon, SwapIcon } from './icons.js';
import { JoinLine } from './join-line.js';
import { KeyForm } from './key-form.js';
import { ModelPanel } from './model-panel.js';
import { PhotoPlace, PLACE_NAMES, type PhotoPlaceActions } from './photo-place.js';
import { Result } from './result.js';
import { Samples, sampleUrl } from './samples.js';
import { useIncomingPhotos } from './use-incoming-photos.js';

/** The whole page. */
export function App({
  baseUrl,
  modelName,
}: {
  /** Of the service, with a slash at its end. */
  readonly baseUrl: string;
  readonly modelName: string | undefined;
}): JSX.Element {
  const [apiKey, setApiKey] = useState<string>();
  const [pinned, setPinned] = useState<string>();
  const [camera, setCamera] = useState<Side>();
  const stage = useRef<HTMLDivElement>(null);
  const service = useMemo(
    () => createFaceService({ baseUrl, apiKey, modelVersion: pinned, modelName }),
    [baseUrl, apiKey, pinned, modelName],
  );
  const { comparison, put, lookAgain, dispatch } = useComparison(service);
  const { model, refresh } = useModel(service);

  const putFiles = useCallback(
    (files: readonly File[], side: Side | undefined): void => {
      const [first, second] = files;
      if (first === undefined) return;
      // Two at once fill both places, whichever of the two they were given to.
      if (second !== undefined) {
        put('source', first, first.name);
        put('target', second, second.name);
      } else put(side ?? nextSide(comparison), first, first.name);
    },
    [put, comparison],
  );
  const { dropTarget } = useIncomingPhotos(putFiles);

  const putSample = async (side: Side, name: string): Promise<void> => {
    const answer = await fetch(sampleUrl(name)).catch(() => undefined);
    put(side, answer?.ok === true ? await answer.blob() : new Blob(), name);
  };

  // Whoever answers now may say something else: another version was pinned, or a key was given.
  const answeredBy = useRef(service);
  useEffect(() => {
    if (answeredBy.current === service) return;
    answeredBy.current = service;
    for (const side of SIDES) lookAgain(side);
  }, [service, lookAgain]);

  const outcome = useMemo((): Outcome | undefined => {
    const { source, target, choice } = comparison;
    if (source.state !== 'seen' || target.state !== 'seen' || model.state !== 'known') return undefined;
    return outcomeOf(source.seen.analysis, target.seen.analysis, model.model, choice);
  }, [comparison, model]);

  const unknownVersion = outcome?.kind === 'unknown-version' ? outcome.version : undefined;
  useEffect(() => {
    if (unknownVersion !== undefined) refresh();
  }, [unknownVersion, refresh]);

  const pairing = outcome?.kind === 'paired' ? outcome.pairing : undefined;
  const verdict = outcome?.kind === 'paired' ? (outcome.meaning.match ? 'match' : 'no-match') : undefined;
  const chooseFace = (side: Side, face: number): void => {
    dispatch({
      type: 'choose',
      choice:
        side === 'source'
          ? { source: face }
          : { ...(pairing === undefined ? {} : { source: pairing.source }), target: face },
    });
  };
  // What was pressed may be gone; without this, the keyboard would begin again at the top of the page.
  const keepFocus = (side: Side): void => {
    requestAnimationFrame(() => {
      if (document.activeElement !== document.body) return;
      stage.current?.querySelector<HTMLElement>(`[data-side="${side}"]`)?.focus({ preventScroll: true });
    });
  };
  const actions: PhotoPlaceActions = {
    onFiles: (side, files) => {
      putFiles(files, side);
      keepFocus(side);
    },
    onCamera: setCamera,
    onRemove: (side) => {
      dispatch({ type: 'clear', side });
      // What was removed had the focus.
      requestAnimationFrame(() => stage.current?.querySelector<HTMLElement>(`[data-side="${side}"] input`)?.focus());
    },
    onLookAgain: (side, detail) => {
      lookAgain(side, detail);
      keepFocus(side);
    },
    onUnpin: () => setPinned(undefined),
    onChooseFace: chooseFace,
  };

  const needsKey =
    (model.state === 'failed' && model.advice.remedy === 'enter-key') ||
    SIDES.some((side) => {
      const slot = comparison[side];
      return slot.state === 'failed' && slot.advice.remedy === 'enter-key';
    });
  const isEmpty = comparison.source.state === 'empty' && comparison.target.state === 'empty';
  const { source, target } = comparison;
  const place = (side: Side): JSX.Element => (
    <PhotoPlace
      side={side}
      slot={comparison[side]}
      chosenFace={pairing?.[side]}
      verdict={verdict}
      isDropTarget={dropTarget === side}
      actions={actions}
    />
  );

  return (
    <>
      <a class="skip" href="#photos">
        Skip to the photos
      </a>
      <header class="page-head">
        <img class="mark" src={iconUrl} alt="" width={36} height={36} />
        <h1>Face comparison</h1>
        <nav aria-label="This service">
          {model.state === 'known' && (
            <a class="version" href="#model">
              <span class="dot" aria-hidden="true" />
              <span class="model-name">{model.model.standard.name}</span>
              {pinned ?? model.model.standard.parameters.version}
              {model.model.versions.length > 1 && <span class="quiet"> of {model.model.versions.length} versions</span>}
            </a>
          )}
          <a href="docs">API</a>
        </nav>
      </header>
      <main>
        {needsKey && (
          <KeyForm
            key={apiKey}
            refused={apiKey !== undefined}
            onKey={(key) => {
              setApiKey(key);
            }}
          />
        )}
        <p class="lead">
          <strong>Are these the same person?</strong> Put in two photos: every face is found, and the two most alike are
          joined.
        </p>
        <div
          class={`stage ${isEmpty ? 'stage-empty' : ''}`}
          id="photos"
          tabIndex={-1}
          ref={stage}
          style={{ '--columns': columnsFor(comparison) }}
        >
          {place('source')}
          <div class="gap">
            {!isEmpty && (
              <button
                type="button"
                class="swap"
                aria-label="Swap the photos"
                title="Swap the photos"
                onClick={() => dispatch({ type: 'swap' })}
              >
                <SwapIcon />
              </button>
            )}
          </div>
          {place('target')}
          {pairing !== undefined && verdict !== undefined && (
            <JoinLine
              stage={stage}
              pair={`${source.id}-${pairing.source}-${target.id}-${pairing.target}`}
              label={formatSimilarity(pairing.similarity)}
              verdict={verdict}
            />
          )}
        </div>

        {outcome?.kind === 'paired' && source.state === 'seen' && target.state === 'seen' && (
          <Result
            source={source}
            target={target}
            pairing={outcome.pairing}
            meaning={outcome.meaning}
            threshold={outcome.threshold}
            points={outcome.points}
            curl={{ baseUrl, needsKey: apiKey !== undefined, modelVersion: pinned }}
            onChooseTarget={(face) => chooseFace('target', face)}
          />
        )}
        {outcome?.kind === 'not-comparable' && (
          <AdviceBox advice={outcome.advice}>
            <button type="button" class="button" onClick={() => SIDES.forEach((side) => lookAgain(side))}>
              <AgainIcon /> Look again
            </button>
          </AdviceBox>
        )}

        {isEmpty ? (
          <Samples
            onChoose={(first, second) => {
              void putSample('source', first);
              void putSample('target', second);
              stage.current?.focus();
            }}
          />
        ) : (
          <p class="start-over">
            <button
              type="button"
              class="button"
              onClick={() => {
                dispatch({ type: 'clear-all' });
                stage.current?.focus();
              }}
            >
              Start over
            </button>
          </p>
        )}
        <ModelPanel
          model={model}
          pinned={pinned}
          similarity={pairing?.similarity}
          onRefresh={refresh}
          onPin={setPinned}
        />
      </main>
      <footer class="page-foot">
        <p>
          Photos go to this service and nowhere else; it stores nothing. A similarity is no proof of who someone is, and
          a photo of a photo is as good as a face: let no door open by it alone.
        </p>
        <p>
          Licences: <a href="licences.txt">what this page is made of</a>, <a href="samples/licence.txt">its samples</a>.
        </p>
      </footer>
      <p class="visually-hidden" role="status">
        {announcementOf(comparison, outcome)}
      </p>
      {camera !== undefined && (
        <CameraDialog
          placeName={PLACE_NAMES[camera]}
          onPhoto={(photo) => put(camera, photo, 'camera.jpg')}
          onClose={() => {
            setCamera(undefined);
            keepFocus(camera);
          }}
        />
      )}
    </>
  );
}

const iconUrl = new URL('../style/icon.svg', import.meta.url).href;

/** Columns as wide as the photos are, so that both are equally high; extreme ones give way. */
function columnsFor(comparison: Comparison): string {
  const [first, second] = SIDES.map((side) => {
    const photo = photoOf(comparison[side]);
    return photo === undefined ? 1 : Math.min(Math.max(photo.widthPx / photo.heightPx, 0.62), 1.8);
  });
  return `minmax(0, ${first}fr) var(--gap) minmax(0, ${second}fr)`;
}

/** What a screen reader says when something has happened. */
function announcementOf(comparison: Comparison, outcome: Outcome | undefined): string {
  if (outcome?.kind === 'paired') {
    const { pairing, meaning } = outcome;
    return `Similarity ${formatSimilarity(pairing.similarity)} of 100. ${meaning.headline}. Face ${pairing.source + 1} of the first photo and face ${pairing.target + 1} of the second. ${meaning.sentences.join(' ')}`;
  }
  return SIDES.flatMap((side) => {
    const slot = comparison[side];
    if (slot.state === 'looking' || slot.state === 'preparing') return [`${PLACE_NAMES[side]}: looking for faces.`];
    if (slot.state !== 'seen') return [];
    const { length } = slot.seen.analysis.faces;
    return [`${PLACE_NAMES[side]}: ${length === 1 ? '1 face' : `${length} faces`} found.`];
  }).join(' ');
}
