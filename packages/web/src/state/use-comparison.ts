import { FaceComparisonError } from '@face-comparison/client';
import { useCallback, useEffect, useReducer, useRef } from 'preact/hooks';
import { adviceFor } from '../meaning/advice.js';
import { preparePhoto, UnshowablePhotoError, type Photo } from '../photo/prepare-photo.js';
import type { FaceService } from '../service/face-service.js';
import { NOTHING, photoOf, reduce, SIDES, type Action, type Comparison, type Detail, type Side } from './comparison.js';

/** The comparison on the page and what can be done with it. */
export interface ComparisonControl {
  readonly comparison: Comparison;
  /** Puts a file into a place and looks for faces. */
  readonly put: (side: Side, file: Blob, name: string) => void;
  /** Looks at a photo again: with the service as it is now, or more closely. */
  readonly lookAgain: (side: Side, detail?: Detail) => void;
  readonly dispatch: (action: Action) => void;
}

/** Holds the two photos and asks the service about each as soon as it is there. */
export function useComparison(service: FaceService): ComparisonControl {
  const [comparison, dispatch] = useReducer(reduce, NOTHING);
  const lastId = useRef(0);
  const requests = useRef(new Map<number, AbortController>());
  const current = useRef({ service, comparison });
  current.current = { service, comparison };

  const look = useCallback(async (id: number, photo: Photo, detail: Detail): Promise<void> => {
    const request = new AbortController();
    requests.current.set(id, request);
    dispatch({ type: 'look', id, photo, detail });
    try {
      const seen = await current.current.service.analyze(photo.blob, { detail, signal: request.signal });
      dispatch({ type: 'seen', id, seen });
    } catch (error) {
      if (!request.signal.aborted) dispatch({ type: 'failed', id, advice: adviceFor(error, photo.name) });
    } finally {
      requests.current.delete(id);
    }
  }, []);

  const put = useCallback(
    (side: Side, file: Blob, name: string): void => {
      const id = ++lastId.current;
      dispatch({ type: 'put', side, id, name });
      preparePhoto(file, name).then(
        (photo) => look(id, photo, 'normal'),
        async (error: unknown) => {
          const reason = await reasonOf(error, current.current.service);
          dispatch({ type: 'failed', id, advice: adviceFor(reason, name) });
        },
      );
    },
    [look],
  );

  const lookAgain = useCallback(
    (side: Side, detail?: Detail): void => {
      const slot = current.current.comparison[side];
      const photo = photoOf(slot);
      if (photo === undefined) return;
      void look(++lastId.current, photo, detail ?? ('detail' in slot ? slot.detail : 'normal'));
    },
    [look],
  );

  useEffect(() => {
    const kept = SIDES.map((side) => comparison[side].id);
    for (const [id, request] of requests.current) if (!kept.includes(id)) request.abort();
  }, [comparison]);

  useForgottenPhotos(comparison);
  return { comparison, put, lookAgain, dispatch };
}

/** The service may know better than the browser what is wrong with a file. */
async function reasonOf(error: unknown, service: FaceService): Promise<unknown> {
  if (!(error instanceof UnshowablePhotoError) || error.blob === undefined) return error;
  try {
    await service.analyze(error.blob, { detail: 'normal' });
    return error;
  } catch (answered) {
    return answered instanceof FaceComparisonError ? answered : error;
  }
}

/** Frees the bytes of photos that are no longer shown. */
function useForgottenPhotos(comparison: Comparison): void {
  const shown = useRef(new Set<string>());
  useEffect(() => {
    const urls = SIDES.flatMap((side) => photoOf(comparison[side])?.url ?? []);
    for (const url of shown.current) if (!urls.includes(url)) URL.revokeObjectURL(url);
    shown.current = new Set(urls);
  }, [comparison]);
}
